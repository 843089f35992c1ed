"""Small numbers as people write them in Chinese and English: patterns to find, functions to read.

Bottom of the package: knows nothing of time. A single numeral is read by
`assistant.linking.numerals`.
"""

from __future__ import annotations

from assistant.linking.numerals import chinese_number

_ZH_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}

YEAR_IN_DIGITS = r"(?:19\d\d|20\d\d|2100)"
ZH_NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百廿卅]{1,5})"

_EN_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)

_EN_NUMBERS = (
    {word: value for value, word in enumerate(_EN_ONES + _EN_TEENS, start=1)}
    | {word: value for value, word in zip(range(20, 100, 10), _EN_TENS, strict=True)}
    | {"hundred": 100}
)
_EN_ORDINAL_NUMBERS = (
    {word: value for value, word in enumerate(_EN_ORDINALS, start=1)}
    | {f"twenty {word}": 20 + value for value, word in enumerate(_EN_ORDINALS[:9], start=1)}
    | {"thirtieth": 30, "thirty first": 31}
)

_ONES, _TEENS, _TENS = ("|".join(words) for words in (_EN_ONES, _EN_TEENS, _EN_TENS))

_TWO_DIGITS = rf"(?:(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS})(?![a-z])"
_UP_TO_99 = rf"(?:{_TWO_DIGITS}|(?:{_ONES})(?![a-z]))"
EN_NUMBER = rf"(?:\d{{1,4}}(?![a-z\d])|{_UP_TO_99}|(?:(?:one|a) )?hundred(?![a-z]))"
EN_DAY_IN_WORDS = (
    rf"(?:(?:twenty[ -](?:{_ONES})|thirty[ -]one|{_TEENS})(?![a-z])"
    rf"(?! (?:hundred|thousand|{_TENS})(?! hundred)(?! (?:{_TENS}))))"
)
EN_YEAR_IN_WORDS = (
    rf"(?:two thousand(?:(?: and)? {_UP_TO_99})?"
    rf"|(?:nineteen|twenty)(?: hundred)?(?: and)? {_TWO_DIGITS})"
)
EN_ORDINAL = (
    r"(?:(?:"
    + "|".join(
        word.replace(" ", "[ -]") for word in sorted(_EN_ORDINAL_NUMBERS, key=len, reverse=True)
    )
    + r")(?![a-z]))"
)


def read_zh_number(text: str) -> int | None:
    """The value of Chinese or ASCII digits, or None if the characters make no number.

    >>> [read_zh_number(text) for text in ("30", "十五", "一百二十", "两", "二零二四", "十十")]
    [30, 15, 120, 2, 2024, None]
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if text and all(character in _ZH_DIGITS for character in text):
        return int("".join(str(_ZH_DIGITS[character]) for character in text))
    return chinese_number(text)


def read_en_year(text: str) -> int:
    """A year in words that `EN_YEAR_IN_WORDS` found.

    >>> [read_en_year(text) for text in ("two thousand and fifteen", "nineteen eighty-six")]
    [2015, 1986]
    """
    if text.startswith("two thousand"):
        return 2000 + (read_en_number(text.removeprefix("two thousand")) or 0)
    century, _, rest = text.partition(" ")
    return 100 * _EN_NUMBERS[century] + (read_en_number(rest.removeprefix("hundred")) or 0)


def read_en_number(text: str) -> int | None:
    """The value of an English numeral, cardinal or ordinal, in words or digits.

    >>> [read_en_number(text) for text in ("7", "3rd", "thirty", "forty-two", "twenty-first", "x")]
    [7, 3, 30, 42, 21, None]
    """
    words = text.strip().removeprefix("and ").removeprefix("a ").replace("-", " ")
    if words == "one hundred":
        return 100
    digits = words.rstrip("stndrh")
    if digits.isascii() and digits.isdigit():
        return int(digits)
    if words in _EN_ORDINAL_NUMBERS:
        return _EN_ORDINAL_NUMBERS[words]
    values = [_EN_NUMBERS.get(word) for word in words.split()]
    if not values or None in values:
        return None
    return sum(value for value in values if value)
