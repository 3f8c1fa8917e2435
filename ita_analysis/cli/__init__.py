"""The command line: `ita VERB`. Results go to stdout, messages to stderr, in Thai; exit codes as CONTRACT names them."""

from __future__ import annotations

import signal
import sys

import typer

from ita_analysis.cli.batch import batch
from ita_analysis.cli.briefs import DEMO, DEMO_REPORTS, PARAMETER_OF, REPORT_PARAMETER_OF, brief, demo, report
from ita_analysis.cli.files import check, template
from ita_analysis.cli.frame import app, say, say_json
from ita_analysis.cli.imports import import_
from ita_analysis.cli.machine import doctor
from ita_analysis.cli.notebooks import new
from ita_analysis.cli.register import register
from ita_analysis.cli.runs import diff, trace, verify
from ita_analysis.cli.usage import speak_thai, usage_error
from ita_analysis.errors import InputError, ItaError, UsageError

__all__ = [
    "DEMO",
    "DEMO_REPORTS",
    "PARAMETER_OF",
    "REPORT_PARAMETER_OF",
    "app",
    "batch",
    "brief",
    "check",
    "demo",
    "diff",
    "doctor",
    "import_",
    "main",
    "new",
    "register",
    "report",
    "template",
    "trace",
    "verify",
]

INTERRUPTED = 130  # typer turns the interrupt into this code


def main() -> None:
    """Run the command line; every error of ours becomes its sentence and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service that is stopped ends as with Ctrl-C
    if len(sys.argv) < 2 or "--help" in sys.argv:
        speak_thai()
    try:
        code = _run()
    except ItaError as error:
        if "--json" in sys.argv:
            problems = [problem.as_record() for problem in error.problems] if isinstance(error, InputError) else []
            say_json({"code": error.code, "message": error.message, "todo": error.todo, "problems": problems})
        say(str(error))
        code = error.exit_code
    if code == INTERRUPTED:
        say("หยุดตามคำสั่ง สิ่งที่ทำเสร็จแล้วยังอยู่ สั่งคำสั่งเดิมเพื่อทำต่อ")
    sys.exit(code)


def _run() -> int:
    """Run the verb and return its exit code.

    Raises:
        UsageError: the command line means nothing.
    """
    try:
        return app(prog_name="ita", standalone_mode=False) or 0
    except typer.TyperException as error:
        if len(sys.argv) < 2:
            return UsageError.exit_code  # the help was printed
        raise usage_error(error) from error
