"""What the rows of the chart table ask of a result; small predicates over a `Profile`.

Between `profile` and `rules`; each reads like the left side of its row.
"""

from __future__ import annotations

import re

from assistant.charts import attribution, cohorts, distributions, expectations, relations, steps
from assistant.charts.bars import MANY_BARS
from assistant.charts.forms import FEW_PANELS
from assistant.charts.profile import Profile
from assistant.charts.tiles import FEWEST_TILES, placed

MOST_BARS = 50
_MOST_COURSES = 12
_CITY = re.compile(r"city|cities|district|county|城市|地级市|区县", re.I)


def asked(profile: Profile, *intents: str) -> bool:
    """Whether one of the intents was asked for."""
    return profile.request.intent in intents


def unreadable(profile: Profile) -> bool:
    """No measure, two rows for one key, or more names than a chart has axes."""
    names = len(profile.dimensions) + (profile.time is not None)
    return not profile.measures or not profile.distinct_keys or names > 2


def one(profile: Profile) -> bool:
    """One measure."""
    return len(profile.measures) == 1


def over_time(profile: Profile, dimensions: int) -> bool:
    """A course: three periods or more."""
    return profile.periods > 2 and len(profile.dimensions) == dimensions


def by_name(profile: Profile, dimensions: int = 1) -> bool:
    """Names, and no course over time."""
    return profile.time is None and len(profile.dimensions) == dimensions


def listed(profile: Profile) -> bool:
    """One measure of the members of one dimension."""
    return one(profile) and by_name(profile)


def members(profile: Profile) -> int:
    """How many members the first dimension has."""
    return profile.dimensions[0].size


def single_value(profile: Profile) -> bool:
    """One number, or one of two periods."""
    two_periods = profile.periods == 2 and not profile.dimensions
    return one(profile) and (profile.rows == 1 or two_periods)


def with_target(profile: Profile) -> bool:
    """One measure and its target, alone or for a few members."""
    target = profile.part("target")
    if target is None or not target.present or not one(profile) or profile.time:
        return False
    return profile.rows == 1 or (by_name(profile) and members(profile) <= MANY_BARS)


def series(profile: Profile) -> bool:
    """One measure over time for each member, with more than one point to a line."""
    lines = one(profile) and over_time(profile, 1)
    return lines and profile.rows >= 2 * members(profile)


def compared_over_time(profile: Profile) -> bool:
    """One course or a few, and those of the periods they are set against."""
    if several_measures(profile):
        return any(base is not None and base.present for base in profile.bases)
    if not profile.bases or profile.base is None or not profile.base.present or not one(profile):
        return False
    return over_time(profile, 0) or (series(profile) and members(profile) <= FEW_PANELS)


def cycles(profile: Profile) -> bool:
    """Two cycles that cross (weekday and hour), or the hours of each day."""
    if not one(profile):
        return False
    if by_name(profile, 2):
        return all(dimension.cyclic for dimension in profile.dimensions)
    return series(profile) and profile.dimensions[0].cyclic and members(profile) > _MOST_COURSES


def whole(profile: Profile) -> bool:
    """Parts that can be added up to all there is."""
    known = profile.measure.summable and not profile.measure.has_gap
    return known and not profile.measure.negative and profile.request.complete


def mix_over_time(profile: Profile) -> bool:
    """The parts of a whole, period by period."""
    return series(profile) and asked(profile, "share") and whole(profile)


def shares(profile: Profile) -> bool:
    """The parts of one whole."""
    return listed(profile) and asked(profile, "share") and whole(profile)


def ranking(profile: Profile) -> bool:
    """An asked order of members."""
    wanted = profile.request.ordered_top is not None or asked(profile, "rank")
    return listed(profile) and wanted and members(profile) <= MOST_BARS


def compared(profile: Profile) -> bool:
    """Members now and before."""
    return listed(profile) and profile.base is not None and members(profile) <= MANY_BARS


def on_a_scale(profile: Profile) -> bool:
    """Members with an order of their own, few enough to be drawn each."""
    return listed(profile) and profile.dimensions[0].ordinal and members(profile) <= MANY_BARS


def sizes(profile: Profile) -> tuple[int, int]:
    """The sizes of the two dimensions, the smaller first."""
    small, large = sorted(dimension.size for dimension in profile.dimensions)
    return small, large


def short_lists(profile: Profile) -> bool:
    """Two lists that can be drawn as groups of bars."""
    if not (one(profile) and by_name(profile, 2)):
        return False
    small, large = sizes(profile)
    return small <= 4 and large <= 12


def long_lists(profile: Profile) -> bool:
    """Two lists that cross."""
    return one(profile) and by_name(profile, 2) and sizes(profile)[0] <= 30


def few_measures(profile: Profile) -> bool:
    """Two or three measures of one unit, by name."""
    return 2 <= len(profile.measures) <= 3 and by_name(profile) and profile.one_unit


def several_measures(profile: Profile) -> bool:
    """Two to four measures over time."""
    return 2 <= len(profile.measures) <= 4 and over_time(profile, 0)


def many_courses(profile: Profile) -> bool:
    """Five to twelve measures over time: a review."""
    return 5 <= len(profile.measures) <= _MOST_COURSES and over_time(profile, 0)


def forecast(profile: Profile) -> bool:
    """A course, and where it is expected to go."""
    single = one(profile) and not profile.dimensions
    return asked(profile, "forecast") and single and expectations.can_be_forecast(profile)


def anomaly(profile: Profile) -> bool:
    """A course, and what stands out of it."""
    course = one(profile) and over_time(profile, 0)
    return asked(profile, "anomaly") and course and expectations.can_stand_out(profile)


def explained(profile: Profile) -> bool:
    """A change, and what each member contributed to it."""
    causes = asked(profile, "attribution") and by_name(profile)
    return causes and attribution.can_be_explained(profile)


def of_a_ratio(profile: Profile) -> bool:
    """Whether what is explained is no sum: its effects are those of mix and of rate."""
    effects = profile.part("mix") is not None or len(profile.measures) == 2
    return effects or profile.measure.unit in ("ratio", "points")


def spread(profile: Profile) -> bool:
    """Values whose distribution was asked for, and that are not counted yet."""
    few = any(one.ordinal or one.size <= MANY_BARS for one in profile.dimensions)
    counted = few and profile.distinct_keys  # a row a group: its bars are the distribution
    enough = one(profile) and len(profile.measure.present) >= distributions.FEWEST_VALUES
    return asked(profile, "distribution") and enough and not counted


def spread_by_group(profile: Profile) -> bool:
    """The same, in groups that can be compared."""
    return spread(profile) and distributions.groups_of(profile) is not None


def related(profile: Profile, measures: int) -> bool:
    """Measures whose relation was asked for, with points enough to see one."""
    if not asked(profile, "relation") or len(profile.measures) < 2 or measures > 3:
        return False
    enough = len(relations.points_of(profile)) >= relations.FEWEST_POINTS
    return enough and len(profile.measures) == measures


def in_steps(profile: Profile) -> bool:
    """Steps that follow each other."""
    return asked(profile, "funnel") and steps.are_steps(profile)


def in_segments(profile: Profile) -> bool:
    """Groups of customers in their fixed order, with up to three measures."""
    few = 1 <= len(profile.measures) <= 3 and by_name(profile)
    return asked(profile, "segment") and few and members(profile) <= MANY_BARS


def in_cohorts(profile: Profile) -> bool:
    """A measure by cohort and by its age."""
    return asked(profile, "cohort") and one(profile) and cohorts.is_triangle(profile)


def provinces(profile: Profile) -> bool:
    """Provinces, enough of them for a map or asked for as places."""
    if not listed(profile) or placed(profile.dimensions[0]) is None:
        return False
    return asked(profile, "geo") or members(profile) >= FEWEST_TILES


def cities(profile: Profile) -> bool:
    """Places below the province, or places that no map knows."""
    if not listed(profile):
        return False
    column = profile.dimensions[0].column
    declared = profile.request.regions.get(column.name) == "city"
    named = bool(_CITY.search(column.name) or _CITY.search(column.label))
    return asked(profile, "geo") or ((declared or named) and members(profile) > MANY_BARS)
