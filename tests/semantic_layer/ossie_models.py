"""Models for the exchange with Ossie: equal apart from places, and drawn at random."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from semantic_layer import SemanticModel
from semantic_layer.interchange.ossie_definitions import yaml_of
from semantic_layer.interchange.ossie_export import export_model
from semantic_layer.interchange.ossie_import import OssieImport, read_ossie
from semantic_layer.loader import load_model

Entry = dict[str, Any]


def placeless(value: Any) -> Any:
    """A model as plain data without the places of its definitions."""
    if is_dataclass(value) and not isinstance(value, type):
        own = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "place"}
        return type(value).__name__, placeless(own)
    if isinstance(value, Mapping):
        return {key: placeless(held) for key, held in value.items()}
    if isinstance(value, tuple | list):
        return tuple(placeless(held) for held in value)
    return value


def exchanged(model: SemanticModel) -> tuple[SemanticModel, OssieImport]:
    """The model after an export and an import into an empty project, and the import."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "shop.yaml"
        document.write_text(export_model(model).text, encoding="utf-8")
        found = read_ossie(document, model)
        models = Path(folder) / "models"
        models.mkdir()
        for file in found.files:
            (models / file.file).write_text(file.text, encoding="utf-8")
        return load_model(models), found


def loaded(*files: Entry) -> SemanticModel:
    """The model that definition files of these entries make."""
    with tempfile.TemporaryDirectory() as folder:
        for number, entries in enumerate(files):
            (Path(folder) / f"{number}.yml").write_text(yaml_of(entries), encoding="utf-8")
        return load_model(Path(folder))


_WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\u2028\u2029"),
    min_size=1,
    max_size=8,
)
_FRAGMENTS = st.sampled_from(
    (
        *("amount", "amount - coalesce(fee, 0)", "case when fee > 0 then amount else 0 end"),
        *("date_diff('day', placed_at, sent_at) / 2", "try_cast(note as double)", '"a b" / fee'),
    )
)
_CONDITIONS = st.sampled_from(
    ["fee > 0", "sent_at is not null", "note ilike '%x_''%' or note in ('no', '1')", "not gift"]
)
_FILTERS: st.SearchStrategy[Entry] = st.recursive(
    st.one_of(
        st.builds(
            lambda value: {"kind": "compare", "field": "city", "operator": "=", "value": value},
            st.one_of(_WORDS, st.integers(), st.booleans()),
        ),
        st.builds(
            lambda values: {"kind": "in", "field": "brand", "values": values},
            st.lists(_WORDS, min_size=1, max_size=3),
        ),
        st.just({"kind": "is_null", "field": "city"}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda part: {"kind": "not", "part": part}, inner),
        st.builds(
            lambda kind, parts: {"kind": kind, "parts": parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=1, max_size=2),
        ),
    ),
    max_leaves=4,
)
_SPANS = st.builds(
    lambda count, unit: f"{count} {unit}", st.integers(1, 99), st.sampled_from(["day", "month"])
)


class _Shop:
    """Draws one dataset of items and one of orders that lead to them, metrics of every kind."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._number = 0

    def files(self) -> tuple[Entry, ...]:
        return self._items(), self._orders()

    def _unique(self) -> str:
        """A word that no other definition has."""
        self._number += 1
        return f"{self._draw(_WORDS)} {self._number}"

    def _text(self) -> Entry:
        return {"zh": self._unique(), "en": self._unique()}

    def _maybe(self, **keys: st.SearchStrategy[Any]) -> Entry:
        """Some of the keys."""
        return {key: self._draw(held) for key, held in keys.items() if self._draw(st.booleans())}

    def _words(self) -> Entry:
        return {"zh": [self._unique()], "en": [self._unique() for _ in range(2)]}

    def _items(self) -> Entry:
        return {
            "dataset": "items",
            "source": "source.items",
            "grain": self._unique(),
            "label": self._text(),
            "export_name": self._text(),
            "entities": [{"name": "item", "type": "primary", "expr": "item_id"}],
            "dimensions": [
                {"type": "categorical", "name": "brand", "label": self._text()}
                | self._maybe(personal=st.just(False), expr=st.just("upper(brand)"))
            ],
        }

    def _orders(self) -> Entry:
        return {
            "dataset": "orders",
            "source": "mart.orders",
            "grain": self._unique(),
            "label": self._text(),
            "export_name": self._text(),
            "entities": [
                {"name": "order", "type": "primary", "expr": "order_key"},
                {"name": "item", "type": "foreign", "expr": "item_id"},
                {"name": "buyer", "type": "unique", "expr": "lower(buyer)"},
            ],
            "dimensions": [
                {"type": "time", "name": "placed_at", "grain": "hour", "label": self._text()},
                {"type": "time", "name": "sent_at", "grain": "day", "label": self._text()}
                | self._maybe(partition=st.booleans()),
                {
                    "type": "categorical",
                    "name": "city",
                    "label": self._text(),
                    "description": self._text(),
                    "synonyms": self._words(),
                    "member_synonyms": {self._unique(): [self._unique()]},
                    "expr": "trim(city)",
                },
                {"type": "conformed", "name": "brand", "conforms_to": "items", "expr": "mark"},
            ],
            "metrics": [*self._simple(), *self._composed()],
        }

    def _metric(self, name: str, kind: str, additivity: str, **keys: Any) -> Entry:
        governed = {
            "name": name,
            "type": kind,
            "label": self._text(),
            "description": self._text(),
            "synonyms": self._words(),
            "unit": self._draw(st.sampled_from(["count", "CNY", "ratio", "days", "score"])),
            "additivity": additivity,
            "owner": self._unique(),
            "status": self._draw(st.sampled_from(["draft", "certified", "deprecated"])),
            "version": self._draw(st.integers(1, 9)),
        }
        return governed | self._maybe(where=_FILTERS) | keys

    def _simple(self) -> list[Entry]:
        dated = {"agg_time_dimension": self._draw(st.sampled_from(["placed_at", "sent_at"]))}
        aggregates = {
            "total": ("sum", "additive"),
            "lines": ("count", "additive"),
            "buyers": ("count_distinct", "non_additive"),
            "mean": ("average", "non_additive"),
            "middle": ("median", "non_additive"),
            "high": ("percentile", "non_additive"),
            "stock": ("sum", "semi_additive"),
        }
        shared = self._unique()
        metrics = []
        for name, (agg, additivity) in aggregates.items():
            keys: Entry = dated | {"agg": agg, "expr": self._draw(_FRAGMENTS)}
            keys |= self._maybe(
                filter=_CONDITIONS,
                fill_nulls_with=st.sampled_from([None, 0, 7]),
                quiet_periods=st.booleans(),
            )
            if name == "high":
                keys["percentile"] = {
                    "fraction": self._draw(st.sampled_from([0, 0.25, 0.9, 1])),
                    "discrete": self._draw(st.booleans()),
                }
            if name == "stock":
                choice = self._draw(st.sampled_from(["first", "last", "min", "max"]))
                keys["semi_additive"] = {"dimension": "sent_at", "choice": choice}
            if name in ("total", "lines"):
                keys["ambiguous_terms"] = {"zh": [shared]}
            metrics.append(self._metric(name, "simple", additivity, **keys))
        return metrics

    def _composed(self) -> list[Entry]:
        used = {"metric": "total"} | self._maybe(where=_FILTERS)
        shifted = {"metric": "total", "alias": "before", "offset": self._draw(_SPANS)}
        window = self._maybe(window=_SPANS) or self._maybe(to_date=st.just("month"))
        constant = [{"base": "brand", "conversion": "city"}]
        return [
            self._metric("rate", "ratio", "non_additive", numerator=used, denominator="lines"),
            self._metric(
                "growth",
                "derived",
                "non_additive",
                expr="total / before - 1",
                inputs=["total", shifted],
            ),
            self._metric("sofar", "cumulative", "non_additive", input=used, **window),
            self._metric(
                "repeat",
                "conversion",
                "non_additive",
                base="lines",
                conversion="lines",
                entity="order",
                **self._maybe(window=_SPANS, constant_properties=st.just(constant)),
            ),
        ]


@st.composite
def models(draw: st.DrawFn) -> SemanticModel:
    """A model with every kind of definition that files can make."""
    return loaded(*_Shop(draw).files())
