"""Frames: whatever the pieces in which it comes, what was sent comes out, and what is too long is told at its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_analysis.run.frames import Frames, FrameTooLongError, framed


@given(st.lists(st.binary(max_size=40), max_size=8), st.lists(st.integers(0, 400), max_size=8))
def test_messages_come_out_as_they_were_sent_however_they_are_cut(messages, cuts):
    sent = b"".join(map(framed, messages))
    frames, places = Frames(), sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    pieces = [sent[start:end] for start, end in zip(places, places[1:], strict=False)]
    assert [message for piece in pieces for message in frames.of(piece)] == messages


def test_a_message_that_is_too_long_is_refused_before_it_has_come():
    frames = Frames(longest=10)
    found = frames.of(framed(b"x" * 10) + framed(b"x" * 11)[:9])
    assert next(found) == b"x" * 10
    with pytest.raises(FrameTooLongError):
        next(found)
