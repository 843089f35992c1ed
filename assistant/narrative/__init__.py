"""What a result says: facts computed from its rows, then sentences that hold no other number."""

from assistant.narrative.sentences import told_facts

__all__ = ["told_facts"]
