"""Makes the brief of one agency: reads the scores, makes its pack, and writes the page of its run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ita_analysis.errors import NotebookError, UsageError
from ita_analysis.run import index, pack
from ita_analysis.run.tasks import Options, Subject, Task
from ita_analysis.scores import reading
from ita_analysis.scores.bounded import without_data


@dataclass(frozen=True)
class Request:
    """One brief to make: what the command line asked for."""

    agency: str
    options: Options
    output: Path = Path("outputs")
    run: str = ""

    @property
    def folder(self) -> Path:
        """Return the run's folder, by default `brief-<year>`."""
        return self.output / (self.run or f"brief-{self.options.fiscal_year_be}")


@dataclass(frozen=True)
class Made:
    """A published pack."""

    folder: Path
    files: tuple[str, ...]
    name_th: str
    title: str
    finding_count: int
    other_problems: int


def make_brief(request: Request, step: Callable[[str], None]) -> Made:
    """Make one pack; `step` is told in Thai what is being done.

    Raises:
        ScoreFileError, UnknownNameError, UsageError: the input does not fit; nothing was made.
        NotebookError: the notebook stopped; a reason page was written, an older pack stays.
        MachineError: the disk or the rights are in the way.
    """
    step("อ่านคะแนน")
    options = request.options
    read = reading.read(options.scores, rules=options.rules)
    code, _ = read.choose(request.agency)
    year = options.fiscal_year_be
    subject = Subject(code, read.names()[code], year, read.framework_of(code, year), read.is_synthetic(code, year))
    run = request.folder
    refuse_mixture(run, subject.framework, subject.is_synthetic)
    pack.require_writable(run)
    step(f"รันสมุดงานของ{subject.name_th} แล้วเขียนหน้า HTML และ PDF")
    from ita_analysis.run import making

    try:
        done = making.make(Task(run, subject, options, without_data(read.files)))
    except NotebookError:
        index.write_index(run)
        raise
    index.write_index(run)
    return Made(done.folder, done.files, subject.name_th, done.title, done.finding_count, len(read.problems))


def refuse_mixture(run: Path, framework: str, is_synthetic: bool) -> None:
    """Refuse a run that already holds another year, another scheme, or made-up beside real scores (CONTRACT: Output).

    Raises:
        UsageError: it does; it says which and how to name another run.
    """
    held = held_by(run)
    if held is not None and held != (framework, is_synthetic):
        raise UsageError(
            f"รอบ {run.name} มีชุดสรุปของ {held[0]} อยู่แล้ว จึงใส่ {framework} รวมกันไม่ได้", todo="ตั้งชื่อรอบอื่นด้วย --run"
        )


def held_by(run: Path) -> tuple[str, bool] | None:
    """Return framework and whether it is made up of what a run holds; None where it holds no pack that says so."""
    for path in sorted(run.glob("*/manifest.json")):
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return str(held["framework"]), bool(held["is_synthetic"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged pack says nothing about the run
    return None
