"""How load, link + parse and compile grow with a model: 20, 200 and 2,000 metrics.

Each dataset has twenty metrics (sums, ratios and formulas of them) and reaches the same shops, so
that a larger model has more of everything but longer join paths. Figures are of one warm process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import yaml

from assistant.linking.lexicon import Lexicon
from assistant.outcome import Parsed
from assistant.parsing.linked_parser import ParseContext, parse_linked
from bench.report import milliseconds, spread
from semantic_layer import (
    Catalog,
    DateRange,
    SemanticModel,
    SemanticQuery,
    SourceTable,
    compile_query,
    plan,
    resolve,
)
from semantic_layer.loader import SHIPPED, load_model

SIZES = (20, 200, 2_000)
SUMS, RATIOS, FORMULAS = 12, 4, 4
QUERIES = 300
NOW = datetime(2026, 11, 24, 12)
DAYS = DateRange(date(2025, 1, 1), date(2026, 11, 24))
SHAPES = ("上个月{}", "近30天按天的{}", "{} by town")
_ONSETS, _VOWELS = "bdfgklmnprtvz", "aeiou"

Entry = dict[str, object]


def main() -> None:
    """Print each model's figures."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), size // (SUMS + RATIOS + FORMULAS))
            started = perf_counter()
            model = load_model(Path(folder))
            loaded = perf_counter()
            lexicon = Lexicon.build(model, {"town": ("north", "south")})
            built = perf_counter()
        print(f"{len(model.metrics):,} metrics in {len(model.datasets):,} datasets")
        print(f"  load            {loaded - started:8.2f} s")
        print(f"  lexicon         {built - loaded:8.2f} s")
        context = ParseContext(model, lexicon, NOW, model.metrics.keys())
        read, compiled, readings = _ask_all(context)
        print(f"  link + parse    {spread(read)}")
        print(f"  resolve to SQL  {spread(compiled)}")
        print(f"  {readings} of {len(read)} questions have one reading")


def _ask_all(context: ParseContext) -> tuple[list[float], list[float], int]:
    model, catalog = context.model, _catalog(context.model)
    names = list(model.metrics)
    readings = 0
    read, compiled = [], []
    for number in range(QUERIES):
        metric = model.metrics[names[number * 7 % len(names)]]
        question = SHAPES[number % len(SHAPES)].format(metric.label.en)
        read.append(milliseconds(partial(parse_linked, question, context)))
        readings += isinstance(parse_linked(question, context), Parsed)
        query = SemanticQuery.model_validate(
            {
                "metrics": [metric.name, names[(number * 11 + 1) % len(names)]],
                "group_by": ["metric_time__month", "town"],
                "where": {"kind": "compare", "field": "town", "operator": "!=", "value": "north"},
            }
        )
        compiled.append(milliseconds(partial(_to_sql, query, model, catalog)))
    return read, compiled, readings


def _to_sql(query: SemanticQuery, model: SemanticModel, catalog: Catalog) -> str:
    return compile_query(plan(resolve(query, model, catalog, NOW.date()))).sql


def _catalog(model: SemanticModel) -> Catalog:
    tables = {}
    for dataset in model.datasets.values():
        columns = ["day", "key", "shop_key", "town", *(f"value_{n}" for n in range(SUMS))]
        tables[dataset.source] = SourceTable(
            dict.fromkeys(columns, "VARCHAR"), dict.fromkeys(columns, (DAYS,))
        )
    return Catalog(tables)


def _write(folder: Path, datasets: int) -> None:
    (folder / "facets.yml").write_bytes((SHIPPED / "facets.yml").read_bytes())
    entries = {"shops": _shops()}
    entries |= {f"area_{number}": _area(number) for number in range(datasets)}
    for name, entry in entries.items():
        text = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def _shops() -> Entry:
    return {
        **_dataset("shops", "shop"),
        "entities": [{"name": "shop", "type": "primary", "expr": "shop_key"}],
        "dimensions": [{"name": "town", "type": "categorical", **_words("town")}],
    }


def _area(number: int) -> Entry:
    key = f"row_of_{number}"
    day = {"name": f"day_of_{number}", "type": "time", "grain": "day", "expr": "day"}
    return {
        **_dataset(f"area_{number}", key),
        "entities": [
            {"name": key, "type": "primary", "expr": "key"},
            {"name": "shop", "type": "foreign", "expr": "shop_key"},
        ],
        "dimensions": [{**day, **_words(f"day of {_word(number)}")}],
        "metrics": [*_metrics(number)],
    }


def _dataset(name: str, key: str) -> Entry:
    return {
        "dataset": name,
        "source": f"mart.{name}",
        "grain": f"one row per {key}",
        "label": {"zh": name, "en": name},
        "export_name": {"zh": name, "en": name},
    }


def _metrics(number: int) -> Iterator[Entry]:
    first = number * (SUMS + RATIOS + FORMULAS)
    names = [_word(first + place) for place in range(SUMS + RATIOS + FORMULAS)]
    time = f"day_of_{number}"
    for place, name in enumerate(names[:SUMS]):
        own = {"type": "simple", "agg": "sum", "expr": f"value_{place}", "agg_time_dimension": time}
        yield {"name": name, **own, **_governed(name), "unit": "CNY", "additivity": "additive"}
    derived = {"unit": "ratio", "additivity": "non_additive"}
    for place, name in enumerate(names[SUMS : SUMS + RATIOS]):
        own = {"type": "ratio", "numerator": names[place], "denominator": names[place + 1]}
        yield {"name": name, **own, **_governed(name), **derived}
    for place, name in enumerate(names[SUMS + RATIOS :]):
        inputs = names[place : place + 3]
        formula = "({} - {}) / {}".format(*inputs)
        own = {"type": "derived", "expr": formula}
        yield {"name": name, **own, "inputs": inputs, **_governed(name), **derived}


def _governed(name: str) -> Entry:
    return {**_words(name), "owner": "bench", "status": "certified", "version": 1} | {
        "good_direction": "up"
    }


def _words(name: str) -> Entry:
    return {"label": {"zh": name, "en": name}, "description": {"zh": name, "en": name}}


def _word(number: int) -> str:
    """A word of its own for each number, none of which means anything."""
    syllables = len(_ONSETS) * len(_VOWELS)
    word = "qu"
    for _ in range(3):
        number, syllable = divmod(number, syllables)
        word += _ONSETS[syllable // len(_VOWELS)] + _VOWELS[syllable % len(_VOWELS)]
    return word


if __name__ == "__main__":
    main()
