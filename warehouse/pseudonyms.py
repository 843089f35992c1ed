"""The project's secret key: a buyer's account enters the warehouse only as its HMAC under this key.

The same account gives the same `buyer_id` in every file, and nobody without the key can compute
or guess it.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import WarehouseError

_KEY_BYTES = 32
_BLOCK = 64  # of SHA-256; RFC 2104 pads the key to it
_INNER, _OUTER = 0x36, 0x5C


@dataclass(frozen=True)
class PseudonymKey:
    """The two padded forms of the key that HMAC hashes in front of the text."""

    inner: bytes = field(repr=False)
    outer: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> PseudonymKey:
        """The pads of a key of at most one block."""
        padded = secret.ljust(_BLOCK, b"\0")
        return cls(
            inner=bytes(byte ^ _INNER for byte in padded),
            outer=bytes(byte ^ _OUTER for byte in padded),
        )


def load_or_create_key(path: Path) -> PseudonymKey:
    """The key in `path`; made once, readable by its owner only. Call it under the ingest lock.

    Raises:
        WarehouseError: the file is not what was written there.
    """
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        secret = secrets.token_bytes(_KEY_BYTES)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    if len(secret) != _KEY_BYTES:
        raise WarehouseError(
            "key_damaged",
            zh=f"密钥文件 {path.name} 已损坏；请从备份恢复，否则买家无法与已导入的数据对应。",
            en=f"The key file {path.name} is damaged; restore it from a backup, or buyers no "
            "longer match "
            "those already loaded.",
        )
    return PseudonymKey.of(secret)
