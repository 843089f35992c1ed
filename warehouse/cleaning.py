"""SQL expressions that turn the text of a cell into a value, or NULL where it makes none.

Each function takes the name of a VARCHAR column (ours, never a header) and returns an expression.
They are pure text; `staging` runs them. An empty cell makes NULL in every kind: what an empty cell
means is decided later. Imports only `places` and `sources.spec` of this package.
"""

from __future__ import annotations

import re

from warehouse.places import PROVINCE_SPELLINGS
from warehouse.sources.spec import Field, Kind

FIRST_DAY, LAST_DAY = "2015-01-01", "2035-12-31"
"""The days of mart.calendar. A time outside of them would vanish from charts, so it is none."""

_WRAPPING = """chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279) || ' ="''`'"""
_NOTHING = "('', 'null', 'none', 'nan', 'n/a', '-', '--', '—')"
_CLEAN = r"^[0-9A-Za-z\p{Han}]((?s:.*)[0-9A-Za-z\p{Han}])?$"
_DIGITS = "'０１２３４５６７８９．，', '0123456789.,'"
_STREET = "[路街巷弄号號栋幢室楼村镇乡道0-9]|street|road|avenue|lane"
_SPELLINGS = "|".join(
    re.escape(spelling) for spelling in sorted(PROVINCE_SPELLINGS, key=len, reverse=True)
)
_USUAL = "|".join(sorted(set(PROVINCE_SPELLINGS.values())))
_TIME_FORMATS = (
    "%Y%m%d", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S", "%Y年%m月%d日", "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H:%M:%S", "%Y.%m.%d", "%Y.%m.%d %H:%M", "%Y.%m.%d %H:%M:%S", "%Y/%m/%d %H时%M分",
)  # fmt: skip


def content(cell: str) -> str:
    """The cell without blanks, quotes, Excel's `="…"` and apostrophe; NULL for null, -- etc."""
    bare = f"trim({cell}, {_WRAPPING})"
    # Trimming a set of characters is slow, and nearly every cell is clean at both ends.
    return (
        f"CASE WHEN regexp_matches({cell}, '{_CLEAN}') THEN {_unless_nothing(cell)} "
        f"ELSE {_unless_nothing(bare)} END"
    )


def _unless_nothing(bare: str) -> str:
    return (
        f"CASE WHEN strlen({bare}) <= 4 AND lower({bare}) IN {_NOTHING} THEN NULL ELSE {bare} END"
    )


def order_id(cell: str) -> str:
    """An order number as text; the usual `="…"` of Tmall is taken off without a search."""
    wrapped = f"""regexp_full_match({cell}, '="[0-9A-Za-z_-]{{5,}}"')"""
    return f"CASE WHEN {wrapped} THEN {cell}[3:-2] ELSE {content(cell)} END"


def number_of_order(cell: str) -> str:
    """An order number as the integer that nearly every one is, bare or in `="…"`."""
    inside = f"substring({cell}, 3, strlen({cell}) - 3)"
    bare = f"""CASE WHEN starts_with({cell}, '="') THEN {inside} ELSE {cell} END"""
    return f"TRY_CAST({bare} AS UBIGINT)"


def amount(cell: str) -> str:
    """Money: `1,299.00元`, `￥1299`, full-width digits; NULL if it is anything else."""
    bare = content(cell)
    plain = rf"regexp_replace(translate({bare}, {_DIGITS}), '[¥￥元\s]|CNY|RMB', '', 'gi')"
    grouped = rf"regexp_full_match({plain}, '[+-]?\d{{1,3}}(,\d{{3}})+(\.\d*)?')"
    is_number = rf"regexp_full_match({plain}, '[+-]?(\d+\.?\d*|\.\d+)')"
    number = f"CASE WHEN {grouped} THEN replace({plain}, ',', '') WHEN {is_number} THEN {plain} END"
    # CASE, not coalesce: DuckDB computes what the slow branch repeats for every row of a coalesce.
    return (
        rf"CASE WHEN regexp_full_match({cell}, '\d+(\.\d+)?') THEN TRY_CAST({cell} AS "
        r"DECIMAL(18,2)) "
        f"ELSE TRY_CAST({number} AS DECIMAL(18,2)) END"
    )


def count(cell: str) -> str:
    """A whole number; `2.0` is one."""
    number = amount(cell)
    whole = f"CASE WHEN ({number}) = floor({number}) THEN TRY_CAST({number} AS INTEGER) END"
    return (
        f"CASE WHEN regexp_full_match({cell}, '[0-9]+') THEN TRY_CAST({cell} AS INTEGER) "
        f"ELSE {whole} END"
    )


def time(cell: str, *, excel_dates: bool) -> str:
    """A moment in shop time (UTC+8); one with an offset is converted, one off the calendar is none.

    `excel_dates`: in a workbook a plain number of days since 1899-12-30 is a date as well.
    """
    bare = content(cell)
    formats = ", ".join(f"'{form}'" for form in _TIME_FORMATS)
    # The first test is cheap and almost always false; it spares every row a regular expression.
    may_shift = f"(length({cell}) > 19 OR contains({cell}, '+') OR contains({cell}, 'Z'))"
    has_offset = rf"{may_shift} AND regexp_matches({bare}, ':\d\d(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)$')"
    iso = rf"regexp_replace({bare}, '\s*([+-]\d\d):?(\d\d)$', '\1:\2')"
    shifted = f"make_timestamp(epoch_us(TRY_CAST({iso} AS TIMESTAMPTZ)) + 28800000000)"
    serial = (
        f", TIMESTAMP '1899-12-30' + to_seconds(round(TRY_CAST({bare} AS DOUBLE) * 86400))"
        if excel_dates
        else ""
    )
    moment = (
        f"CASE WHEN {has_offset} THEN {shifted} ELSE coalesce(TRY_CAST({cell} AS TIMESTAMP), "
        f"TRY_CAST({bare} AS TIMESTAMP), try_strptime({bare}, [{formats}]){serial}) END"
    )
    bounds = f"TIMESTAMP '{FIRST_DAY}' AND TIMESTAMP '{LAST_DAY} 23:59:59.999999'"
    # DuckDB computes the repeated expression once.
    return f"CASE WHEN {moment} BETWEEN {bounds} THEN {moment} END"


def flag(cell: str) -> str:
    """Yes or no; another word is neither."""
    return (
        f"CASE WHEN lower({content(cell)}) IN ('是', 'y', 'yes', 'true', '1', '预售') THEN true "
        f"WHEN lower({content(cell)}) IN ('否', 'n', 'no', 'false', '0', '无') THEN false END"
    )


def status(cell: str) -> str:
    """The export's own wording with a half-width comma."""
    return f"replace({content(cell)}, '，', ',')"


def province(cell: str) -> str:
    """The leading province as it is spelt, or the whole cell where that cannot be an address."""
    bare = content(cell)
    found = f"lower(regexp_extract({bare}, '(?i)^({_SPELLINGS})(?:[^路街巷]|$)', 1))"
    return (
        f"CASE WHEN {_starts_as_usual(cell)} "
        f"THEN CASE WHEN contains({cell}, ' ') THEN split_part({cell}, ' ', 1) ELSE {cell} END "
        f"ELSE coalesce(nullif({found}, ''), {_harmless(bare)}) END"
    )


def city_of_address(cell: str) -> str:
    """The prefecture or county that follows the province; NULL if the address has none there."""
    part = r"[^\x00-\x7f\x{3000}路街巷弄号栋幢室楼村镇乡道]{1,11}?"
    kind = "(?:市|自治州|地区|盟|自治县|县)"
    pattern = rf"(?i)^(?:{_SPELLINGS})?[\s\x{{3000}}]*({part}{kind})"
    second = f"split_part({cell}, ' ', 2)"
    return (
        f"CASE WHEN {_starts_as_usual(cell)} AND NOT contains({cell}, ' ') THEN NULL "
        f"WHEN {_starts_as_usual(cell)} AND regexp_full_match({second}, '{part}{kind}') "
        f"THEN {second} "
        f"ELSE nullif(regexp_extract({content(cell)}, '{pattern}', 1), '') END"
    )


def _starts_as_usual(cell: str) -> str:
    """Whether the cell starts with a province and a blank, or is one: no search is needed then."""
    # One pattern, not IN (…), which DuckDB turns into a join for each place that asks.
    return f"regexp_matches({cell}, '^(?:{_USUAL})(?: |$)')"


def city(cell: str) -> str:
    """A city's name; NULL if the cell looks like an address."""
    return _harmless(content(cell))


def _harmless(bare: str) -> str:
    name = r"[\p{Han}]{1,15}|[A-Za-z][A-Za-z .-]{1,29}"
    return (
        f"CASE WHEN regexp_full_match({bare}, '{name}') "
        f"AND NOT regexp_matches({bare}, '(?i){_STREET}') THEN {bare} END"
    )


def buyer(cell: str) -> str:
    """HMAC-SHA256 of the account; `$inner` and `$outer` are the two pads of the project's key."""
    bare = content(cell)
    inner = f"unhex(sha256($inner::BLOB || encode({bare})))"
    return f"left(sha256($outer::BLOB || {inner}), 32)"


def number_of_buyer(cell: str) -> str:
    """The pseudonym as the integer that its hexadecimal digits are, which is cheap to store."""
    return f"('0x' || {buyer(cell)})::UHUGEINT"


_BY_KIND = {
    Kind.order_id: number_of_order,
    Kind.text: content,
    Kind.status: status,
    Kind.channel: content,
    Kind.amount: amount,
    Kind.refund: amount,
    Kind.whole_number: count,
    Kind.flag: flag,
    Kind.stages: content,
    Kind.address: province,
    Kind.province: province,
    Kind.city: city,
    Kind.buyer: number_of_buyer,
}


def value(field: Field, cell: str, *, excel_dates: bool = False) -> str:
    """The expression for a cell of this field: NULL for an empty one and for one without sense."""
    if field.kind is Kind.time:
        return time(cell, excel_dates=excel_dates)
    if field.kind is Kind.address and field.column == "city":
        return city_of_address(cell)
    return _BY_KIND[field.kind](cell)
