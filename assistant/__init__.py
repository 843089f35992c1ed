"""Language meets definitions and data: questions in, governed answers out."""

from assistant.answer import Answer
from assistant.defining.catalogue import CatalogueEntry, catalogue
from assistant.defining.definition_check import CheckReport, check_definitions
from assistant.facade import Assistant
from assistant.parsing.linked_parser import language_of
from assistant.presentation.cells import cell_text
from assistant.presentation.numbers import full, short
from assistant.reading import read_query
from assistant.said_times import SaidTime, said_times
from assistant.settings import Settings, load_settings
from assistant.users import LOCAL_ADMIN, Role, User, Users

__all__ = [
    "LOCAL_ADMIN",
    "Answer",
    "Assistant",
    "CatalogueEntry",
    "CheckReport",
    "Role",
    "SaidTime",
    "Settings",
    "User",
    "Users",
    "catalogue",
    "cell_text",
    "check_definitions",
    "full",
    "language_of",
    "load_settings",
    "read_query",
    "said_times",
    "short",
]
