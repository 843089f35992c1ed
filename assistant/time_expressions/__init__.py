"""Finds what a question in Chinese or English says about time: windows and grains.

First step of `link`: text and clock in, spans out. It imports the names and the calendar of the
semantic layer, and neither a database nor a model. Absolute days are that layer's business; this
package resolves only what the text itself leaves to the calendar, by the rules below.

Rules
- Relative words stay relative: 上个月 is `PresetTime(month, 1, -1)`, 今年 `PresetTime(year, 1, 0)`,
  今年以来 and YTD `ToDateTime(year)`. Absolute words, and what lies ahead, become `RangeTime`.
- A year that is not said is completed to the latest such date, month, quarter or half that has
  begun on or before now; a range is completed as a whole, a day without a month likewise. In a
  list (去年3月和4月, Feb and March 2020) a year is said once for all, and so is the month of a day
  or of a part of it: 2月25号比24号, 10月中旬和下旬, 11月第二周比第一周.
- A range includes both its ends: 2月到4月 ends with April. Since (以来, 以后, 起) starts with its
  period and ends with today; after (之后) starts when its period is over. Before (之前, 以前) ends
  when its period starts, until and through (截至, 为止) with its end; both start at `EARLIEST_DAY`.
- "from Feb 10" alone is since that day; "from yesterday" is that day, since English says "orders
  from yesterday"; "from October" may mean either and is left unmatched.
- 近一周 and "past week" are 7 days (N weeks are 7 x N days), 近三个月 is three complete calendar
  months, 近一年 twelve of them; 上周 and "last week" are the calendar week. "N units ago" is that
  one calendar unit: 3天前 is a day, while 前3天 are the three days before today.
- Weeks start on Monday; week 1 holds the year's first Thursday (ISO 8601), a month's likewise.
  Fiscal years are calendar years. 2/10/2020 is month first, unless only the other order is a date.
- "last March" is the latest one before the current month. "on Tuesday" is the latest Tuesday.
- A bare number is a year between 1990 and 2100 only, and only next to a word that says so or at
  the edge of the question. `may` is a month when capitalised or after a preposition.
- An event of the model's calendar (双11, 618, Black Friday) without a year is the latest one that
  has begun; 上次双11 and "last Double 11" are the latest that is over. It stays an `EventTime`. Its
  phase may follow it (双11预售). Two years with one event (2023年和2024年双11) are two events.
  每年双11 is several windows and left unmatched; 618 beside 超过 or 元 is a number.
- The last three weeks of a year are the last three that lie in it whole. "More than 2 weeks ago" is
  before that day, less than that since it.
- Left unmatched, rather than guessed: hours, bare weekdays and weekends (上周末 is a window, 周末 a
  filter), 月初 and 月底, early and late, 前三个月, and dates that do not exist. "Same period"
  (去年同期) is a comparison, not a window.
"""

from assistant.time_expressions.en_words import WORDS as TIME_WORDS
from assistant.time_expressions.expression import (
    GrainExpression,
    TimeExpression,
    WindowExpression,
)
from assistant.time_expressions.find import find_time_expressions
from assistant.time_expressions.periods import EARLIEST_DAY

__all__ = [
    "EARLIEST_DAY",
    "TIME_WORDS",
    "GrainExpression",
    "TimeExpression",
    "WindowExpression",
    "find_time_expressions",
]
