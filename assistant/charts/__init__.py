"""Which chart answers a question, and the chart itself: rules over a measured result, no model.

The order of the modules is the line: request, profile, drawings, forms, laws, rules.
"""

from assistant.charts.inference import infer
from assistant.charts.request import ChartRequest, Intent
from assistant.charts.rules import RULES, recommend

__all__ = ["RULES", "ChartRequest", "Intent", "infer", "recommend"]
