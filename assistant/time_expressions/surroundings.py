"""Words around a moment that change what it means, as patterns over folded text.

`leading` patterns end where the moment starts, `following` ones begin where it ends.
"""

from __future__ import annotations

import re

from assistant.time_expressions.numerals import EN_NUMBER
from semantic_layer.query import Grain

_NOT_ANOTHER_BOUND = (
    r"(?![a-z])(?! (?:than|the|my|\d))"  # "or later than 2020" bounds another moment
)


def leading(*words: str) -> re.Pattern[str]:
    """Any of the words, right before a moment."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join(words)}) {{0,2}}$")


def following(*words: str) -> re.Pattern[str]:
    """Any of the words, right after a moment."""
    return re.compile(rf" {{0,2}}(?:{'|'.join(words)})")


def between_moments(*words: str) -> re.Pattern[str]:
    """Any of the words, with nothing else between two moments."""
    return re.compile(rf" {{0,2}}(?:{'|'.join(words)}) {{0,2}}")


TO = between_moments(
    "--?|~|到|至|直到",
    "(?:to|through|thru|till|until|up to)(?: the)?(?: end of(?: the)?)?",
)
AND = between_moments("-|~|和|与|跟|and(?: the)?")
LIST = between_moments(r"和|与|跟|及|、|,|，|&|/|and|or|vs\.?|versus|对比")
CONTRAST = between_moments(
    r"vs\.?|versus|against|(?:(?:go|do|fare) )?(?:compared (?:to|with)|against)"
)
FROM = leading("从|自从?|在|介于", "(?:during )?from|between|in")
BETWEEN = leading("在|介于|between")
BETWEEN_ENDS = following("之间|间(?![隔接])")
RANGE_ENDS = following("之间|期间|为止|止|这?段时间", "inclusive(?![a-z])")

SINCE_LEADS = leading(
    "since(?: the (?:beginning|start) of)?|from (?:the )?(?:beginning|start) of",
    "(?:start(?:ing|ed)?|beginning)(?: on| from| in)?",
    "自从?",
)
SINCE_PREFIX = leading("从|自从?|在|from|on or|in|包括")
SINCE_FOLLOWS = following(
    "[及或](?:之后|以后)",
    "以后|以来|起(?![步点源价售订])|开始|(?:直?至今天?|到(?:现在|今天|今日)|[到至]目前)(?:为止)?",
    "截[至止]到?(?:目前|今天|今日|现在)(?:为止)?",
    rf"(?:to date|(?:until |till |up to |to )(?:now|today)|onwards?|so far){_NOT_ANOTHER_BOUND}",
    rf"(?:and|or) (?:later|onwards?|after){_NOT_ANOTHER_BOUND}",
)
AFTER_LEADS = leading(
    "(?:any ?time )?after(?: the (?:year|month|week))?",
    "later than|(?:year )?greater than",
)
AFTER_FOLLOWS = following("之后|过后")
FROM_LEADS = leading("from")
BEFORE_LEADS = leading(
    "before(?: the (?:year|month|week))?",
    "prior to|earlier than|(?:year )?less than",
)
BEFORE_FOLLOWS = following("之前|以前", r"(?<=[日号])前(?![\d一二两三四五六七八九十百几])")
THROUGH_LEADS = leading(
    "(?:until|till|through|thru|up to)(?: the end of)?|no later than|as late as",
    "截[至止]到?|直到",
)
THROUGH_FOLLOWS = following(
    "为止",
    "[及或](?:之前|以前)",
    rf"(?:and|or) (?:before|earlier){_NOT_ANOTHER_BOUND}",
)

DISTANCE_LEADS = leading(
    rf"(?P<count>{EN_NUMBER}) (?P<unit>day|week)s? (?P<side>before|after|from|prior to)"
)
DURATION_LEADS = leading("for")
INEXACT_LEADS = leading("the|more than|less than|within|over|under|at least|at most|about|around")
VAGUE_LEADS = leading(
    "(?:early|late|mid)-?",
    "(?:(?:by|before|until|till|through|up to) )?(?:the )?(?:very )?"
    "(?:end|start|beginning|middle|close|rest|remainder|eve)(?: of)?(?: the)?",
    "by|as of",
    "around|(?<!how )(?<!what )about|near|sometime in",
    "大约|大概",
)
VAGUE_FOLLOWS = following(
    "的?(?:[年月季]|周(?!末))?[初底末尾](?![次单])|左右|前后|之际",
    "同期|同日|同月|同时段",
    "中(?=$|[ ,，。?？])",
)

LEAD_IN = leading(
    "(?:in|during|for|on|of|at|within|over|throughout|across)"
    "(?: (?:the|all of|the whole of))?(?: (?:year|month|quarter|week) of)?",
    "[在于]?整个?|在|于",
)
LEAD_OUT = following(
    "'s(?![a-z])",
    "(?:期间|[之以]?内|[这那]几[天周年]|里)的?|中的|的",
)
ITSELF = {
    Grain.day: following("(?:[这那]一?|当|全|一?整)[天日](?!数)的?"),
    Grain.week: following("(?:[这那当]一?|全|一?整)个?周的?"),
    Grain.month: following("(?:[这那]一?|当|全|一?整)个?月的?"),
    Grain.quarter: following("(?:[这那]一?|当|全|一?整)个?季度?的?"),
    Grain.year: following("(?:[这那]一?|当|全|一?整)年的?"),
}
"""A single unit of time named once more: 去年全年, 11月23号当天."""
