"""Foreign Ossie documents: what comes of them, what is left out, and what is wrong with them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from semantic_layer import (
    Catalog,
    DateRange,
    DefinitionError,
    SemanticModel,
    SemanticQuery,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.interchange.ossie_entries import ExpressionEntry
from semantic_layer.interchange.ossie_expressions import RowScope, read_formula, read_tree
from semantic_layer.interchange.ossie_import import OssieImport, read_ossie
from semantic_layer.interchange.ossie_texts import Reason
from semantic_layer.loader import load_model
from tests.ossie_library import DOCUMENT, TABLES

Entry = dict[str, Any]
EMPTY = SemanticModel({}, {})
TODAY = date(2024, 3, 10)


@pytest.fixture(scope="module")
def library() -> OssieImport:
    """The library beside the shipped definitions."""
    return read_ossie(DOCUMENT, load_model())


def written(found: OssieImport, folder: Path) -> SemanticModel:
    """The model of the files that an import would write."""
    for file in found.files:
        (folder / file.file).write_text(file.text, encoding="utf-8")
    return load_model(folder)


def document(tmp_path: Path, **keys: Any) -> Path:
    """A small document, some keys changed or, if None, left out."""
    field = {"name": "amount", "expression": said("amount")}
    time = {"name": "day", "expression": said("day"), "datatype": "Date"}
    entry = {
        "version": "0.2.0.dev0",
        "name": "small",
        "datasets": [{"name": "sales", "source": "sales", "fields": [field, time]}],
        "metrics": [{"name": "total", "expression": said("SUM(sales.amount)")}],
    } | keys
    path = tmp_path / "small.json"
    kept = {key: value for key, value in entry.items() if value is not None}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def said(text: str, dialect: str = "ANSI_SQL") -> Entry:
    return {"dialects": [{"dialect": dialect, "expression": text}]}


def metric(found: OssieImport, name: str) -> Entry:
    parts = [part.entry for file in found.files for part in file.metrics]
    return next(entry for entry in parts if entry["name"] == name)


def of_kind(entry: Entry) -> Entry:
    """What an entry computes, without its words."""
    words = ("name", "label", "description", "synonyms", "unit", "owner", "status", "version")
    return {key: value for key, value in entry.items() if key not in words}


LOANS = {"agg_time_dimension": "lent_at"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("loan_count", LOANS | {"agg": "count", "expr": "loan_id", "additivity": "additive"}),
        (
            "late_fines",
            LOANS
            | {"agg": "sum", "expr": "(fine_cents / 100.0)", "additivity": "additive"}
            | {"filter": "DATE_DIFF('DAY', lent_at, returned_at) > 14"},
        ),
        (
            "returned",
            LOANS
            | {"agg": "sum_boolean", "expr": "NOT returned_at IS NULL", "additivity": "additive"},
        ),
        (
            "readers",
            LOANS | {"agg": "count_distinct", "expr": "member_id", "additivity": "non_additive"},
        ),
        (
            "slow_days",
            LOANS
            | {"agg": "percentile", "percentile": {"fraction": 0.9, "discrete": False}}
            | {"expr": "DATE_DIFF('DAY', lent_at, returned_at)", "additivity": "non_additive"},
        ),
        (
            "fine_per_loan",
            {"numerator": "fines", "denominator": "loan_count", "additivity": "non_additive"},
        ),
        (
            "loans_per_reader",
            {"numerator": "loan_count", "denominator": "readers", "additivity": "non_additive"},
        ),
        (
            "late_share",
            {"expr": "100.0 * late_share_part_1 / NULLIF(loan_count, 0)"}
            | {"inputs": ["late_share_part_1", "loan_count"], "additivity": "non_additive"},
        ),
    ],
)
def test_aggregates_and_arithmetic_become_metrics(
    library: OssieImport, name: str, expected: Entry
) -> None:
    entry = of_kind(metric(library, name))
    entry.pop("type")
    assert entry == expected


def test_texts_are_the_same_in_both_languages(library: OssieImport) -> None:
    entry = metric(library, "loan_count")
    assert entry["label"] == {"zh": "loan count", "en": "loan count"}
    told = "Loans that began. Not the copies"
    assert entry["description"] == {"zh": told, "en": told}
    assert entry["synonyms"] == {"en": ["loans made"]}
    assert (entry["status"], entry["owner"]) == ("draft", "imported")


def test_fields_become_dimensions_unless_they_join_or_are_measured(library: OssieImport) -> None:
    dimensions = {
        part.entry["name"]: part.entry for file in library.files for part in file.dimensions
    }
    kinds = {name: (entry["type"], entry.get("grain")) for name, entry in dimensions.items()}
    assert kinds == {
        "lent_at": ("time", "hour"),
        "returned_at": ("time", "hour"),
        "shelf": ("categorical", None),
        "members_town": ("categorical", None),  # the word town means the city of an order
        "joined": ("time", "day"),
    }
    assert dimensions["shelf"]["synonyms"] == {"zh": ["书架"], "en": ["rack"]}
    loans = library.datasets[0]
    assert (loans["source"], loans["grain"]) == ("source.loans", "one row per loan_id")
    assert loans["entities"] == [
        {"name": "loans", "type": "primary", "expr": "loan_id"},
        {"name": "members", "type": "foreign", "expr": "member_id"},
    ]


def test_what_cannot_be_said_is_named_with_reason_and_line(library: OssieImport) -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    told = {one.name: one for one in library.left_out}
    for name, reason in {
        "running_loans": "it uses a window function",
        "spread": "the aggregate STDDEV(Loans.fine) is not supported",
        "per_town": "one aggregate reads several datasets, Loans, members",
        "in_dax": "expressions in DAX cannot be read",
        "misspelt": "there is no field Loans.fines",
        "of_the_left_out": "it uses spread, which is left out",
    }.items():
        assert told[name].text.en == reason
        assert lines[int(told[name].where.rpartition(":")[2]) - 1] == f"  - name: {name}"
        assert name not in library.metrics
    assert told["visits"].text.en == "it is a query"
    assert told["loans_to_towns"].text.en.startswith("town is no key of members")
    assert told["library"].text.en == "the extensions of DBT are not read"
    assert told["loan_count"].text.en == "the words refund rate already mean something else"
    assert "TO_CHAR" in told["Loans.weekday"].text.en
    assert all(one.text.zh and one.where for one in library.left_out)


def test_what_the_file_does_not_say_is_told(library: OssieImport) -> None:
    told = [(one.name, one.text.en) for one in library.assumed]
    assert ("fines", "it is dated by lent_at, not by returned_at") in told
    assert ("members.joined", "it is a date, by the day") in told
    assert ("placed_orders", "it is called library_placed_orders here") in told


def test_the_imported_metrics_answer(library: OssieImport, tmp_path: Path) -> None:
    model = written(library, tmp_path)
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA source")
        for table in ("loans", "members"):
            path = (TABLES / f"{table}.csv").as_posix()
            connection.execute(f"CREATE TABLE source.{table} AS FROM read_csv('{path}')")
        days = (DateRange(date(2023, 1, 1), TODAY),)
        tables = {}
        for table in ("loans", "members"):
            described = connection.execute(f"DESCRIBE source.{table}").fetchall()
            columns = {row[0]: row[1] for row in described}
            tables[f"source.{table}"] = SourceTable(columns, dict.fromkeys(columns, days))
        names = ["loan_count", "late_fines", "returned", "readers", "late_share", "fine_per_loan"]
        query = SemanticQuery.model_validate(
            {"metrics": names, "group_by": ["members_town"], "time": {"kind": "all"}}
            | {"order_by": [{"name": "loan_count"}]}
        )
        sql = compile_query(plan(resolve(query, model, Catalog(tables), TODAY))).sql
        rows = connection.execute(sql).fetchall()
    # Loans 1 (17 days out, 2.50) and 3 (28 days, 4.00) are late; loan 4 is not back yet.
    assert rows == [
        ("Aldham", 3, 6.5, 3, 2, pytest.approx(200 / 3), pytest.approx(6.5 / 3)),
        ("Bures", 1, 0, 0, 1, 0, 0),
    ]


def test_the_list_of_models_of_earlier_versions_reads_alike(
    library: OssieImport, tmp_path: Path
) -> None:
    data = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    data.pop("version")
    extension = data["custom_extensions"][0]
    extension["data"] = json.dumps(extension["data"])
    earlier = {"version": "0.1.1", "dialects": ["ANSI_SQL"], "semantic_model": [data]}
    path = tmp_path / "library.json"
    path.write_text(json.dumps(earlier, indent=1, default=str), encoding="utf-8")
    found = read_ossie(path, load_model())
    assert [file.text for file in found.files] == [file.text for file in library.files]
    assert [one.text for one in found.left_out] == [one.text for one in library.left_out]


def test_a_folder_is_read_whole_and_other_kinds_of_documents_are_passed_over(
    tmp_path: Path,
) -> None:
    document(tmp_path)
    (tmp_path / "deep").mkdir()
    second = document(tmp_path, name="second")
    second.rename(tmp_path / "deep" / "second.json")
    document(tmp_path)
    (tmp_path / "concepts.yaml").write_text("ontology: []\nversion: 0.2.0.dev0", encoding="utf-8")
    found = read_ossie(tmp_path, EMPTY)
    assert [entry["dataset"] for entry in found.datasets] == ["sales", "small_sales"]
    assert found.metrics == ("total", "small_total")


def test_a_name_that_is_taken_gets_its_owners_name() -> None:
    shipped = load_model()
    found = read_ossie(DOCUMENT, shipped)
    assert "library_placed_orders" in found.metrics
    assert not set(found.metrics) & set(shipped.metrics)
    again = read_ossie(DOCUMENT, EMPTY)
    assert "placed_orders" in again.metrics


def test_only_dates_are_time_dimensions(tmp_path: Path) -> None:
    fields = [
        {"name": "amount", "expression": said("amount"), "datatype": "Decimal"},
        {"name": "day", "expression": said("day"), "datatype": "Date"},
        {"name": "seen", "expression": said("seen"), "datatype": "DateTimeTz"},
        {"name": "year", "expression": said("year"), "datatype": "Integer"}
        | {"dimension": {"is_time": True}},
        {"name": "quarter", "expression": said("quarter"), "dimension": {"is_time": True}},
        {"name": "audited", "expression": said("audited"), "datatype": "DateTime"}
        | {"dimension": {"is_time": False}},
    ]
    datasets = [{"name": "sales", "source": "sales", "fields": fields}]
    found = read_ossie(document(tmp_path, datasets=datasets), EMPTY)
    kinds = {part.entry["name"]: part.entry["type"] for part in found.files[0].dimensions}
    assert kinds == {"day": "time", "seen": "time"} | dict.fromkeys(
        ("year", "quarter", "audited"), "categorical"
    )


def test_a_table_dated_by_another_table_says_so(tmp_path: Path) -> None:
    day = {"name": "day", "expression": said("day"), "datatype": "Date"}
    number = {"name": "day_id", "expression": said("day_id"), "datatype": "Integer"}
    amount = {"name": "amount", "expression": said("amount"), "datatype": "Integer"}
    datasets = [
        {"name": "sales", "source": "sales", "fields": [amount, number]},
        {"name": "days", "source": "days", "primary_key": ["day_id"], "fields": [day, number]},
    ]
    columns = {"from_columns": ["day_id"], "to_columns": ["day_id"]}
    relationships = [{"name": "dated", "from": "sales", "to": "days"} | columns]
    found = read_ossie(document(tmp_path, datasets=datasets, relationships=relationships), EMPTY)
    (told,) = found.left_out
    expected = "the dataset sales has no time field of its own, its dates stand in days"
    assert (told.name, told.text.en) == ("total", expected)


def test_a_metric_that_is_left_out_takes_no_other_with_it(tmp_path: Path) -> None:
    metrics = [
        {"name": "root", "expression": said("SQRT(AVG(sales.amount))")},
        {"name": "rounded", "expression": said("ROUND(AVG(sales.amount))")},
        {"name": "again", "expression": said("ABS(AVG(sales.amount))")},
    ]
    found = read_ossie(document(tmp_path, metrics=metrics), EMPTY)
    assert [one.name for one in found.left_out] == ["root"]
    assert found.metrics == ("rounded_part_1", "rounded", "again")
    assert metric(found, "again")["inputs"] == ["rounded_part_1"]
    (tmp_path / "models").mkdir()
    assert set(written(found, tmp_path / "models").metrics) == set(found.metrics)


SCOPE = RowScope(
    fields={
        "o": {name: read_tree(ExpressionEntry.model_validate(said(name))) for name in "abcd"},
        "p": {"e": read_tree(ExpressionEntry.model_validate(said("e")))},
    },
    metrics=frozenset({"total"}),
)


def formula_of(text: str, dialect: str = "ANSI_SQL") -> tuple[str, list[str]]:
    """The formula, and each aggregate as text."""
    found = read_formula(read_tree(ExpressionEntry.model_validate(said(text, dialect))), SCOPE)
    shown = []
    for one in found.aggregates:
        condition = f" where {one.filter.sql('duckdb')}" if one.filter is not None else ""
        shown.append(f"{one.agg}({one.expr.sql('duckdb')}){condition}")
    return found.tree.sql("duckdb"), shown


@pytest.mark.parametrize(
    ("text", "dialect", "formula", "aggregates"),
    [
        ("SUM(o.a)", "ANSI_SQL", "part_0", ["sum(a)"]),
        ("sum(O.A)", "ANSI_SQL", "part_0", ["sum(a)"]),
        ("SUM(a) + SUM(o.a)", "ANSI_SQL", "part_0 + part_0", ["sum(a)"]),
        ("AVG(CASE WHEN o.b THEN o.a END)", "ANSI_SQL", "part_0", ["average(a) where b"]),
        ("AVG(CASE WHEN o.b THEN o.a ELSE 0 END)", "ANSI_SQL", "part_0", None),
        ("COUNT(CASE WHEN o.b > 1 THEN 1 END)", "ANSI_SQL", "part_0", ["sum_boolean(b > 1)"]),
        ("COUNT_IF(o.b)", "SNOWFLAKE", "part_0", ["sum_boolean((b) IS TRUE)"]),
        ("SUM(IFF(o.b, o.a, 0))", "SNOWFLAKE", "part_0", ["sum(a) where b"]),
        ("COUNTIF(o.b)", "BIGQUERY", "part_0", ["sum_boolean(b)"]),
        ("SUM(`o`.`a`)", "DATABRICKS", "part_0", ["sum(a)"]),
        ("MAX(o.a) FILTER (WHERE o.b)", "ANSI_SQL", "part_0", ["max(a) where b"]),
        ("SUM(YEAR(o.a))", "ANSI_SQL", "part_0", ["sum(EXTRACT(YEAR FROM a))"]),
        ("total / NULLIF(MIN(o.a), 0)", "ANSI_SQL", "total / NULLIF(part_0, 0)", ["min(a)"]),
        ("ROUND(total * 2)", "ANSI_SQL", "ROUND(total * 2)", []),
    ],
)
def test_expressions_of_sql_dialects(
    text: str, dialect: str, formula: str, aggregates: list[str] | None
) -> None:
    tree, found = formula_of(text, dialect)
    assert tree == formula
    if aggregates is None:
        assert found == ["average(CASE WHEN b THEN a ELSE 0 END)"]
    else:
        assert found == aggregates


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SUM(o.a", "cannot be read as SQL"),
        ("SUM(DISTINCT o.a)", "is not supported"),
        ("COUNT(DISTINCT o.a, o.b)", "several columns as one value"),
        ("APPROX_COUNT_DISTINCT(o.a)", "is not supported"),
        ("SUM(MAX(o.a))", "an aggregate stands inside another"),
        ("SUM(o.a) OVER (ORDER BY o.b)", "window function"),
        ("SUM((SELECT 1))", "subquery"),
        ("SUM(o.a * p.e)", "several datasets"),
        ("SUM(o.a) + o.b", "is not aggregated"),
        ("SUM(q.a)", "there is no field"),
        ("1 + 1", "it aggregates no field"),
        ("COUNT(*)", "does not say which dataset"),
    ],
)
def test_an_expression_that_is_not_understood_says_why(text: str, reason: str) -> None:
    with pytest.raises(Reason, match=reason) as caught:
        formula_of(text)
    assert caught.value.text.zh


@pytest.mark.parametrize(
    ("keys", "code", "named"),
    [
        ({"version": "9.0"}, "ossie_version_unknown", "'9.0'"),
        ({"version": None}, "ossie_version_unknown", "not given"),
        ({"name": None}, "key_missing", "'name'"),
        ({"datasets": None}, "ossie_no_model", "no Ossie semantic model"),
        ({"datasets": []}, "value_empty", "'datasets'"),
        ({"datasets": [{"name": "sales"}]}, "key_missing", "'source'"),
        ({"metrics": [{"name": "m", "expression": "SUM(a)"}]}, "value_of_wrong_kind", "expression"),
        ({"metrics": [{"name": "m", "expression": {"dialects": []}}]}, "value_empty", "dialects"),
        (
            {"custom_extensions": [{"vendor_name": "DBT", "data": "{broken"}]},
            "value_of_wrong_kind",
            "'data'",
        ),
    ],
)
def test_a_document_that_is_wrong_is_told_with_its_line(
    tmp_path: Path, keys: Entry, code: str, named: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_ossie(document(tmp_path, **keys), EMPTY)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert named in issue.message.en
    assert issue.message.zh
    assert code == "ossie_no_model" or (issue.where or "").startswith("small.json:")


def test_a_file_that_is_not_there_or_no_yaml_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("version: [", encoding="utf-8")
    for path, code in (
        (tmp_path / "none.yaml", "file_unreadable"),
        (tmp_path / "broken.yaml", "yaml_broken"),
        (tmp_path / "empty", "ossie_no_model"),
    ):
        if path.name == "empty":
            path.mkdir()
        with pytest.raises(DefinitionError) as caught:
            read_ossie(path, EMPTY)
        assert [issue.code for issue in caught.value.issues] == [code]


def test_keys_that_a_later_draft_adds_are_named(tmp_path: Path) -> None:
    found = read_ossie(document(tmp_path, behavior={"actions": []}), EMPTY)
    assert [(one.name, one.text.en) for one in found.left_out] == [
        ("small.behavior", "the key behavior is not read")
    ]
