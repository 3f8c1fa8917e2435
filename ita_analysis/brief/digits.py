"""A block with its numbers in Thai digits, as official reports write them; codes of Latin letters stay as they are."""

from __future__ import annotations

import re
from typing import Any

from ita_analysis.brief.blocks import Block, Dataset, from_data
from ita_analysis.thai.digits import to_thai_digits

# What a reader reads; the rest of a block's data steers programs.
_SHOWN = frozenset(
    [
        "text",
        "title",
        "label",
        "note",
        "eyebrow",
        "subtitle",
        "badge",
        "running_head",
        "footer",
        "value",
        "unit",
        "action",
        "detail",
        "owner",
        "due",
        "due_label",
        "said",
        "figure",
        "figure_label",
        "alt",
        "caption",
        "heading",
        "legend_title",
        "group",
        "columns",
        "labels",
    ]
)
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/@#?=&%+:-]*")
_LATIN = re.compile("[A-Za-z]")


def in_digits(block: Block, digits: str) -> Block:
    """Return `block` with the digits of its texts in the style `thai`; in `arabic` as it is. Tables of an annex stay."""
    if digits != "thai" or isinstance(block, Dataset):
        return block
    return from_data(_converted(block.data(), ""))


def thai_text(text: str) -> str:
    """Return `text` in Thai digits; a token with Latin letters (an item code, a web address, a key) stays.

    >>> thai_text("E12 81.87 คะแนน ปี 2566 (O1-O22) 13,492 ราย")
    'E12 ๘๑.๘๗ คะแนน ปี ๒๕๖๖ (O1-O22) ๑๓,๔๙๒ ราย'
    """
    return _TOKEN.sub(lambda found: found[0] if _LATIN.search(found[0]) else to_thai_digits(found[0]), text)


def _converted(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        if name in ("record", "records"):
            return value
        return {key: _converted(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_converted(one, name) for one in value]
    if isinstance(value, str) and name in _SHOWN:
        return thai_text(value)
    return value
