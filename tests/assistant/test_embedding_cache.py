"""Passages are embedded once, whatever happens to the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.nearest.embedders import Vectors
from assistant.nearest.embedding_cache import CachedEmbedder


class CountingEmbedder:
    """A text becomes its length and its first letter's number; every passage asked for is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return self.embed_queries(texts)


def test_a_second_process_embeds_only_what_is_new(tmp_path: Path) -> None:
    first, second = CountingEmbedder(), CountingEmbedder()
    file = tmp_path / "new" / "embeddings.npz"
    CachedEmbedder(first, "m", file).embed_passages(["支付金额", "退款"])
    vectors = CachedEmbedder(second, "m", file).embed_passages(["退款", "orders", "支付金额"])
    assert second.asked == ["orders"]
    assert vectors.tolist() == second.embed_queries(["退款", "orders", "支付金额"]).tolist()


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    other = CountingEmbedder()
    CachedEmbedder(CountingEmbedder(), "m", tmp_path / "e.npz").embed_passages(["a"])
    CachedEmbedder(other, "n", tmp_path / "e.npz").embed_passages(["a"])
    assert other.asked == ["a"]


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04broken"])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "e.npz"
    file.write_bytes(content)
    embedder = CountingEmbedder()
    assert CachedEmbedder(embedder, "m", file).embed_passages(["abc"]).tolist() == [[3, 97]]
    assert embedder.asked == ["abc"]


def test_a_file_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    file = tmp_path / "taken" / "e.npz"
    assert CachedEmbedder(CountingEmbedder(), "m", file).embed_passages(["ab"]).tolist() == [
        [2, 97]
    ]
