"""Makes the brief of one agency: reads the scores, makes its pack, and writes the page of its run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ita_analysis.errors import NotebookError
from ita_analysis.run import index, pack
from ita_analysis.run.mixture import refuse_mixture
from ita_analysis.run.tasks import Options, Subject, Task
from ita_analysis.scores import reading
from ita_analysis.scores.bounded import without_data


@dataclass(frozen=True)
class Request:
    """One brief or report to make: what the command line asked for."""

    agency: str
    options: Options
    output: Path = Path("outputs")
    run: str = ""

    @property
    def folder(self) -> Path:
        """Return the run's folder, by default `brief-<year>` or `report-<year>-<round>`."""
        return self.output / (self.run or self.options.run_name)


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
