"""History, links and pins: plans are kept and run again, whoever else is writing."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from sys import executable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import LOCAL_ADMIN, Answer, Assistant, Role, Settings, User, read_query
from assistant.app_database import connected
from assistant.records.history import MOST_CONVERSATIONS, MOST_TURNS, History
from assistant.records.links import LONGEST_LINK, link_text, read_link
from assistant.records.pins import MOST_PINS, Pins
from assistant.records.plan_text import plan_text
from assistant.records.reopening import reopened, with_chart, wording_of
from assistant.records.stored_text import one_line, paragraphs
from semantic_layer import QueryError, SemanticQuery
from semantic_layer.query import (
    And,
    Compare,
    CustomComparison,
    Grain,
    GroupBy,
    In,
    Not,
    OrderBy,
    PresetTime,
    RangeTime,
    Running,
    ShareOf,
)
from tests.source_tree import ROOT
from tests.ui.small_shop import AS_OF, PAID, PROVINCES, build, count

OPERATOR, BOSS = User("operator", Role.operator), User("boss", Role.executive)
LAST_MONTH = PresetTime(unit=Grain.month)
PLAN = SemanticQuery(metrics=("paid_orders",), time=LAST_MONTH)
BY_PROVINCE = PLAN.model_copy(update={"group_by": (GroupBy(name="province"),)})

values = st.one_of(st.text(max_size=8), st.integers(-5, 5), st.booleans())
leaves = st.one_of(
    st.builds(In, field=st.text(max_size=5), values=st.lists(values, min_size=1).map(tuple)),
    st.builds(
        Compare, field=st.text(max_size=5), operator=st.sampled_from(["=", ">"]), value=values
    ),
)
filters = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, part=inner),
        st.builds(And, parts=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=4,
)
groups = st.builds(
    GroupBy,
    name=st.text(min_size=1, max_size=6),
    grain=st.one_of(st.none(), st.sampled_from(Grain), st.just("martian_day")),
)
days = st.dates().filter(lambda day: day.year < 9000)
times = st.one_of(
    st.builds(PresetTime, unit=st.sampled_from(Grain), count=st.integers(1, 9)),
    days.map(lambda day: RangeTime(start=day, end=day + timedelta(days=3))),
)
plans = st.builds(
    SemanticQuery,
    metrics=st.lists(st.text(min_size=1), min_size=1, max_size=3, unique=True).map(tuple),
    group_by=st.lists(groups, max_size=2, unique=True).map(tuple),
    where=st.none() | filters,
    time=st.none() | times,
    compare=st.none() | times.map(lambda time: CustomComparison(time=time)),
    share_of=st.none() | st.just(ShareOf(within=("province",))),
    running=st.none() | st.just(Running(count=7, unit=Grain.day)),
    order_by=st.lists(st.builds(OrderBy, name=st.text(max_size=5)), max_size=2).map(tuple),
    limit=st.none() | st.integers(1, 99),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(build(tmp_path_factory.mktemp("kept")), Settings())


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "app.sqlite")


@pytest.fixture
def pins(tmp_path: Path) -> Pins:
    return Pins(tmp_path / "app.sqlite")


def answered(question: str = "q", query: SemanticQuery | None = PLAN) -> Answer:
    return Answer(status="answered", question=question, language="zh", parser="linked", query=query)


def code(error: pytest.ExceptionInfo[QueryError]) -> str:
    return error.value.issues[0].code


@given(plans)
def test_a_plan_survives_its_text_and_its_link(plan: SemanticQuery) -> None:
    as_json = SemanticQuery.model_validate_json(plan.model_dump_json())
    assert read_query(plan_text(plan)) == as_json
    assert read_link(link_text(plan)) == as_json


def test_a_link_is_short_and_needs_no_escaping() -> None:
    link = link_text(BY_PROVINCE)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", link)
    assert len(link) < 160


@given(st.text())
def test_any_other_text_is_told_to_be_no_link(text: str) -> None:
    with pytest.raises(QueryError):
        read_link(text)


@given(st.integers(0, 200), st.characters(categories=("Lu", "Ll", "Nd")))
def test_a_link_with_a_changed_character_is_a_plan_or_told(at: int, other: str) -> None:
    link = link_text(BY_PROVINCE)
    changed = link[: at % len(link)] + other + link[at % len(link) + 1 :]
    try:
        plan = read_link(changed)
    except QueryError as error:
        codes = [issue.code for issue in error.issues]
    else:
        codes = [] if isinstance(plan, SemanticQuery) else ["no plan"]
    assert codes in ([], ["link_damaged"])


def packed(text: str) -> str:
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    raw = packer.compress(text.encode()) + packer.flush()
    return "1" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        '{"metrics": ["paid_orders"], "sql": "drop table"}',
        '["paid_orders"]',
        "{}",
        '{"metrics": []}',
        '{"metrics": ["' + "x" * 1_000_000 + '"]}',  # a bomb: short until it is unpacked
    ],
)
def test_a_link_to_anything_but_a_plan_is_damaged(text: str) -> None:
    assert len(packed(text)) < LONGEST_LINK
    with pytest.raises(QueryError, match="copy the whole link again") as error:
        read_link(packed(text))
    assert code(error) == "link_damaged"


def test_a_plan_that_fits_into_no_link_is_told() -> None:
    values = tuple(str(number * 7919) for number in range(5_000))
    plan = PLAN.model_copy(update={"where": In(field="order_id", values=values)})
    with pytest.raises(QueryError) as error:
        link_text(plan)
    assert code(error) == "link_too_long"
    with pytest.raises(QueryError) as error:
        read_link("1" + "A" * LONGEST_LINK)
    assert code(error) == "link_too_long"


@given(st.text(), st.integers(1, 40))
def test_kept_words_are_bounded_and_hold_nothing_unseen(text: str, most: int) -> None:
    line, lines = one_line(text, most), paragraphs(text, most)
    assert len(line) <= most
    assert len(lines) <= most
    assert one_line(line, most) == line
    assert not set(line) & set("\n\r\t\0\u202e\u2066\u200b\ufeff")


def test_a_conversation_is_kept_as_plans_and_never_as_rows(
    shop: Assistant, history: History, tmp_path: Path
) -> None:
    first = shop.ask("上个月按省份的付款订单数", now=AS_OF, user=OPERATOR)
    assert first.rows
    opened = history.record("operator", None, first, AS_OF)
    second = shop.ask("前二", now=AS_OF, user=OPERATOR, history=[first])
    assert history.record("operator", opened, second, AS_OF + timedelta(minutes=1)) == opened
    (listed,) = history.of("operator")
    assert listed.title == "上个月按省份的付款订单数"
    turns = history.turns("operator", opened)
    assert [turn.asked.question for turn in turns] == [first.question, second.question]
    assert dict(turns[0].versions) == {"paid_orders": 1}
    kept = (tmp_path / "app.sqlite").read_bytes().decode("utf-8", "ignore")
    assert not [one for one in PROVINCES if one.split()[0] in kept]


def test_an_opened_conversation_is_answered_today(shop: Assistant, history: History) -> None:
    asked = shop.ask("上个月付款订单数", now=AS_OF, user=OPERATOR)
    opened = history.record("operator", None, asked, AS_OF)
    (turn,) = history.turns("operator", opened)
    again = reopened(turn, shop, now=AS_OF, user=OPERATOR)
    assert again.rows == ((count(PAID),),)
    assert again.question == asked.question
    next_month = reopened(turn, shop, now=AS_OF.replace(month=12), user=OPERATOR)
    assert next_month.windows[0].start == "2026-11-01"


def test_opening_follows_todays_rights_and_tells_todays_definitions(tmp_path: Path) -> None:
    project = build(tmp_path / "shop")
    history = History(project / "app.sqlite")
    shop = Assistant(project, Settings())
    for question in ("上个月付款订单数", "上个月按省份的付款订单数"):
        asked = shop.ask(question, now=AS_OF, user=OPERATOR)
        opened = history.record("operator", None, asked, AS_OF)
    (project / "models").mkdir()
    (project / "models" / "access.yml").write_text(
        "access_policy:\n  - role: operator\n    grants: [{dataset: customers}]\n", "utf-8"
    )
    (turn,) = history.turns("operator", opened)
    denied = reopened(turn, shop, now=AS_OF, user=OPERATOR)
    assert (denied.status, denied.rows) == ("refused", ())
    assert denied.issues[0].code == "access_denied"
    assert history.turns("operator", opened) == (turn,), "nothing is lost"
    (project / "models" / "access.yml").write_text(
        "access_policy:\n  - role: operator\n    grants:\n      - {dataset: orders, "
        "where: {kind: in, field: province, values: [广东省]}}\n",
        "utf-8",
    )
    narrowed = reopened(turn, shop, now=AS_OF, user=OPERATOR)
    assert [row[0] for row in narrowed.rows] == ["广东省"]


def test_a_changed_definition_is_told_and_a_removed_one_says_why(tmp_path: Path) -> None:
    project = build(tmp_path / "shop")
    shop, history = Assistant(project, Settings()), History(project / "app.sqlite")
    asked = shop.ask("上个月付款订单数", now=AS_OF)
    opened = history.record("admin", None, asked, AS_OF)
    with connected(project / "app.sqlite") as connection:
        connection.execute("UPDATE turns SET versions = '{\"paid_orders\": 0}'")
    (turn,) = history.turns("admin", opened)
    told = reopened(turn, shop, now=AS_OF, user=LOCAL_ADMIN)
    assert "从版本 0 改为版本 1" in told.issues[0].message
    with connected(project / "app.sqlite") as connection:
        connection.execute("UPDATE turns SET plan = replace(plan, 'paid_orders', 'gone')")
    (turn,) = history.turns("admin", opened)
    gone = reopened(turn, shop, now=AS_OF, user=LOCAL_ADMIN)
    assert gone.status == "refused"
    assert "gone" in gone.summary


@pytest.mark.parametrize("plan", ["{", '{"metrics": ["a"], "of_tomorrow": 1}', None])
def test_a_turn_that_cannot_run_again_can_be_asked_again(
    shop: Assistant, history: History, tmp_path: Path, plan: str | None
) -> None:
    opened = history.record("operator", None, answered("上个月订单数", query=None), AS_OF)
    with connected(tmp_path / "app.sqlite") as connection:
        connection.execute("UPDATE turns SET plan = ?", (plan,))
    (turn,) = history.turns("operator", opened)
    again = reopened(turn, shop, now=AS_OF, user=OPERATOR)
    assert again.status == "refused"
    assert again.follow_ups == ("上个月订单数",)


def test_the_further_answers_of_a_turn_are_opened_with_it(
    shop: Assistant, history: History
) -> None:
    further = (answered("第二个", BY_PROVINCE),)
    asked = answered("两个问题").model_copy(update={"further": further})
    (turn,) = history.turns("operator", history.record("operator", None, asked, AS_OF))
    again = reopened(turn, shop, now=AS_OF, user=OPERATOR)
    assert [one.question for one in again.further] == ["第二个"]
    assert len(again.further[0].rows) > 1


def test_the_chart_chosen_last_is_drawn_first(shop: Assistant, history: History) -> None:
    asked = shop.answer(BY_PROVINCE, now=AS_OF, question="q")
    assert asked.chart is not None
    other = asked.alternatives[-1].type
    opened = history.record("operator", None, asked, AS_OF)
    history.record("operator", opened, answered(), AS_OF)
    history.keep_chart("operator", opened, back=1, chart=other)
    first, second = history.turns("operator", opened)
    assert (first.chart, second.chart) == (other, None)
    again = reopened(first, shop, now=AS_OF, user=OPERATOR)
    assert again.chart is not None
    assert again.chart.type == other
    assert with_chart(again, "no_such_chart") == again


def test_nobody_opens_renames_or_deletes_anothers_conversation(history: History) -> None:
    opened = history.record("operator", None, answered(), AS_OF)
    for attempt in (
        lambda: history.turns("boss", opened),
        lambda: history.rename("boss", opened, "mine"),
        lambda: history.delete("boss", opened),
        lambda: history.keep_chart("boss", opened, 0, "bar"),
    ):
        with pytest.raises(QueryError) as error:
            attempt()
        assert code(error) == "unknown_conversation"
    assert history.record("boss", opened, answered(), AS_OF) != opened
    assert len(history.turns("operator", opened)) == 1


def test_conversations_are_renamed_and_deleted_for_good(history: History, tmp_path: Path) -> None:
    one, two = (history.record("operator", None, answered(q), AS_OF) for q in ("a", "b"))
    history.record("boss", None, answered("theirs"), AS_OF)
    history.rename("operator", one, " 每周\n必看 ")
    history.rename("operator", two, "  ")
    assert {known.title for known in history.of("operator")} == {"每周 必看", "b"}
    history.delete("operator", one)
    assert [known.id for known in history.of("operator")] == [two]
    history.clear("operator")
    assert history.of("operator") == ()
    assert [known.title for known in history.of("boss")] == ["theirs"]
    with connected(tmp_path / "app.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_the_oldest_make_room(history: History) -> None:
    opened = None
    for number in range(MOST_TURNS + 3):
        opened = history.record("operator", opened, answered(str(number)), AS_OF)
    assert opened is not None
    kept = [turn.asked.question for turn in history.turns("operator", opened)]
    assert kept == [str(number) for number in range(3, MOST_TURNS + 3)]
    for number in range(MOST_CONVERSATIONS):
        history.record("operator", None, answered(), AS_OF + timedelta(minutes=number + 1))
    assert len(history.of("operator")) == MOST_CONVERSATIONS
    assert opened not in [known.id for known in history.of("operator")]


def test_two_writers_lose_no_turn(history: History) -> None:
    opened = history.record("operator", None, answered(), AS_OF)

    def write(number: int) -> int:
        return history.record("operator", opened, answered(str(number)), AS_OF)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(write, range(24))) == {opened}
    kept = [turn.asked.question for turn in history.turns("operator", opened)]
    assert sorted(kept[1:], key=int) == [str(number) for number in range(24)]


WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from assistant.records.pins import Pins
from semantic_layer import SemanticQuery
for number in range(8):
    plan = SemanticQuery(metrics=(f"{sys.argv[2]}{number}",))
    Pins(Path(sys.argv[1])).pin("operator", "t", plan, None, datetime(2026, 11, 24))
"""


def test_two_processes_lose_no_pin(pins: Pins, tmp_path: Path) -> None:
    command = [executable, "-c", WRITER, str(tmp_path / "app.sqlite")]
    writers = [Popen([*command, name], cwd=ROOT) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    kept = {json.loads(pin.plan)["metrics"][0] for pin in pins.of("operator")}
    assert kept == {f"{name}{number}" for name in "ab" for number in range(8)}


def test_a_plan_is_pinned_once_and_keeps_its_place(pins: Pins) -> None:
    pins.pin("operator", "first", PLAN, None, AS_OF)
    pins.pin("operator", "second", BY_PROVINCE, "bar", AS_OF)
    pins.pin("operator", "again", PLAN, "card", AS_OF)
    pins.pin("boss", "theirs", PLAN, None, AS_OF)
    assert [(pin.title, pin.chart) for pin in pins.of("operator")] == [
        ("again", "card"),
        ("second", "bar"),
    ]


def test_pins_are_moved_and_taken_off_by_their_owner(pins: Pins) -> None:
    plans = [PLAN.model_copy(update={"limit": number}) for number in (1, 2, 3)]
    for number, plan in enumerate(plans):
        pins.pin("operator", str(number), plan, None, AS_OF)
    first, _, last = (pin.id for pin in pins.of("operator"))
    pins.move("operator", last, -1)
    pins.move("operator", first, -1)
    assert [pin.title for pin in pins.of("operator")] == ["0", "2", "1"]
    with pytest.raises(QueryError, match="There is no such pin"):
        pins.remove("boss", first)
    with pytest.raises(QueryError, match="There is no such pin"):
        pins.move("boss", first, 1)
    pins.remove("operator", first)
    assert [pin.title for pin in pins.of("operator")] == ["2", "1"]


def test_a_full_overview_says_so_and_takes_nothing(pins: Pins) -> None:
    for number in range(MOST_PINS):
        plan = PLAN.model_copy(update={"limit": number + 1})
        pins.pin("operator", "t", plan, None, AS_OF)
    with pytest.raises(QueryError, match="take one off first"):
        pins.pin("operator", "t", BY_PROVINCE, None, AS_OF)
    assert len(pins.of("operator")) == MOST_PINS


def test_a_plan_in_words_is_told_to_those_only_who_may_have_it(shop: Assistant) -> None:
    known = shop.knowledge_for(OPERATOR)
    assert "付款订单数" in (wording_of(PLAN, known, AS_OF, "zh") or "")
    unknown = SemanticQuery(metrics=("no_such_metric",))
    assert wording_of(unknown, known, AS_OF, "zh") is None


def test_a_database_from_before_records_is_used_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "app.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL)")
    connection.close()
    assert History(database).of("operator") == ()
    assert Pins(database).of("operator") == ()
