"""One row of a file before the contract is checked: texts, where they stand, what its reader knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """What a reader already knows to be wrong with a cell; with an empty `code` it was reported elsewhere."""

    code: str
    found: str
    expected: str
    fix: str


SAID_ELSEWHERE = Fault("", "", "", "")


@dataclass(frozen=True)
class RawRow:
    """One row as a file holds it: every cell still text, with the address a reader can find it by.

    `shown` says how the file calls a column ("F คะแนน"), `faults` what its reader already knows to be wrong,
    `fixes` what was probably meant by a cell, and `owner` whose row it is where no code says so.
    """

    cells: Mapping[str, str]
    file: str
    sheet: str
    row: int
    shown: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    fixes: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
