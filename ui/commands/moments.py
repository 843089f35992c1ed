"""`Moment`: a day or a moment on the command line, in shop time. Imports nothing of the house."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

SHOP_TIME = ZoneInfo("Asia/Shanghai")


class Moment(click.ParamType[datetime]):
    """A day or a moment in ISO form; a bare day means its noon."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the value, or fail with a usage error."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-24", param, ctx)
        return moment_of(moment, has_time=len(value) > len("2026-11-24"))


def moment_of(moment: datetime, *, has_time: bool) -> datetime:
    """The same moment in shop time, without a zone."""
    if moment.tzinfo is not None:
        return moment.astimezone(SHOP_TIME).replace(tzinfo=None)
    return moment if has_time else datetime.combine(moment.date(), time(12))
