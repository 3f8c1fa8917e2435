"""What a batch should hold: every agency with scores of the year, by scheme, with the digests its pack depends on.

Counting it reads all scores, so it is done in a process of its own and remembered under the digest of all it is made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import InputError, MachineError, Problem, ScoreFileError
from ita_analysis.framework import loader
from ita_analysis.run import ingredients
from ita_analysis.run.registers_held import codes_with, stamps_of
from ita_analysis.run.tasks import Options
from ita_analysis.scores import inputs
from ita_analysis.scores.bounded import KnownFile, without_data

KEPT = 16  # remembered countings; the oldest go first


@dataclass(frozen=True)
class Agency:
    """One agency of a group: the digests that its brief depends on, or the problems that stand in the way."""

    name_th: str
    parts: dict[str, str]  # `scores`, `peers`, `grounds`, `register`; empty where there are problems
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Group:
    """All agencies of one framework, made up or real."""

    framework: str
    is_synthetic: bool
    rules: str  # digest of the rule files
    agencies: dict[str, Agency]


@dataclass(frozen=True)
class Wanted:
    """All groups of a year; `elsewhere` names agencies that the files or the list of agencies know without such scores."""

    groups: tuple[Group, ...]
    files: tuple[KnownFile, ...]
    elsewhere: dict[str, str]


def wanted(options: Options) -> Wanted:
    """Return what is wanted, from the last counting where nothing of it changed.

    Raises:
        ScoreFileError: a file is broken as a whole; every problem of every file is listed.
        RuleFileError: a rule file breaks the schema.
        MachineError: the counting process died.
    """
    problems: list[Problem] = []
    files = inputs.score_files(options.scores, problems)
    memory = places.cache_folder() / "wanted" / f"{_signature(files, problems, options)}.json"
    try:
        return _from_plain(json.loads(memory.read_text(encoding="utf-8")), files)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        try:
            told = process.submit(count, options).result()
        except BrokenProcessPool as error:
            raise MachineError("การอ่านคะแนนทั้งหมดหยุดกลางทาง (หน่วยความจำอาจไม่พอ)", todo="ปิดโปรแกรมอื่นแล้วสั่งใหม่") from error
    inputs.keep_note(memory, told)
    _forget_the_oldest(memory.parent)
    return _from_plain(told, files)


def _signature(files: Sequence[KnownFile], problems: Sequence[Problem], options: Options) -> str:
    """Return the digest of all that the counting depends on."""
    paths = [*inputs.sources_of(files), loader.SCHEMES_FILE, places.data_folder() / "agencies.csv"]
    folders = (*options.rules, loader.SHIPPED_RULES)
    paths += [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    digests = [[path.name, _digest(path)] for path in paths]
    held = [[str(file.path), file.shown, file.sha256] for file in files]
    said = [problem.line_th() for problem in problems]
    year = options.fiscal_year_be
    stamps = [stamps_of(options.registers, at) for at in ((year,) if options.round else (year + 1, year))]
    registers = [str(options.registers or ""), stamps]
    content = [held, said, digests, year, options.round > 0, registers, [str(path) for path in options.rules]]
    told = json.dumps([*content, ingredients.package_digest()], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _from_plain(told: dict[str, Any], files: Sequence[KnownFile]) -> Wanted:
    groups = tuple(
        Group(
            group["framework"],
            group["is_synthetic"],
            group["rules"],
            {
                code: Agency(one["name_th"], one["parts"], tuple(Problem(**problem) for problem in one["problems"]))
                for code, one in group["agencies"].items()
            },
        )
        for group in told["groups"]
    )
    known = [KnownFile(Path(path), shown, sha256, size) for path, shown, sha256, size in told["files"]]
    if {(file.shown, file.sha256) for file in files} - {(file.shown, file.sha256) for file in known}:
        raise ValueError("other files")
    return Wanted(groups, tuple(known), told["elsewhere"])


def _forget_the_oldest(folder: Path) -> None:
    try:
        entries = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in entries[:-KEPT]:
            path.unlink(missing_ok=True)
    except OSError:
        pass  # another process tidied up


# --- counting, in a process of its own


def count(options: Options) -> dict[str, Any]:
    """Return what is wanted as plain data (errors as `wanted`)."""
    from ita_analysis.scores import agencies, reading

    read = reading.read(options.scores, rules=options.rules)
    broken = [problem for problem in read.problems if not problem.agency_code]
    if broken:
        raise ScoreFileError(
            f"พบ {len(read.problems)} จุดที่ต้องแก้ในไฟล์คะแนน ในนั้น {len(broken)} จุดเป็นของทั้งไฟล์",
            read.problems,
            todo="แก้ทุกจุดข้างต้นแล้วสั่งอีกครั้ง ยังไม่ได้ทำชุดใด",
        )
    if options.round:
        from ita_analysis.run.wanted_reports import report_groups

        found, homeless = report_groups(read, options), {}
    else:
        found = list(_groups(read, options))
        homeless = _place_problems(read, {_key(group): group for group in found}, options.fiscal_year_be)
    groups = {_key(group): group for group in found}
    known = {code: entry.name_th for code, entry in agencies.known_agencies().items()}
    held = {code for group in groups.values() for code in group["agencies"]}
    elsewhere = {code: name for code, name in {**known, **read.names(), **homeless}.items() if code not in held}
    files = [[str(file.path), file.shown, file.sha256, file.size] for file in without_data(read.files)]
    schemes = list(loader.known_schemes(options.rules))
    order = sorted(groups, key=lambda key: (key[1], schemes.index(key[0].rpartition("-")[0]), key[0]))
    ordered = [groups[key] for key in order]
    return {"groups": ordered, "files": files, "elsewhere": elsewhere}


def _key(group: dict[str, Any]) -> tuple[str, bool]:
    return group["framework"], group["is_synthetic"]


def _groups(read: Any, options: Options) -> Iterator[dict[str, Any]]:
    from ita_analysis.brief import keys
    from ita_analysis.brief.peer_group import all_peers
    from ita_analysis.brief.register_part import NONE, register_part

    year = options.fiscal_year_be
    registers = [(at, set(codes_with(options.registers, at))) for at in (year + 1, year)]
    about = read.scores.distinct(["fiscal_year_be", "framework", "is_synthetic"])
    about = about.loc[about["fiscal_year_be"] == year, ["framework", "is_synthetic"]]
    for framework, is_synthetic in sorted(about.itertuples(index=False, name=None)):
        peers = all_peers(read, framework, bool(is_synthetic), options.rules)
        beside = peers.files if not peers.figures.empty else ()
        members: dict[str, Any] = {}
        grounds: dict[tuple[str, ...], str] = {}
        for rows in read.scores.by_agencies():
            now = rows[(rows["fiscal_year_be"] == year) & (rows["framework"] == framework)]
            now = now[now["is_synthetic"] == is_synthetic]
            rows = rows[rows["agency_code"].isin(now["agency_code"])]
            is_like = rows["framework"].str.rpartition("-")[0].eq(framework.rpartition("-")[0])
            is_like &= (rows["fiscal_year_be"] <= year) & (rows["is_synthetic"] == is_synthetic)
            own = rows[is_like]
            digests = keys.row_digests(own) if len(own) else {}
            files = own.groupby("agency_code")["source_file"].unique()
            for code in digests:
                if (used := tuple(files[code])) not in grounds:
                    grounds[used] = keys.key_of(keys.grounds(used, beside, read.documents, read.notes))
                planned = [
                    register_part(code, at, options.registers, rules=options.rules).digest if code in held else NONE
                    for at, held in registers
                ]
                parts = {"scores": digests[code], "peers": peers.digests[code], "grounds": grounds[used]}
                parts["register"] = keys.registers_digest(*planned)
                members[code] = {"name_th": read.names()[code], "parts": parts, "problems": []}
        digest = keys.rule_digest(peers.frameworks, options.rules)
        yield {"framework": framework, "is_synthetic": bool(is_synthetic), "rules": digest, "agencies": members}


def _place_problems(read: Any, groups: dict[tuple[str, bool], dict[str, Any]], year: int) -> dict[str, str]:
    """Put every agency's problems into its group; return code -> name of those whose group nobody can tell."""
    from dataclasses import asdict

    homeless: dict[str, str] = {}
    for code, problems in _by_agency(read, year).items():
        key = _home(code, read, groups)
        name = read.names().get(code) or next(iter(sorted(read.named.get(code, ()))), code)
        if key is None:
            homeless[code] = name
            continue
        told = [asdict(problem) for problem in problems]
        groups[key]["agencies"][code] = {"name_th": name, "parts": {}, "problems": told}
    held = [code for group in groups.values() for code, one in group["agencies"].items() if one["parts"]]
    for code in sorted({code for code in held if held.count(code) > 1}) if len(set(held)) < len(held) else []:
        try:
            read.framework_of(code, year)
        except InputError as error:
            for group in groups.values():
                if code in group["agencies"]:
                    group["agencies"][code] |= {"parts": {}, "problems": [asdict(one) for one in error.problems]}
    return homeless


def _by_agency(read: Any, year: int) -> dict[str, list[Problem]]:
    """Return the problems by agency code; one that names an agency is given to the code that the name belongs to."""
    from ita_analysis.scores.agencies import known_agencies

    listed = known_agencies()
    by_name = {name: code for code, names in read.named.items() for name in names}
    by_name |= {name: code for code, entry in listed.items() for name in (entry.name_th, *entry.aliases)}
    found: dict[str, list[Problem]] = {}
    for problem in read.problems:
        given = problem.agency_code
        code = given if given in read.names() or given in listed else by_name.get(given, given)
        found.setdefault(code, []).append(problem)
    return found


def _home(code: str, read: Any, groups: dict[tuple[str, bool], dict[str, Any]]) -> tuple[str, bool] | None:
    """Return the group of an agency: by its rows of the year, else by its scheme, else the only one there is."""
    from ita_analysis.scores.agencies import is_synthetic_code, known_agencies

    own = [key for key, group in groups.items() if code in group["agencies"]]
    entry = known_agencies().get(code)
    schemes = {name.rpartition("-")[0] for name in read.of_agency(code)["framework"]} | (
        {entry.scheme} if entry else set()
    )
    like = [key for key in groups if key[0].rpartition("-")[0] in schemes and key[1] == is_synthetic_code(code)]
    same = [key for key in groups if key[1] == is_synthetic_code(code)]
    return next((some[0] for some in (own, like, same) if len(some) == 1 or (some and some is own)), None)
