"""Breaks one rule at a time in a copy of the project and prints which tests notice; a change that none notices fails.

python tests/mutate.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SUITES = ("tests/analysis", "tests/framework", "tests/brief")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "outputs", "node_modules", "__pycache__", ".*_cache", ".hypothesis")


@dataclass(frozen=True)
class Mutation:
    """One text replaced once in one file: what a slip of the hand would do."""

    name: str
    file: str
    old: str
    new: str


MUTATIONS = (
    Mutation("the action line is 89", "ita_analysis/analysis/findings.py", "ACTION_LINE = 90.0", "ACTION_LINE = 89.0"),
    Mutation(
        "a score on the line is a finding",
        "ita_analysis/analysis/findings.py",
        '["score"] < line]',
        '["score"] <= line]',
    ),
    Mutation(
        "two weights of 2564 change places",
        "ita_analysis/framework/rules/national-2564.toml",
        r're:(code = "(?:IIT|OIT)".*?weight = )(0\.\d+)',
        "swap",
    ),
    Mutation(
        "a reworded item compares",
        "ita_analysis/framework/rules/demo-2567.toml",
        'relation = "reworded"',
        'relation = "comparable"',
    ),
)


def mutate(folder: Path, mutation: Mutation) -> None:
    """Write the mutation into the copy at `folder`; stop where its text is not there any more."""
    path = folder / mutation.file
    text = path.read_text(encoding="utf-8")
    if mutation.new == "swap":
        found = list(re.finditer(mutation.old.removeprefix("re:"), text))
        if len(found) != 2 or found[0][2] == found[1][2]:
            sys.exit(f"{mutation.name}: expected two different weights in {mutation.file}, found {len(found)}")
        weights = [found[1][2], found[0][2]]
        for match, weight in reversed(list(zip(found, weights, strict=True))):
            text = text[: match.start(2)] + weight + text[match.end(2) :]
    else:
        if mutation.old not in text:
            sys.exit(f"{mutation.name}: {mutation.old!r} is not in {mutation.file}")
        text = text.replace(mutation.old, mutation.new, 1)
    path.write_text(text, encoding="utf-8")


def failing_tests(folder: Path) -> list[str]:
    """Return the names of the tests that fail in the copy at `folder`."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        *SUITES,
        "-q",
        "--no-header",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-rfE",
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return sorted(set(re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)))


def main() -> None:
    """Try every mutation; exit 1 where one survives."""
    survived = []
    for mutation in MUTATIONS:
        with tempfile.TemporaryDirectory(prefix="ita-mutant-") as scratch:
            folder = Path(scratch) / "project"
            shutil.copytree(PROJECT, folder, ignore=LEFT_OUT)
            mutate(folder, mutation)
            failed = failing_tests(folder)
        print(f"\n{mutation.name}: {len(failed)} tests notice")
        for name in failed[:12]:
            print(f"  {name}")
        if len(failed) > 12:
            print(f"  … and {len(failed) - 12} more")
        if not failed:
            survived.append(mutation.name)
    print(f"\n{len(MUTATIONS)} mutations, {len(survived)} survived")
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
