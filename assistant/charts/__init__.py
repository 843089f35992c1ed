"""Which chart answers a question, and the chart itself: rules over a measured result, no model.

The order of the modules is the line: request, profile, drawings, forms, conditions, rules, laws,
recommending.
"""

from assistant.charts.inference import infer
from assistant.charts.recommending import recommend
from assistant.charts.request import ChartRequest, Intent
from assistant.charts.rules import RULES

__all__ = ["RULES", "ChartRequest", "Intent", "infer", "recommend"]
