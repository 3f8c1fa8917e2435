"""Which rules hold for a scheme and fiscal year: finds, reads and checks the rule file, or says that the year is not known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ita_analysis.errors import RuleFileError, UnknownNameError, nearest
from ita_analysis.framework.checks import Fault, faults_of
from ita_analysis.framework.model import Framework
from ita_analysis.framework.words import words

SHIPPED_RULES = Path(__file__).with_name("rules")
SCHEMES_FILE = Path(__file__).with_name("schemes.toml")
_NAME = re.compile(r"(?P<scheme>[a-z0-9]+(?:-[a-z0-9]+)*)-(?P<year>2[4-9]\d\d)", re.ASCII)


class Scheme(NamedTuple):
    """What the register of schemes says about one scheme."""

    name_th: str
    is_synthetic: bool
    breaks: dict[int, str]  # year -> why nothing of it compares with the year before, in Thai


def load(framework: str, *, rules: Sequence[Path] = ()) -> Framework | None:
    """Return the rules of `framework`, or None where the year of a known scheme is *not known*.

    Args:
        framework: `<scheme>-<year>`, year in the Buddhist Era, such as `national-2564`.
        rules: folders with an analyst's own rule files. A file there wins over a shipped one of the same name, and a
            file in an earlier folder over one in a later folder. The file is taken whole, never merged.

    Returns:
        The checked rules, the same object as long as the file does not change.

    Raises:
        UnknownNameError: the scheme is neither shipped nor in `rules`, or the name has another form.
        RuleFileError: the file breaks the schema (all its faults at once), or a folder of `rules` is not there.
    """
    files = _files(rules)
    if framework in files:
        return read(files[framework])
    form = _NAME.fullmatch(framework)
    schemes = known_schemes(rules)
    if form is None or form["scheme"] not in schemes:
        raise _unknown(framework, {*files, *schemes})
    return None


def known_schemes(rules: Sequence[Path] = ()) -> dict[str, str]:
    """Return scheme -> Thai name: the shipped schemes, then those that only the folders `rules` hold, by name."""
    names = {scheme: said.name_th for scheme, said in registered_schemes().items()}
    for name, path in _files(rules).items():
        if (scheme := _split(name)[0]) not in names:
            names[scheme] = read(path).scheme_th
    return names


def years_of(scheme: str, rules: Sequence[Path] = ()) -> tuple[int, ...]:
    """Return the fiscal years (Buddhist Era) of `scheme` that have a rule file, earliest first; empty where none has."""
    return tuple(sorted(year for name in _files(rules) for found, year in [_split(name)] if found == scheme))


def is_synthetic(scheme: str, rules: Sequence[Path] = ()) -> bool:
    """Return whether `scheme` is made up; one that no file knows is not."""
    if scheme in registered_schemes():
        return registered_schemes()[scheme].is_synthetic
    return any(read(path).is_synthetic for name, path in _files(rules).items() if _split(name)[0] == scheme)


def rule_file(framework: str, *, rules: Sequence[Path] = ()) -> Path | None:
    """Return the file that `load` reads for `framework`, or None where there is none (for digests and for tracing)."""
    return _files(rules).get(framework)


def read(path: Path) -> Framework:
    """Return the checked rules in the file `path`, whatever folder it lies in.

    Raises:
        RuleFileError: with every fault of the file, each with its place, what was found, what is expected and what to do.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise _rejected(path, [Fault("unreadable", "", error.strerror or "")]) from error
    return _read(path, stat.st_mtime_ns, stat.st_size)


@cache
def registered_schemes() -> dict[str, Scheme]:
    """Return the schemes that ship, from `schemes.toml`."""
    tables = tomllib.loads(SCHEMES_FILE.read_text(encoding="utf-8"))
    return {
        scheme: Scheme(
            table["name_th"],
            table["is_synthetic"],
            {int(year): reason for year, reason in table.get("breaks", {}).items()},
        )
        for scheme, table in tables.items()
    }


@lru_cache(maxsize=256)
def _read(path: Path, mtime_ns: int, size: int) -> Framework:
    del mtime_ns, size  # part of the cache key only: an edited file is read again
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _rejected(path, [Fault("not_utf8", "", f"byte {error.start + 1}")]) from error
    except (ValueError, RecursionError) as error:  # not TOML, a number too long or nested too deep
        line = re.search(r"at line (\d+)", str(error))
        raise _rejected(path, [Fault("not_toml", "", str(error), row=int(line[1]) if line else None)]) from error
    except OSError as error:
        raise _rejected(path, [Fault("unreadable", "", error.strerror or "")]) from error
    framework, faults = faults_of(
        tables, path.stem, {name: (said.name_th, said.is_synthetic) for name, said in registered_schemes().items()}
    )
    if faults or framework is None:
        raise _rejected(path, faults)
    return framework


def _files(rules: Sequence[Path]) -> dict[str, Path]:
    """Return framework name -> file, own folders before the shipped one."""
    files: dict[str, Path] = {}
    for folder in (*rules, SHIPPED_RULES):
        if not folder.is_dir():
            raise _rejected(folder, [Fault("no_folder", "", words()["message"]["nothing"])])
        for path in sorted(folder.glob("*.toml")):
            if _NAME.fullmatch(path.stem) is None:
                raise _rejected(path, [Fault("file_form", "", path.name)])
            files.setdefault(path.stem, path)
    return files


def _split(name: str) -> tuple[str, int]:
    scheme, _, year = name.rpartition("-")
    return scheme, int(year)


def _rejected(path: Path, faults: Sequence[Fault]) -> RuleFileError:
    said: dict[str, Any] = words()["message"]
    message = said["rejected"].format(file=path.name, count=len(faults))
    return RuleFileError(message, [fault.problem(path.name) for fault in faults], todo=said["todo"])


def _unknown(framework: str, names: set[str]) -> UnknownNameError:
    said: dict[str, Any] = words()["message"]
    close = nearest(framework, sorted(names)) or nearest(framework.rpartition("-")[0], sorted(names))
    todo = said["nearest" if close else "known"].format(names=", ".join(close or sorted(registered_schemes())))
    return UnknownNameError(said["unknown_scheme"].format(name=framework), todo=todo)
