"""The parts of a linked question: what each link does in the plan.

Third step of the line, used by `linked_parser` only. Each module reads one part — time, members,
groupings, thresholds, rankings, metrics — and says which links it used. A link that no part used
is never dropped: the parser then leaves the question to another one. Nothing here may import a
model or a database.
"""
