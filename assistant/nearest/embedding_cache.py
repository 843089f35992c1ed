"""An `Embedder` that remembers passages in a file: embedding all definitions takes seconds.

The file is a cache and nothing more: one that cannot be read or written is as good as none.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant.nearest.embedders import Embedder, Vectors


@dataclass(frozen=True)
class CachedEmbedder:
    """`embedder`, with the passages it has seen kept in `file`; `name` tells models apart."""

    embedder: Embedder
    name: str
    file: Path

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`; questions are not kept."""
        return self.embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        known = self._read()
        missing = [text for text in dict.fromkeys(texts) if self._key(text) not in known]
        if missing:
            vectors = self.embedder.embed_passages(missing)
            known |= {
                self._key(text): vector for text, vector in zip(missing, vectors, strict=True)
            }
            self._write(known)
        return np.stack([known[self._key(text)] for text in texts])

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self.name}\0{text}".encode()).hexdigest()

    def _read(self) -> dict[str, Vectors]:
        try:
            with self.file.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        except (OSError, ValueError, EOFError, BadZipFile):
            return {}

    def _write(self, known: dict[str, Vectors]) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.file.parent, suffix=".npz")
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **known)  # type: ignore[arg-type]
            Path(name).replace(self.file)
        except OSError:
            return
