"""Which agencies have a register of a year, and whether any of it was touched since: a look at the disk, nothing is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ita_analysis import places


def home_of(registers: Path | None) -> Path:
    """Return the folder of all registers."""
    return registers or places.data_folder() / "registers"


def codes_with(registers: Path | None, measures_year_be: int) -> list[str]:
    """Return the codes of the agencies that have a register of the year, in their order."""
    home = home_of(registers)
    try:
        names = sorted(entry.name for entry in os.scandir(home) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
    return [name for name in names if (home / name / str(measures_year_be)).is_dir()]


def stamps_of(registers: Path | None, measures_year_be: int) -> dict[str, Any]:
    """Return size and time of every file of the registers of a year, by agency."""
    home, found = home_of(registers), {}
    for code in codes_with(registers, measures_year_be):
        folder = home / code / str(measures_year_be)
        found[code] = [_stamps(folder), _stamps(folder / "evidence")]
    return found


def _stamps(folder: Path) -> list[list[Any]]:
    try:
        with os.scandir(folder) as entries:
            seen = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    except OSError:
        return []
    return [[name, one.st_size, one.st_mtime_ns] for name, one in sorted(seen, key=lambda pair: pair[0])]
