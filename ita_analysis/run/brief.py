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
from ita_analysis.scores.reading import Reading


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
        ScoreFileError, RegisterError, UnknownNameError, UsageError: the input does not fit; nothing was made.
        NotebookError: the notebook stopped; a reason page was written, an older pack stays.
        MachineError: the disk or the rights are in the way.
    """
    step("อ่านคะแนน")
    options = request.options
    read = reading.read(options.scores, rules=options.rules)
    subject = _of_report(read, request) if options.round else _of_brief(read, request)
    run = request.folder
    refuse_mixture(run, subject.framework, subject.is_synthetic, options.sort)
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


def _of_brief(read: Reading, request: Request) -> Subject:
    code, _ = read.choose(request.agency)
    year = request.options.fiscal_year_be
    return Subject(code, read.names()[code], year, read.framework_of(code, year), read.is_synthetic(code, year))


def _of_report(read: Reading, request: Request) -> Subject:
    from ita_analysis.brief.progress.facts import code_of, name_of
    from ita_analysis.measures import register

    options = request.options
    code = code_of(request.agency, read)
    head = register.load(code, options.fiscal_year_be, options.registers, rules=options.rules).head
    return Subject(code, name_of(code, read), options.fiscal_year_be, head.framework, head.is_synthetic)
