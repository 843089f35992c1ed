"""`SnapshotStore`: the folder of immutable snapshots and the pointer file CURRENT.

A writer holds the lock, fills `build-*.duckdb`, and publishes it under a name never used before;
the pointer moves atomically. Killed at any point, readers still see the last published snapshot.
No SQL semantics here; imports only `errors` and `manifest` of this package.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.manifest import Manifest

KEPT_VERSIONS = 3
_SNAPSHOT_NAME = re.compile(r"wh-(\d+)-[0-9a-f]{12}\.duckdb")


@dataclass(frozen=True)
class SnapshotStore:
    """Snapshots in `folder`; the folder appears with the first write."""

    folder: Path

    @property
    def pointer(self) -> Path:
        """The file that names the current snapshot."""
        return self.folder / "CURRENT"

    def pointer_content(self) -> bytes | None:
        """The pointer's bytes, or None when nothing was ever published."""
        try:
            return self.pointer.read_bytes()
        except FileNotFoundError:
            return None

    def current(self) -> Manifest | None:
        """The current snapshot's manifest.

        Raises:
            WarehouseError: CURRENT is damaged.
        """
        content = self.pointer_content()
        return None if content is None else Manifest.from_json(content)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer; wait for another one. What a killed writer left behind is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "ingest.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._remove_leftovers()
            try:
                yield
            finally:
                self._remove_leftovers()

    def next_version(self) -> int:
        """A version that no file of the folder and no pointer has had."""
        current = self.current()
        names = (_SNAPSHOT_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        used = [int(name[1]) for name in names if name]
        return max([*used, current.version if current else 0]) + 1

    def new_build(self, base: Manifest | None) -> Path:
        """Path of a build file: a copy of the snapshot `base`, or not there yet."""
        build = self.folder / f"build-{self.next_version()}.duckdb"
        if base is not None:
            shutil.copyfile(self.snapshot_path(base), build)
        return build

    def snapshot_path(self, manifest: Manifest) -> Path:
        """The snapshot's file.

        Raises:
            WarehouseError: it is not there, or not as it was published.
        """
        path = self.folder / manifest.file
        if not path.is_file() or path.stat().st_size != manifest.size:
            raise WarehouseError(
                "snapshot_missing",
                zh=f"数据快照 {manifest.file} 不存在或不完整；请从备份恢复 warehouse 文件夹，"
                "或移走后重新导入。",
                en=f"The snapshot {manifest.file} is missing or incomplete; restore the "
                "warehouse folder "
                "from a backup, or move it away and load the exports again.",
            )
        return path

    def seal(self, build: Path, version: int) -> tuple[Path, str]:
        """Make a closed build file durable and immutable under its final name; path and sha256."""
        assert not Path(f"{build}.wal").exists(), "the build file was not checkpointed"
        with build.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        build.chmod(0o444)
        final = self.folder / f"wh-{version}-{digest[:12]}.duckdb"
        build.rename(final)
        self._sync_folder()
        return final, digest

    def publish(self, manifest: Manifest) -> None:
        """Point CURRENT at a sealed snapshot and drop all but the newest versions."""
        draft = self.folder / "build-CURRENT"
        with draft.open("wb") as file:
            file.write(manifest.to_json())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.pointer)
        self._sync_folder()
        self._prune(manifest)

    def _prune(self, current: Manifest) -> None:
        snapshots = [
            (int(match[1]), path)
            for path in self.folder.iterdir()
            if (match := _SNAPSHOT_NAME.fullmatch(path.name)) and path.name != current.file
        ]
        # Open readers keep an unlinked file alive until they let go of it.
        for _, path in sorted(snapshots)[: -(KEPT_VERSIONS - 1)]:
            path.unlink(missing_ok=True)

    def _remove_leftovers(self) -> None:
        for path in self.folder.glob("build-*"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
