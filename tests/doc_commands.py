"""The commands that a page of docs/ tells the reader to type: the lines of its fenced blocks marked `sh`."""

from __future__ import annotations

import re
import shlex

from commands import PROJECT

BLOCK = re.compile(r"^[ ]*```sh\n(.*?)^[ ]*```$", re.MULTILINE | re.DOTALL)


def commands_of(page: str) -> list[list[str]]:
    """Return the commands of `docs/<page>` in order, each as its words; comments behind them are dropped."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]
