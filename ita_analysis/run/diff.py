"""Two runs compared by their manifests: what changed for readers, and what it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any

from ita_analysis.errors import UsageError
from ita_analysis.run import runs
from ita_analysis.run.runs import RUN_FILE

PAGES = (".html", ".pdf", ".docx")


@dataclass(frozen=True)
class Pair:
    """A figure before and after."""

    code: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Change:
    """What changed in the pack of one agency; `inputs` path -> changed, added or removed, `parts` of the cache key."""

    agency_code: str
    agency_name_th: str
    appeared: tuple[Pair, ...] = ()
    gone: tuple[Pair, ...] = ()
    scores: tuple[Pair, ...] = ()
    total: Pair | None = None
    documents_appeared: tuple[str, ...] = ()
    documents_gone: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # what the manifests don't tell: total, documents, parts

    @property
    def is_for_readers(self) -> bool:
        """Return whether a figure that the manifests tell is another one."""
        figures = (self.appeared, self.gone, self.scores, self.documents_appeared, self.documents_gone)
        return any(figures) or self.total is not None

    @property
    def is_any(self) -> bool:
        """Return whether anything differs that manifests tell."""
        return self.is_for_readers or any((self.pages, self.inputs, self.parameters, self.parts))


@dataclass(frozen=True)
class Held:
    """What one run holds: its readable manifests by agency, the agencies that failed or can't be read, what it is of."""

    name: str
    manifests: dict[str, dict[str, Any]]
    failed: tuple[str, ...]
    unreadable: tuple[str, ...]
    scheme: str
    fiscal_year_be: int | None
    is_synthetic: bool
    kind: str


@dataclass(frozen=True)
class Difference:
    """Two runs and the agencies whose manifests differ; `same` counts packs whose figures and pages are the same."""

    before: Held
    after: Held
    changes: tuple[Change, ...]
    same: int

    @property
    def missing(self) -> list[str]:
        """Return the agencies that only the first run has a readable pack of."""
        return sorted(self.before.manifests.keys() - self.after.manifests.keys())

    @property
    def added(self) -> list[str]:
        """Return the agencies that only the second run has a readable pack of."""
        return sorted(self.after.manifests.keys() - self.before.manifests.keys())


def diff(before: Path, after: Path) -> Difference:
    """Return what differs between two runs, by their manifests alone; no page is read.

    Raises:
        UsageError: the runs hold different things (kind, scheme, made-up beside real), or one holds no pack.
    """
    one, other = _held(before), _held(after)
    _refuse(one, other)
    same_year = one.fiscal_year_be == other.fiscal_year_be
    both = sorted(one.manifests.keys() & other.manifests.keys())
    changes = [_change(code, one.manifests[code], other.manifests[code], same_year) for code in both]
    same = [change for change in changes if not change.is_for_readers and not change.pages]
    return Difference(one, other, tuple(change for change in changes if change.is_any), len(same))


def _held(run: Path) -> Held:
    folders = runs.folders(run)
    codes = runs.pack_names(folders)
    manifests = {code: runs.manifest_of(run, code) for code in codes}
    readable = {code: said for code, said in manifests.items() if said.get("agency_code") == code}
    said = next(iter(readable.values()), runs.json_object(run / RUN_FILE))
    framework = runs.text(said.get("framework"))
    return Held(
        name=run.name,
        manifests=readable,
        failed=tuple(runs.failed_names(folders)),
        unreadable=tuple(sorted(manifests.keys() - readable.keys())),
        scheme=framework.rpartition("-")[0],
        fiscal_year_be=runs.whole(said.get("fiscal_year_be")),
        is_synthetic=bool(said.get("is_synthetic")),
        kind=_kind(said),
    )


def _kind(manifest: Mapping[str, Any]) -> str:
    """Return what a pack is: the name of its page (brief, report)."""
    return next((PurePath(path).stem for path in _outputs(manifest) if path.endswith(".html")), "")


def _refuse(one: Held, other: Held) -> None:
    said = runs.words()["diff"]
    for held in (one, other):
        if not held.manifests:
            raise UsageError(said["no_pack"].format(run=held.name), todo=said["no_pack_todo"])
    for name in ("kind", "scheme", "is_synthetic"):
        left, right = getattr(one, name), getattr(other, name)
        if left != right:
            facts = {"before": one.name, "after": other.name, "left": _word(left), "right": _word(right)}
            raise UsageError(said["refused"][name].format(**facts), todo=said["refused_todo"])


def _word(value: Any) -> str:
    words = runs.words()["diff"]["word"]
    return str(words[str(value).lower()]) if isinstance(value, bool) else str(words.get(value, value))


def _change(code: str, before: Mapping[str, Any], after: Mapping[str, Any], same_year: bool) -> Change:
    """Return what differs between two manifests of one agency."""
    old, new = _findings(before), _findings(after)
    compared = [item for item in new if item in old and (same_year or new[item].get("is_comparable") is True)]
    scores = [Pair(item, _score(old[item]), _score(new[item])) for item in compared]
    totals = Pair("total", runs.number(before.get("total")), runs.number(after.get("total")))
    documents, documents_after = before.get("documents_missing"), after.get("documents_missing")
    parts, parts_after = before.get("key_parts"), after.get("key_parts")
    known = {
        "total": "total" in before and "total" in after,
        "documents": isinstance(documents, list) and isinstance(documents_after, list),
        "parts": isinstance(parts, dict) and isinstance(parts_after, dict),
    }
    return Change(
        agency_code=code,
        agency_name_th=runs.text(after.get("agency_name_th")) or code,
        appeared=tuple(Pair(item, None, _score(new[item])) for item in new if item not in old),
        gone=tuple(Pair(item, _score(old[item]), None) for item in old if item not in new),
        scores=tuple(pair for pair in scores if pair.before != pair.after),
        total=totals if known["total"] and totals.before != totals.after else None,
        documents_appeared=_only(documents_after, documents) if known["documents"] else (),
        documents_gone=_only(documents, documents_after) if known["documents"] else (),
        inputs=_how(_digests(before.get("inputs")), _digests(after.get("inputs"))),
        parameters=_parameters(before.get("parameters"), after.get("parameters")),
        parts=tuple(_how(parts, parts_after)) if isinstance(parts, dict) and isinstance(parts_after, dict) else (),
        pages=tuple(name for name in _how(_outputs(before), _outputs(after)) if name.endswith(PAGES)),
        unknown=tuple(name for name, is_known in known.items() if not is_known),
    )


def _findings(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the records of the items below the line by code, in the manifest's order: worst first."""
    return {runs.text(record.get("code")): record for record in runs.records(manifest.get("findings"))}


def _score(record: Mapping[str, Any]) -> float | None:
    return runs.number(record.get("score"))


def _only(these: Any, others: Any) -> tuple[str, ...]:
    return tuple(str(code) for code in these if code not in others)


def _digests(listed: Any) -> dict[str, str]:
    return {runs.text(record.get("path")): runs.text(record.get("sha256")) for record in runs.records(listed)}


def _outputs(manifest: Mapping[str, Any]) -> dict[str, str]:
    return _digests(manifest.get("outputs"))


def _how(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Return name -> changed, added or removed; what is the same is left out."""
    found = {}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            found[name] = "added" if name not in before else "removed" if name not in after else "changed"
    return found


def _parameters(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return {}
    return {name: (before.get(name), after.get(name)) for name in _how(before, after)}


def as_record(found: Difference) -> dict[str, Any]:
    """Return what `ita diff --json` prints."""
    return {
        "before": _run_record(found.before),
        "after": _run_record(found.after),
        "missing": found.missing,
        "added": found.added,
        "same": found.same,
        "agencies": [asdict(change) for change in found.changes],
    }


def _run_record(held: Held) -> dict[str, Any]:
    facts = {name: getattr(held, name) for name in ("scheme", "fiscal_year_be", "is_synthetic", "kind")}
    return {
        "run": held.name,
        **facts,
        "packs": len(held.manifests),
        "failed": held.failed,
        "unreadable": held.unreadable,
    }
