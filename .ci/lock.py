"""Resolve the base, `dev` and `sentence-transformers` dependencies; write them as pip constraints.

Called by `make lock`. Nothing is installed: pip reports what it would install. The local part of a
version ("+cpu") names one machine's build, so it is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEADER = "# Exact versions of everything, written by `make lock`; pip reads them as constraints.\n"
REPORT = (
    *("-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"),
    *("--editable", ".[dev,sentence-transformers]"),
)


def main(target: Path) -> None:
    """Write the resolved versions to `target`, sorted by name."""
    report = subprocess.run(
        [sys.executable, *REPORT], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    pins = {
        package["metadata"]["name"].lower().replace("_", "-"): package["metadata"]["version"]
        for package in json.loads(report)["install"]
    }
    del pins["koujing"]
    lines = (f"{name}=={version.partition('+')[0]}\n" for name, version in sorted(pins.items()))
    target.write_text(HEADER + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
