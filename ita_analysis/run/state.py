"""Whether the packs of a run are whole: by sizes and times against the run's state file, by their digests where these differ."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis.run import pack, runs
from ita_analysis.run.integrity import look

STATE = ".state.json"
SETTLED_NS = 2_000_000_000  # files younger than this when they were looked at may change within one tick of the clock

PAGES = ("index.html", "run.json")
FIELDS = {"cache_key", "parts", "seconds", "files"}

Facts = dict[str, list[int]]  # file -> size, time, identity


@dataclass(frozen=True)
class Held:
    """A pack as it lies in a run: its key and the digests that the key was made of; `damage` names what is wrong."""

    cache_key: str
    parts: Mapping[str, str]
    seconds: float
    damage: str = ""


class RunState:
    """The packs of one run, each looked at once; `save` keeps what was seen for the next time."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.known, self.pages, self.city = _known(run / STATE)
        self.seen: dict[str, dict[str, Any]] = {}
        self._names = set(os.listdir(run)) if run.is_dir() else set()  # noqa: PTH208 - one look for thousands of packs

    def has_failed(self, code: str) -> bool:
        """Return whether a reason page stands in the run, as it was when this state was made."""
        return f"{code}{runs.FAILED}" in self._names

    def held(self, code: str, *, verify: bool = False) -> Held | None:
        """Return the pack of an agency, None where there is none.

        With `verify`, or where sizes or times differ from those of the last look, every file is read and compared.
        """
        facts = facts_of(self.run / code) if code in self._names else None
        if facts is None:
            return None
        known = self.known.get(code)
        if known and known["files"] == facts and not verify:
            self.seen[code] = known
            return Held(known["cache_key"], known["parts"], known["seconds"])
        found = _look(self.run / code)
        if not found.damage:
            self.note(code, found, facts)
        return found

    def note(self, code: str, held: Held, facts: Facts) -> None:
        """Remember a pack that was just read or made."""
        self.seen[code] = {
            "cache_key": held.cache_key,
            "parts": held.parts,
            "seconds": held.seconds,
            "files": {sys.intern(name): seen for name, seen in facts.items()},
        }

    def has_overview(self, basis: str, *, verify: bool = False) -> bool:
        """Return whether the overview of the run is the one made from `basis`, untouched since."""
        folder = self.run / runs.CITY
        is_same = self.city.get("basis") == basis and self.city.get("files") == facts_of(folder)
        return is_same and not (verify and look(folder).problems)

    def note_overview(self, basis: str, facts: Facts) -> None:
        """Remember the overview that was just made."""
        self.city = {"basis": basis, "files": facts}

    def save(self, moment_ns: int) -> None:
        """Write what was seen; packs that changed just before `moment_ns` are left out, so that they are read next time.

        Raises:
            MachineError: the disk or the rights are in the way.
        """
        others = {code: one for code, one in self.known.items() if code in self._names}  # not looked at this time
        kept = {code: one for code, one in {**others, **self.seen}.items() if _is_settled(one["files"], moment_ns)}
        text = json.dumps(
            {"packs": kept, "pages": _page_facts(self.run), "city": self.city}, ensure_ascii=False, sort_keys=True
        )
        pack.replace_file(self.run, STATE, text.encode("utf-8"))

    def is_unchanged(self) -> bool:
        """Return whether every pack of the run and its pages are as they were when the state was saved."""
        is_seen = all(self.known.get(code) == one for code, one in self.seen.items())
        return is_seen and self.pages == _page_facts(self.run) and len(self.pages) == len(PAGES)


def facts_of(folder: Path) -> Facts | None:
    """Return size, time and identity of everything in a folder, None where it is no folder."""
    try:
        with os.scandir(folder) as entries:
            found = {}
            for entry in entries:
                seen = entry.stat(follow_symlinks=False)
                found[entry.name] = [seen.st_size, seen.st_mtime_ns, seen.st_ino]
            return found
    except OSError:
        return None


def _is_settled(files: Mapping[str, list[int]], moment_ns: int) -> bool:
    return all(times[1] + SETTLED_NS < moment_ns for times in files.values())


def _page_facts(run: Path) -> dict[str, list[int]]:
    there = facts_of(run) or {}
    return {name: there[name] for name in PAGES if name in there}


def _known(path: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        packs = {code: one for code, one in found["packs"].items() if set(one) == FIELDS}
        return packs, dict(found["pages"]), dict(found["city"])
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        return {}, {}, {}


def _look(folder: Path) -> Held:
    """Return the pack in `folder`, every file of it compared with the manifest."""
    found = look(folder)
    if found.problems:
        return Held("", {}, 0, " ".join(problem.code for problem in found.problems))
    said = found.manifest
    parts = {str(name): str(digest) for name, digest in runs.fields(said.get("key_parts")).items()}
    seconds = said.get("seconds")
    return Held(runs.text(said.get("cache_key")), parts, float(seconds) if isinstance(seconds, int | float) else 0.0)
