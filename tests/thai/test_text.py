import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_analysis.thai.text import printable

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    "unseen",
    ["\x00", "\x1b", "\x7f", "\x85", "\r", "\u00ad", "\u200b", "\u200d", "\u202e", "\u2028", "\u2066", "\ufeff", "\ud800",
     "\ufffe", "\U0010ffff", "\ufe0f", "\U000e0041", "\u115f"],
)  # fmt: skip
def test_what_nobody_sees_becomes_a_mark(unseen):
    assert printable(f"ก{unseen}ข") == f"ก[U+{ord(unseen):04X}]ข"


def test_ordinary_text_is_unchanged():
    text = "ผู้มีส่วนได้ส่วนเสีย น้ำ\t“89.47 คะแนน”\r\n▼ −0.40 # $ * <script> \\ {{ }} =HYPERLINK( \u00a0é"
    assert printable(text) == text


@given(ANY_TEXT)
def test_after_it_nothing_is_hidden_and_a_second_time_changes_nothing(text):
    clean = printable(text)
    assert printable(clean) == clean
    clean.encode("utf-8")
    hidden = {unicodedata.category(letter) for letter in clean if letter not in "\n\t\r"}
    assert not hidden & {"Cc", "Cf", "Cs", "Zl", "Zp"}
