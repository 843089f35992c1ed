"""A SemanticQuery from JSON text, with one clear sentence when it is not one."""

from __future__ import annotations

from pydantic import ValidationError

from semantic_layer import Issue, QueryError, SemanticQuery, Text


def read_query(text: str) -> SemanticQuery:
    """Parse and validate.

    Raises:
        QueryError: not JSON, an unknown key, or a value that does not fit; the place is named.
    """
    try:
        return SemanticQuery.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "JSON"
        issue = Issue(
            code="invalid_query",
            message=Text(
                zh=f"这不是合法的 SemanticQuery：{place} 处 {first['msg']}；请对照文档修改。",
                en=f"This is not a SemanticQuery: {first['msg']} at {place}; correct it there.",
            ),
            where=place,
        )
        raise QueryError([issue]) from error
