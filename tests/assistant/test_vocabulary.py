from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.linking.normalize import key_of
from assistant.vocabulary import load_vocabulary
from assistant.vocabulary.expansion import expand


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        ("看看", ("看看",)),
        ("{看,查}一下", ("看一下", "查一下")),
        ("看{一下,}", ("看一下", "看")),
        ("a, b", ("a, b",)),
        ("{a{b,c},d}", ("ab", "ac", "d")),
        ("{看,看}看", ("看看",)),
    ],
)
def test_a_pattern_stands_for_its_phrases(pattern: str, phrases: tuple[str, ...]) -> None:
    assert expand(pattern) == phrases


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("{看,查", "opens a brace"),
        ("看,查}", "closes a brace"),
        ("{看}", "one alternative"),
        ("{}", "one alternative"),
        ("{a{b,c},d", "opens a brace"),
    ],
)
def test_a_broken_pattern_says_what_to_do(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        expand(pattern)


@given(st.lists(st.lists(st.text("看查下", max_size=2), min_size=2, max_size=3), max_size=3))
def test_a_pattern_has_a_phrase_for_each_choice(groups: list[list[str]]) -> None:
    pattern = "".join("{" + ",".join(group) + "}" for group in groups)
    phrases = expand(pattern)
    assert len(phrases) == len(set(phrases))
    for choice in (0, -1):
        assert "".join(group[choice] for group in groups) in phrases


def test_every_word_is_one_that_a_question_can_hold() -> None:
    assert [word for word in load_vocabulary().words if not key_of(word.phrase)] == []
