from __future__ import annotations

from pathlib import Path

from tests.ui.conftest import OpenApp
from tests.ui.pages import ask, said, turn_to
from tests.ui.small_shop import CREATED, PAID, count, lines, write_export


def test_what_is_loaded_and_from_which_files(open_app: OpenApp, shop: Path) -> None:
    tables, files = (frame.value for frame in open_app(shop, page="data").dataframe)
    orders = tables.set_index("表").loc["mart.orders"]
    assert orders["行数"] == len(lines())
    assert orders["覆盖日期"] == "2026-08-24 – 2026-11-21"
    assert files["文件"].tolist() == ["ExportOrderList.csv"]


def test_an_export_is_dropped_in_and_asked_about(open_app: OpenApp, tmp_path: Path) -> None:
    export = write_export(tmp_path / "订单.csv")
    app = open_app(tmp_path / "new", page="data")
    assert app.button(key="load").disabled
    app.file_uploader(key="upload").upload("订单.csv", export.read_bytes(), "text/csv").run()
    app.button(key="load").click().run()
    assert f"{len(lines())} 行" in said(app)
    ask(turn_to(app, "chat"), "上个月下单多少单, 付款多少单?")
    assert [card.value for card in app.metric] == [str(count(CREATED)), str(count(PAID))]


def test_a_file_that_is_no_export_is_told_and_changes_nothing(
    open_app: OpenApp, own_shop: Path
) -> None:
    app = open_app(own_shop, page="data", language="en")
    current = (own_shop / "warehouse" / "CURRENT").read_bytes()
    app.file_uploader(key="upload").upload("x.csv", b"a,b\n1,2\n", "text/csv").run()
    app.button(key="load").click().run()
    assert "x.csv" in said(app)
    assert not app.exception
    assert (own_shop / "warehouse" / "CURRENT").read_bytes() == current
    assert app.dataframe, "what is loaded stays in sight"
