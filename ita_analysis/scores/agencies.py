"""The agencies whose codes and names are known, and finding one by code, name or alias."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import InputError, Problem, UnknownNameError, nearest

SYNTHETIC_PREFIX = "99"  # codes of made-up agencies start so (CONTRACT: Agencies)


@dataclass(frozen=True)
class Agency:
    """One row of `data/agencies.csv`."""

    code: str
    name_th: str
    aliases: tuple[str, ...]
    type: str
    scheme: str
    parent: str
    source: str

    def is_called(self, name: str) -> bool:
        """Return whether `name` is the agency's name or one of its aliases."""
        return name == self.name_th or name in self.aliases


@lru_cache(maxsize=4)
def known_agencies(path: Path | None = None) -> dict[str, Agency]:
    """Return the listed agencies by code, from `data/agencies.csv` or another table of that form."""
    path = path or places.data_folder() / "agencies.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, strict=True))
            return {row["code"]: _agency(row) for row in rows}
    except (OSError, ValueError, KeyError, AttributeError, csv.Error) as error:
        raise InputError(
            f"อ่านรายชื่อหน่วยงาน {places.shown(path)} ไม่ได้: {error!r}", todo="คืนไฟล์เดิม หรือบันทึกใหม่เป็น CSV UTF-8 ที่มีทุกคอลัมน์"
        ) from error


def _agency(row: dict[str, str]) -> Agency:
    return Agency(
        code=row["code"],
        name_th=row["name_th"],
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        type=row["type"],
        scheme=row["scheme"],
        parent=row["parent"],
        source=row["source"],
    )


def is_synthetic_code(code: str) -> bool:
    """Return whether `code` is reserved for made-up agencies."""
    return code.startswith(SYNTHETIC_PREFIX)


def find_agency(wanted: str, present: dict[str, str]) -> str:
    """Return the code in `present` (code -> name) that `wanted` names, by code, name or alias.

    Raises:
        UnknownNameError: nothing fits; it lists the nearest codes and names.
    """
    wanted = wanted.strip()
    if wanted in present:
        return wanted
    known = known_agencies()
    for code, name in present.items():
        if wanted == name or (code in known and known[code].is_called(wanted)):
            return code
    names = {
        **{agency.name_th: code for code, agency in known.items()},
        **{name: code for code, name in present.items()},
    }
    spoken = {alias: code for code, agency in known.items() for alias in agency.aliases}
    close = nearest(wanted, [*present, *names, *spoken])
    lines = [f"{name} ({names.get(name) or spoken.get(name) or name})" for name in close]
    if wanted in known:
        lines.insert(0, f"{known[wanted].name_th} ({wanted}) ยังไม่มีคะแนนในไฟล์ที่ให้")
    raise UnknownNameError(
        f"ไม่พบหน่วยงาน '{wanted}' ในคะแนนที่ให้",
        [
            Problem(
                code="agency-unknown",
                file="",
                found=f"'{wanted}'",
                expected="รหัสหรือชื่อหน่วยงานที่มีคะแนน",
                fix="ใกล้เคียง: " + (" · ".join(lines) if lines else "ไม่มี"),
                agency_code=wanted,
            )
        ],
        todo="ตรวจรหัสใน data/agencies.csv หรือระบุไฟล์คะแนนด้วย --scores",
    )
