"""Messages on one socket, in frames: how long a message is, then the message."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SIZE = "content_bytes"  # in a message that came: how long it was on the way
_LENGTH = struct.Struct("!Q")


class FrameTooLongError(Exception):
    """A message is longer than its reader takes."""


def framed(message: bytes) -> bytes:
    """Return the message as it is sent."""
    return _LENGTH.pack(len(message)) + message


class Frames:
    """Puts together again what was sent.

    Args:
        longest: how many bytes a message may have (0: any number).
    """

    def __init__(self, longest: int = 0) -> None:
        self._longest = longest
        self._held = bytearray()

    def of(self, data: bytes) -> Iterator[bytes]:
        """Yield the messages that end in `data`, the next bytes that came.

        Raises:
            FrameTooLongError: one says that it is longer than the limit; nothing of it was waited for.
        """
        self._held += data
        while len(self._held) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._held)
            if self._longest and length > self._longest:
                raise FrameTooLongError
            end = _LENGTH.size + length
            if len(self._held) < end:
                return
            message = bytes(self._held[_LENGTH.size : end])
            del self._held[:end]
            yield message
