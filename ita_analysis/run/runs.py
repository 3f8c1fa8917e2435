"""The runs on disk: where one lies, which packs and failed agencies it holds, what their records say."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import UnknownNameError, UsageError, nearest
from ita_analysis.run import pack
from ita_analysis.scores.agencies import find_agency
from ita_analysis.thai.catalogue import catalogue

RUN_FILE, PAGE = "run.json", "index.html"
FAILED = ".failed"
REASON = "reason.json"  # beside reason.html: the same for programs
CITY = "city"  # the overview of all: no agency

Stamp = tuple[int, int]  # of a folder: its number on the disk and its time; every publishing changes them


def words() -> dict[str, Any]:
    """Return the words of this room."""
    return catalogue("run", "runs.toml")


def find_run(wanted: str, output: Path | None = None) -> Path:
    """Return the folder of the run `wanted`: a name under the folder of outputs, or a path.

    Raises:
        UnknownNameError: there is none; it lists the nearest names.
        UsageError: `wanted` is empty.
    """
    said, output = words()["runs"], output or places.outputs_folder()
    if not wanted.strip():
        raise UsageError(said["no_name"], todo=said["no_name_todo"])
    for path in (output / wanted, Path(wanted)):
        if path.is_dir():
            return Path(os.path.abspath(path))
    held = sorted(path.name for path in output.iterdir() if path.is_dir()) if output.is_dir() else []
    close = nearest(wanted, held) or held[:3]
    raise UnknownNameError(
        said["unknown"].format(run=wanted, output=output),
        todo=said["unknown_todo"].format(close=" · ".join(close)) if close else said["none_todo"],
    )


def folders(run: Path) -> dict[str, Stamp]:
    """Return the folders in a run by name: packs, failed agencies, the city; hidden ones are none of these."""
    found: dict[str, Stamp] = {}
    with os.scandir(run) as entries:
        for entry in entries:
            if entry.name[0] != "." and entry.is_dir():
                try:
                    state = entry.stat()
                except OSError:  # replaced by another just then
                    continue
                found[entry.name] = (state.st_ino, state.st_mtime_ns)
    return found


def pack_names(names: Mapping[str, Any]) -> list[str]:
    """Return the agencies among a run's folders that have a pack, in order."""
    return sorted(name for name in names if name != CITY and not name.endswith(FAILED))


def failed_names(names: Mapping[str, Any]) -> list[str]:
    """Return the agencies among a run's folders whose making failed, in order."""
    return sorted(name.removesuffix(FAILED) for name in names if name.endswith(FAILED) and name != CITY + FAILED)


def size_of(path: str) -> int | None:
    """Return a plain file's size in bytes, None where there is none or something else (a link, a folder)."""
    try:
        state = os.lstat(path)
    except (OSError, ValueError):
        return None
    return state.st_size if stat.S_ISREG(state.st_mode) else None


def manifest_of(run: Path, code: str) -> dict[str, Any]:
    """Return the manifest of an agency's pack, empty where it can't be read."""
    return json_object(f"{run}/{code}/{pack.MANIFEST}")


def reason_of(run: Path, code: str) -> dict[str, Any]:
    """Return why the making of an agency's pack failed, empty where it can't be read."""
    return json_object(f"{run}/{code}{FAILED}/{REASON}")


def json_object(path: Path | str) -> dict[str, Any]:
    """Return a JSON file's object, empty where it can't be read or is no plain file."""
    try:
        held = json.loads(_bytes_of(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _bytes_of(path: Path | str) -> bytes:
    """Return a file's bytes by the shortest way (a run has thousands); a pipe has none and does not hang."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        return os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def text(value: Any) -> str:
    """Return a text of a record, empty where it is none."""
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """Return a whole number of a record, None where it is none."""
    return value if type(value) is int else None


def number(value: Any) -> float | None:
    """Return a finite number of a record, None where it is none."""
    is_finite = type(value) in (int, float) and abs(value) < 1e9
    return value if is_finite else None


def fields(value: Any) -> dict[str, Any]:
    """Return an object of a record, empty where it is none."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a record's list; what is none is left out."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def find_pack(run: Path, wanted: str) -> str:
    """Return the code of the agency in `run` that `wanted` names, by code, name or alias; failed ones count.

    Raises:
        UnknownNameError: nothing fits; it lists the nearest.
    """
    said, held = words()["runs"], folders(run)
    if wanted in pack_names(held) or wanted in failed_names(held):
        return wanted
    present = {code: text(reason_of(run, code).get("agency_name_th")) for code in failed_names(held)}
    present |= {code: text(manifest_of(run, code).get("agency_name_th")) for code in pack_names(held)}
    try:
        return find_agency(wanted, present)
    except UnknownNameError as error:
        message = said["unknown_agency"].format(agency=wanted, run=run.name)
        raise UnknownNameError(message, error.problems, todo=said["unknown_agency_todo"].format(run=run.name)) from None
