"""The register that stands beside the scores of a brief: judged, or why there is none to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ita_analysis.brief import keys
from ita_analysis.measures import register as stored
from ita_analysis.measures.claims import Judgement, Round, judged
from ita_analysis.measures.model import Register
from ita_analysis.measures.rows import as_register

NONE = ""  # digest where there is no register


@dataclass(frozen=True)
class RegisterPart:
    """The register of one agency and fiscal year of measures.

    `register` is None where there is none, or where it is not sound: then `problem_count` says how many faults it has.
    """

    measures_year_be: int
    register: Register | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    digest: str = NONE
    problem_count: int = 0

    @cached_property
    def round_number(self) -> Round:
        """Return the last round of which a result is known, the first where none is."""
        return 2 if self.register and any(one.round == 2 for one in self.register.results) else 1

    @cached_property
    def judgement(self) -> Judgement | None:
        """Return the register judged in its last round, None where there is none."""
        return judged(self.register, self.round_number) if self.register else None


def register_part(
    agency_code: str, measures_year_be: int, registers: Path | None = None, *, rules: Sequence[Path] = ()
) -> RegisterPart:
    """Return the register of an agency and year; one that is not sound is counted, not shown (never an error)."""
    if not stored.exists(agency_code, measures_year_be, registers):
        return RegisterPart(measures_year_be)
    folder = stored.folder_of(agency_code, measures_year_be, registers)
    read = stored.check(folder, rules=rules, owner=(agency_code, measures_year_be))
    if read.problems:
        told = keys.key_of([problem.line_th() for problem in read.problems])
        return RegisterPart(measures_year_be, digest=told, problem_count=len(read.problems))
    return RegisterPart(measures_year_be, as_register(read.rows), read.pictures, stored.digest(read.rows))
