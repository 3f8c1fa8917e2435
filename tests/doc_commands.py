"""The commands that a page of docs/ tells the reader to type: the lines of its fenced blocks marked `sh`."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from commands import PROJECT

BLOCK = re.compile(r"^[ ]*```sh\n(.*?)^[ ]*```$", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """One command: what it sets in its environment, and its words."""

    environment: dict[str, str]
    words: list[str]


def command(line: str) -> Command:
    """Return what a shell would make of the line; comments are dropped."""
    words = shlex.split(line, comments=True)
    count = next((number for number, word in enumerate(words) if not re.match(r"[A-Z_]+=", word)), 0)
    return Command(dict(word.split("=", 1) for word in words[:count]), words[count:])


def commands_of(page: str) -> list[Command]:
    """Return the commands of `docs/<page>` in order."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return [found for line in lines if (found := command(line)).words]
