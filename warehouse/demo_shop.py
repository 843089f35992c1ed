"""`build_demo`: the invented shop of `warehouse.demo` as a snapshot like any other.

Imports `build`, `snapshots`, `source_tables` and, when called, `demo`.
"""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path

from warehouse.build import open_build, publish_build, record_coverage, table_infos
from warehouse.errors import WarehouseError
from warehouse.manifest import Manifest
from warehouse.snapshots import SnapshotStore
from warehouse.source_tables import keep_source_tables, source_infos


def build_demo(
    folder: Path, *, end_day: date, seed: int = 618, orders: int = 200_000, now: datetime
) -> Manifest:
    """Fill the warehouse in `folder` with the demo shop up to `end_day`; an earlier demo goes.

    Raises:
        WarehouseError: too few orders, the folder holds ingested ones, or it is damaged.
    """
    # numpy and pandas are slow to import, and only the demo needs them.
    from warehouse.demo import MINIMUM_ORDERS, demo_coverage, fill_demo

    if orders < MINIMUM_ORDERS:
        raise WarehouseError(
            "demo_too_small",
            zh=f"演示店铺至少需要 {MINIMUM_ORDERS} 个订单，给出的是 {orders}；请增大订单数。",
            en=f"The demo shop needs at least {MINIMUM_ORDERS} orders, not {orders}; ask for more.",
        )

    store = SnapshotStore(folder)
    with store.writing(), tempfile.TemporaryDirectory(dir=folder, prefix="build-") as scratch:
        current = store.current()
        if current is not None and current.kind == "ingested":
            raise WarehouseError(
                "project_in_use",
                zh="这个项目里已有导入的订单，演示店铺不会覆盖它们；请用 --project "
                "指定另一个文件夹。",
                en="This project holds loaded orders, which the demo shop does not overwrite; "
                "name another "
                "folder with --project.",
            )
        build = store.new_build(None)
        with open_build(build, Path(scratch)) as connection:
            fill_demo(connection, end_day=end_day, seed=seed, orders=orders)
            if current is not None:
                keep_source_tables(connection, store.snapshot_path(current))
            coverage = demo_coverage(end_day)
            record_coverage(connection, coverage)
            tables = {**table_infos(connection, coverage), **source_infos(connection)}
        return publish_build(store, build, kind="demo", tables=tables, batches=(), now=now)
