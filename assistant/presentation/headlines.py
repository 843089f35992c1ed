"""Which metrics lead: on the overview, and among the first questions that are offered.

A product decision; what the metrics mean stands in the definitions.
"""

from __future__ import annotations

HEADLINES = (
    "paid_amount",
    "net_paid_amount",
    "paid_orders",
    "payment_rate",
    "average_order_value",
    "refund_rate",
)
