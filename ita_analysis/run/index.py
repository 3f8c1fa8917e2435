"""The run page: one line per agency, made anew from the manifests and the reasons, never kept by hand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from ita_analysis.errors import InputError
from ita_analysis.export import run_page
from ita_analysis.run import pack, runs
from ita_analysis.run.runs import CITY, FAILED, PAGE, RUN_FILE, Stamp
from ita_analysis.scores.agencies import Agency, known_agencies

OK, FAILED_STATE, OUTDATED, WAITING = "ok", "failed", "outdated", "waiting"
LINKS = {".html": "html", ".pdf": "pdf", ".docx": "word", "annex.xlsx": "annex"}
KEY = 8  # letters of a digest that tell two packs apart

# agency code -> its folders as they were, and its record as JSON, which takes a fourth of what the record itself would
Memory = dict[str, tuple[tuple[Stamp | None, Stamp | None], str]]


def write_index(
    run: Path,
    progress: Mapping[str, Any] | None = None,
    *,
    waiting: Mapping[str, str] | None = None,
    stale: Mapping[str, str] | None = None,
    of: Collection[str] | None = None,
    about: Mapping[str, Any] | None = None,
    memory: Memory | None = None,
) -> None:
    """Write `run.json` and `index.html` from what lies in `run`; files that say so already stay untouched.

    Looks again after writing, so that of two makers in one run the last one to write has seen both packs.

    Args:
        run: the folder of the run.
        progress: what a running batch says of itself; `run.json` holds it unchanged, or nothing of it.
        waiting: code -> name of agencies that were asked for; one without pack and reason is shown as waiting.
        stale: code -> why a whole pack is out of date, in Thai.
        of: the agencies that `waiting` and `stale` tell everything about; None: all.
        about: `fiscal_year_be`, `framework` and `is_synthetic` of a run that has no pack yet to say so.
        memory: a dict that a batch keeps between its calls: packs that were not replaced since are not read again.
            What was damaged in place meanwhile is not seen.

    None for `waiting` or `stale` keeps what `run.json` said of agencies whose packs are as they were; so do agencies that
    are not in `of`.

    Raises:
        MachineError: the disk or the rights are in the way; the packs are not touched.
    """
    for _ in range(20):
        seen = runs.folders(run)
        state = run_state(run, waiting=waiting, stale=stale, of=of, about=about, memory=memory)
        for name, data in index_files(run, state, progress).items():
            if _bytes(run / name) != data:
                pack.replace_file(run, name, data)
        if runs.folders(run) == seen:
            return


def index_files(run: Path, state: Mapping[str, Any], progress: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    """Return both files of a run by name; the same packs give the same page, whatever run and progress are called."""
    head = {"run": run.name, **{name: value for name, value in state.items() if name != "agencies"}}
    if progress is not None:
        head["progress"] = dict(progress)
    parts = [f" {_json(name)}: {_json(value)}," for name, value in head.items()]
    lines = ",\n".join(
        f"  {_json(line)}" for line in state["agencies"]
    )  # one line an agency: cheap, and good to search
    text = "{\n" + "\n".join(parts) + f'\n "agencies": [\n{lines}\n ]\n}}\n'
    return {RUN_FILE: text.encode("utf-8", "replace"), PAGE: run_page.render(state).encode("utf-8", "replace")}


def run_state(
    run: Path,
    *,
    waiting: Mapping[str, str] | None = None,
    stale: Mapping[str, str] | None = None,
    of: Collection[str] | None = None,
    about: Mapping[str, Any] | None = None,
    memory: Memory | None = None,
) -> dict[str, Any]:
    """Return what the run holds: its year, scheme and kind of data, counts by state, and one record per agency.

    A record: `agency_code`, `agency_name_th`, `aliases`, `state` (ok, failed, outdated: a whole pack that is older than
    its inputs or whose remake failed, waiting), `why` (empty where ok), `findings`, `documents_missing`, `total` (points
    0-100, None where unknown), `page_key`, `cache_key` (first letters), `links` (kind -> path in the run).
    """
    held = runs.folders(run)
    is_told = None not in (waiting, stale, about) and of is None
    before = {} if is_told else runs.json_object(run / RUN_FILE)
    kept_waiting, kept_stale = _kept(before)
    lines = _lines(run, held, {} if memory is None else memory)
    told_of = (lambda code: True) if of is None else set(of).__contains__
    if waiting is not None:
        kept_waiting = {code: name for code, name in kept_waiting.items() if not told_of(code)}
    if stale is not None:
        kept_stale = {(code, key): why for (code, key), why in kept_stale.items() if not told_of(code)}
    asked, told = {**kept_waiting, **(waiting or {})}, stale or {}
    for code in sorted(asked.keys() - lines.keys()):
        lines[code] = _empty(code, asked[code])
    for code, line in lines.items():
        why = told.get(code) or kept_stale.get((code, line["cache_key"]), "")
        if why and line["state"] == OK:
            lines[code] = {**line, "state": OUTDATED, "why": why}
    agencies = [lines[code] for code in sorted(lines)]
    states = [line["state"] for line in agencies]
    return {
        **_facts(run, held, about or before),
        "counts": {state: states.count(state) for state in (OK, FAILED_STATE, OUTDATED, WAITING)},
        "city": _city(run, held),
        "agencies": agencies,
    }


def _kept(before: Mapping[str, Any]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Return what `run.json` said: who was waiting (code -> name), and why which pack (code, key) was out of date."""
    waiting, stale = {}, {}
    for line in runs.records(before.get("agencies")):
        code, state = runs.text(line.get("agency_code")), line.get("state")
        if state == WAITING:
            waiting[code] = runs.text(line.get("agency_name_th"))
        elif state == OUTDATED and "reason" not in line.get("links", {}):  # else its folder says so itself
            stale[code, runs.text(line.get("cache_key"))] = runs.text(line.get("why"))
    return waiting, stale


def _facts(run: Path, held: Mapping[str, Stamp], otherwise: Mapping[str, Any]) -> dict[str, Any]:
    """Return year, scheme and kind of data: as the first pack says, else the first reason, else `otherwise`."""
    packs = (runs.manifest_of(run, code) for code in runs.pack_names(held))
    reasons = (runs.reason_of(run, code) for code in runs.failed_names(held))
    first = next((said for said in chain(packs, reasons) if said.get("framework")), otherwise)
    facts = {
        "fiscal_year_be": runs.whole(first.get("fiscal_year_be")),
        "framework": runs.text(first.get("framework")),
        "is_synthetic": bool(first.get("is_synthetic", False)),
    }
    number = runs.whole(first.get("round"))
    return {**facts, "round": number} if number in (1, 2) else facts


def _lines(run: Path, held: Mapping[str, Stamp], memory: Memory) -> dict[str, dict[str, Any]]:
    """Return the record of every agency with a pack or a reason; what `memory` knows of the same folders stands."""
    packs, failed = set(runs.pack_names(held)), set(runs.failed_names(held))
    for code in packs | failed:
        stamps = (held.get(code), held.get(code + FAILED))
        if code not in memory or memory[code][0] != stamps:
            memory[code] = (stamps, _json(_line(run, code, code in packs, code in failed)))
    for code in memory.keys() - packs - failed:
        del memory[code]
    return {code: json.loads(line) for code, (_, line) in memory.items()}


def _line(run: Path, code: str, has_pack: bool, has_failed: bool) -> dict[str, Any]:
    """Return the record of one agency from what lies on the disk."""
    manifest = runs.manifest_of(run, code) if has_pack else {}
    damage = _damage(f"{run}/{code}", manifest, code) if has_pack else ""
    is_good = has_pack and not damage
    reason = runs.reason_of(run, code) if has_failed else {}
    why = runs.text(reason.get("why")) or (_said("no_reason") if has_failed else damage)
    name = runs.text(manifest.get("agency_name_th")) or runs.text(reason.get("agency_name_th"))
    line = {**_empty(code, name), "state": FAILED_STATE, "why": why}
    if is_good:
        line |= _figures(manifest) | {"state": OUTDATED if has_failed else OK, "links": dict(_links(code, manifest))}
    if has_failed and runs.size_of(f"{run}/{code}{FAILED}/reason.html") is not None:
        line["links"]["reason"] = f"{code}{FAILED}/reason.html"
    return line


def _empty(code: str, name: str) -> dict[str, Any]:
    """Return the record of an agency of which nothing has been made."""
    listed = _listed().get(code)
    return {
        "agency_code": code,
        "agency_name_th": name or (listed.name_th if listed else code),
        "aliases": list(listed.aliases) if listed else [],
        **{"state": WAITING, "why": "", "findings": None, "documents_missing": None, "total": None},
        **{"page_key": "", "cache_key": "", "links": {}},
    }


def _figures(manifest: Mapping[str, Any]) -> dict[str, Any]:
    findings, documents = manifest.get("findings"), manifest.get("documents_missing")
    return {
        "findings": len(findings) if isinstance(findings, list) else None,
        "documents_missing": len(documents) if isinstance(documents, list) else None,
        "total": runs.number(manifest.get("total")),
        "page_key": runs.text(manifest.get("page_key"))[:KEY],
        "cache_key": runs.text(manifest.get("cache_key"))[:KEY],
    }


def _city(run: Path, held: Mapping[str, Stamp]) -> dict[str, str]:
    """Return the links to the overview of all agencies, none where it is not whole."""
    manifest = runs.manifest_of(run, CITY) if CITY in held else {}
    return {} if not manifest or _damage(f"{run}/{CITY}", manifest) else dict(_links(CITY, manifest))


def _damage(folder: str, manifest: Mapping[str, Any], code: str | None = None) -> str:
    """Return in which files a pack differs from its manifest by name and size, empty where it does not."""
    outputs = list(_outputs(manifest))
    if not outputs or code is not None and manifest.get("agency_code") != code:
        return _said("unreadable")
    wrong = [name for name, size in outputs if size is None or runs.size_of(f"{folder}/{name}") != size]
    return _said("damaged").format(files=" ".join(wrong)) if wrong else ""


def _outputs(manifest: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Yield name and size of each file that a manifest lists; a name that is a path is none of ours."""
    listed = manifest.get("outputs")
    for given in listed if isinstance(listed, list) else ():
        name = runs.text(given.get("path")) if isinstance(given, dict) else ""
        is_path = not name or "/" in name or "\\" in name or name in (".", "..")
        yield ("?", None) if is_path else (name, runs.whole(given.get("bytes")))


def _links(folder: str, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = [name for name, _ in _outputs(manifest)]
    for ending, kind in LINKS.items():
        yield from ((kind, f"{folder}/{name}") for name in names if name.endswith(ending))


def _listed() -> Mapping[str, Agency]:
    """Return the known agencies, none where their list can't be read."""
    try:
        return known_agencies()
    except InputError:
        return {}


def _said(name: str) -> str:
    return str(runs.words()["index"][name])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
