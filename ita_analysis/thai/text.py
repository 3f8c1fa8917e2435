"""Text that hides nothing: characters nobody can see become a mark that everybody can."""

from __future__ import annotations

import re

# What has no shape of its own (Unicode: Cc, Cf, Cs, Zl, Zp, default ignorable, noncharacters); a line's end and tab stay.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef"  # noncharacters; the last two of every plane follow
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
) + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))

_PATTERN = re.compile(f"[{_UNSEEN}]|\r(?!\n)")


def printable(text: str) -> str:
    """Return `text` with every unseen or misleading character as a mark such as `[U+202E]`; the rest unchanged.

    Marked are control characters (not tab and line end), bidirectional controls, zero-width and other invisible
    characters, lone surrogates and noncharacters. Sarabun has no ⟨⟩, so the mark stands in square brackets.

    >>> printable("ก\\u202eข\\n")
    'ก[U+202E]ข\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return _PATTERN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
