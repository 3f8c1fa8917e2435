"""The run page: one line per agency, made anew from the manifests and the reasons, never kept by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ita_analysis.errors import InputError
from ita_analysis.export import run_page
from ita_analysis.run import pack
from ita_analysis.scores.agencies import known_agencies

RUN_FILE, PAGE = "run.json", "index.html"
FAILED = ".failed"
REASON = "reason.json"  # beside reason.html: the same for programs
OK, FAILED_STATE, OUTDATED = "ok", "failed", "outdated"
CITY = "city"  # the overview of all: no agency
LINKS = {".html": "html", ".pdf": "pdf", ".docx": "word", "annex.xlsx": "annex"}

DAMAGED = "ชุดนี้ไม่ตรงกับ manifest: {files} สั่งทำใหม่อีกครั้ง"
UNREADABLE = "อ่าน manifest ของชุดนี้ไม่ได้ สั่งทำใหม่อีกครั้ง"
NO_REASON = "ทำไม่สำเร็จ ดู failed.ipynb"


def write_index(run: Path) -> None:
    """Write `run.json` and `index.html` from what lies in `run`; files that say so already stay untouched.

    Looks again after writing, so that of two makers in one run the last one to write has seen both packs.

    Raises:
        MachineError: the disk or the rights are in the way; the packs are not touched.
    """
    for _ in range(20):
        files = index_files(run)
        stale = {name: data for name, data in files.items() if _bytes(run / name) != data}
        if not stale:
            return
        for name, data in stale.items():
            pack.replace_file(run, name, data)


def index_files(run: Path) -> dict[str, bytes]:
    """Return both files of a run by name; the same packs give the same bytes, but for the run's name in `run.json`."""
    state = run_state(run)
    text = json.dumps({"run": run.name, **state}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return {RUN_FILE: text.encode("utf-8", "replace"), PAGE: run_page.render(state).encode("utf-8", "replace")}


def run_state(run: Path) -> dict[str, Any]:
    """Return what the run holds: its year, scheme and kind of data, counts by state, and one record per agency.

    A record: `agency_code`, `agency_name_th`, `aliases`, `state` (ok, failed, outdated: a remake failed beside an older
    good pack), `why` (empty where ok), `findings`, `documents_missing`, `page_key`, `links` (kind -> path in the run).
    """
    folders = sorted(path for path in run.iterdir() if path.is_dir() and path.name != CITY and path.name[0] != ".")
    made = {path.name: path for path in folders if not path.name.endswith(FAILED)}
    failed = {path.name.removesuffix(FAILED): path for path in folders if path.name.endswith(FAILED)}
    manifests = {code: _object(path / pack.MANIFEST) for code, path in made.items()}
    first: Mapping[str, Any] = next((held for held in manifests.values() if "framework" in held), {})
    said = next((found for path in failed.values() if (found := _object(path / REASON))), {})
    lines = [
        _line(code, made.get(code), manifests.get(code, {}), failed.get(code)) for code in sorted({*made, *failed})
    ]
    states = [line["state"] for line in lines]
    return {
        "fiscal_year_be": _whole(first.get("fiscal_year_be", said.get("fiscal_year_be"))),
        "framework": _text(first.get("framework", said.get("framework"))),
        "is_synthetic": bool(first.get("is_synthetic", said.get("is_synthetic", False))),
        "counts": {state: states.count(state) for state in (OK, FAILED_STATE, OUTDATED)},
        "agencies": lines,
    }


def _line(code: str, folder: Path | None, manifest: Mapping[str, Any], failed: Path | None) -> dict[str, Any]:
    """Return the record of one agency."""
    damage = _damage(folder, manifest) if folder else ""
    is_good = folder is not None and not damage
    reason = _object(failed / REASON) if failed else {}
    why = _text(reason.get("why")) or (NO_REASON if failed else damage)
    state = OUTDATED if is_good and failed else OK if is_good else FAILED_STATE
    name, aliases = _names(code, _text(manifest.get("agency_name_th")) or _text(reason.get("agency_name_th")))
    findings, documents = manifest.get("findings"), manifest.get("documents_missing")
    return {
        "agency_code": code,
        "agency_name_th": name,
        "aliases": aliases,
        "state": state,
        "why": why,
        "findings": len(findings) if is_good and isinstance(findings, list) else None,
        "documents_missing": len(documents) if is_good and isinstance(documents, list) else None,
        "page_key": _text(manifest.get("page_key"))[:8] if is_good else "",
        "links": dict(_links(folder, manifest, failed) if is_good else _links(None, {}, failed)),
    }


def _damage(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Return in which files a pack differs from its manifest by name and size, empty where it does not."""
    if not isinstance(manifest.get("outputs"), list) or manifest.get("agency_code") != folder.name:
        return UNREADABLE
    wrong = [name for name, size in _outputs(manifest) if _size(folder / name) != size]
    return DAMAGED.format(files=" ".join(wrong)) if wrong or not list(_outputs(manifest)) else ""


def _outputs(manifest: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield name and size of each file that a manifest lists; a name that is a path is none of ours."""
    for given in manifest.get("outputs", ()):
        name = _text(given.get("path")) if isinstance(given, Mapping) else ""
        yield name if name == Path(name).name else "?", _whole(given.get("bytes")) or 0 if name else 0


def _links(folder: Path | None, manifest: Mapping[str, Any], failed: Path | None) -> Iterator[tuple[str, str]]:
    names = [name for name, _ in _outputs(manifest)]
    for ending, kind in LINKS.items():
        yield from ((kind, f"{folder.name}/{name}") for name in names if folder and name.endswith(ending))
    if failed and (failed / "reason.html").is_file():
        yield "reason", f"{failed.name}/reason.html"


def _names(code: str, name: str) -> tuple[str, list[str]]:
    """Return an agency's name and its aliases, by which people look for it too."""
    try:
        listed = known_agencies().get(code)
    except InputError:
        listed = None
    return name or (listed.name_th if listed else code), list(listed.aliases) if listed else []


def _object(path: Path) -> dict[str, Any]:
    """Return a JSON file's object, empty where it can't be read."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except (OSError, ValueError):
        return None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
