"""What went wrong, where, and what to do: the few errors that the workbench raises on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One fault of one input, with the address a reader can find it by.

    `row` counts as Excel does (the first line of a file is row 1); empty strings and None mean "the whole of it".
    """

    code: str
    file: str
    found: str
    expected: str
    fix: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    agency_code: str = ""

    def as_record(self) -> dict[str, object]:
        """Return the fields that `ita check --json` prints."""
        record = asdict(self)
        del record["agency_code"]
        return record

    def line_th(self) -> str:
        """Return the problem as one Thai line: place, found, expected, what to do."""
        place = [self.file]
        if self.sheet:
            place.append(f"แผ่น {self.sheet}")
        if self.row is not None:
            place.append(f"แถว {self.row}")
        if self.column:
            place.append(f"คอลัมน์ {self.column}")
        return f"{' · '.join(place)}: พบ {self.found} · ต้องเป็น {self.expected} · {self.fix}"


class ItaError(Exception):
    """Base of all errors that are the input's or the machine's fault; the message is Thai and says what to do."""

    code = "error"
    exit_code = 1

    def __init__(self, message: str, *, todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows below the cell that raised it: the sentence, not our own lines of code."""
        return str(self).splitlines()

    def __str__(self) -> str:
        return f"{self.message}\nสิ่งที่ต้องทำ: {self.todo}" if self.todo else self.message


class InputError(ItaError):
    """An input breaks its contract; `problems` lists every fault found, not just the first."""

    code = "input-rejected"

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, todo: str = "") -> None:
        super().__init__(message, todo=todo)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        lines = [self.message, *(f"  {problem.line_th()}" for problem in self.problems)]
        if self.todo:
            lines.append(f"สิ่งที่ต้องทำ: {self.todo}")
        return "\n".join(lines)


class ScoreFileError(InputError):
    """Score files broke the contract of tidy scores."""

    code = "scores-rejected"


class RuleFileError(InputError):
    """A rule file of a scheme and year does not follow the schema."""

    code = "rules-rejected"


class UnknownNameError(InputError):
    """Something was asked for that is not there: an agency, a year, an item, a scheme."""

    code = "not-found"


class ParameterError(InputError):
    """A notebook was given a parameter that it does not have, or a value that does not fit."""

    code = "parameters-rejected"


class NotebookError(ItaError):
    """A notebook did not run to its end."""

    code = "notebook-failed"


class UsageError(ItaError):
    """The command line was used in a way that has no meaning."""

    code = "usage"
    exit_code = 2


class MachineError(ItaError):
    """The machine or another run is in the way: disk, rights, lock. Nothing was half-written."""

    code = "machine"
    exit_code = 4


def nearest(wanted: str, names: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` of `names` that look most like `wanted`, best first."""
    from difflib import get_close_matches

    return get_close_matches(wanted, list(names), n=count, cutoff=0.5)
