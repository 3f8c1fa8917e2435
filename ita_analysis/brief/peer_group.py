"""What stands beside an agency: the figures of its whole group, counted once for the group and kept by agency."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ita_analysis.analysis import peers
from ita_analysis.analysis.margins import with_margins
from ita_analysis.brief.group_figures import USED, figures_and_places
from ita_analysis.brief.keys import row_digests
from ita_analysis.framework import loader
from ita_analysis.scores import store
from ita_analysis.scores.reading import Reading
from ita_analysis.scores.stored import rows_of, spans_of

FEWEST_PEERS = 10  # agencies with scores of the same scheme and year from which a place says something
AGENCIES_AT_ONCE = 1_000  # whose digests are counted together
ROOMS = ("analysis", "framework", "brief")  # whose code decides what is counted


@dataclass(frozen=True)
class PeerGroup:
    """The group of one agency. `places` are its own rows of `peers.places`, empty where the group is too small."""

    size: int  # agencies with scores of the framework, this one included
    frameworks: tuple[str, ...]  # of the group, all years up to this one
    files: tuple[str, ...]  # in which its scores stand
    figures: pd.DataFrame  # `peers.group_summary`, codes with enough agencies
    places: pd.DataFrame
    digest: str  # of all that a page may show of it


@dataclass(frozen=True)
class AllPeers:
    """The groups of all agencies of one framework: one group, seen from each of them."""

    size: int
    frameworks: tuple[str, ...]
    files: tuple[str, ...]
    digests: dict[str, str]
    spans: dict[str, tuple[int, int]]
    figures: pd.DataFrame
    places: pd.DataFrame | Path

    def of(self, agency: str) -> PeerGroup:
        """Return the group as seen from one agency."""
        start, count = self.spans.get(agency, (0, 0))
        own = rows_of(self.places, start, count)
        return PeerGroup(self.size, self.frameworks, self.files, self.figures, own, self.digests[agency])


def all_peers(read: Reading, framework: str, is_synthetic: bool, rules: Sequence[Path] = ()) -> AllPeers:
    """Return the groups of all agencies that have scores of `framework`, from the store where they lie there."""
    entry = read.scores.entry
    if entry is None:
        return _count(read, framework, is_synthetic, rules)
    name = _name(framework, is_synthetic)
    if not (entry / name / "group.json").is_file():
        made = _count(read, framework, is_synthetic, rules)
        store.put(entry, name, lambda stage: _write(stage, made))
        if not (entry / name / "group.json").is_file():
            return made
    return _recalled(entry / name)


def is_counted(read: Reading, framework: str, is_synthetic: bool) -> bool:
    """Return whether the groups of `framework` are stored, so that asking for one counts nothing."""
    entry = read.scores.entry
    return entry is not None and (entry / _name(framework, is_synthetic) / "group.json").is_file()


def _name(framework: str, is_synthetic: bool) -> str:
    kind = "made-up" if is_synthetic else "real"
    return f"peers-{framework}-{kind}-{store.code_digest(ROOMS)[:12]}"


def _count(read: Reading, framework: str, is_synthetic: bool, rules: Sequence[Path]) -> AllPeers:
    scheme, _, tail = framework.rpartition("-")
    year = int(tail)
    about = read.scores.distinct(["agency_code", "framework", "fiscal_year_be", "is_synthetic", "source_file"])
    about = about[(about["is_synthetic"] == is_synthetic) & (about["fiscal_year_be"] <= year)]
    about = about[about["framework"].str.rpartition("-")[0] == scheme]
    frameworks = tuple(sorted(set(about["framework"])))
    agencies = sorted(set(about.loc[about["framework"] == framework, "agency_code"]))
    known = {name: rule for name in frameworks if (rule := loader.load(name, rules=rules)) is not None}
    if len(agencies) < FEWEST_PEERS:
        figures = pd.DataFrame(columns=peers.GROUP_COLUMNS)
        places = peers.places(with_margins(read.scores.rows(0, 0, USED), known))
    else:
        figures, places = figures_and_places(read.scores, framework, is_synthetic, known, FEWEST_PEERS)
    files = tuple(sorted(set(about["source_file"])))
    digests = _digests(places, figures, agencies)
    return AllPeers(len(agencies), frameworks, files, digests, spans_of(places), figures, places)


def _digests(places: pd.DataFrame, figures: pd.DataFrame, agencies: Sequence[str]) -> dict[str, str]:
    """Return per agency the sha256 over what its page may show of the group."""
    rows: dict[str, str] = {}
    spans = list(spans_of(places).values())
    for at in range(0, len(spans), AGENCIES_AT_ONCE):
        some = spans[at : at + AGENCIES_AT_ONCE]
        own = places.iloc[some[0][0] : some[-1][0] + some[-1][1]]
        rows |= row_digests(own.merge(figures, on="code", how="left"))
    size = len(agencies)
    return {code: hashlib.sha256(f"{size} {rows.get(code, '')}".encode()).hexdigest() for code in agencies}


def _write(stage: Path, made: AllPeers) -> None:
    assert isinstance(made.places, pd.DataFrame)
    made.places.to_parquet(stage / "places.parquet", index=False, row_group_size=store.rows_at_once(len(made.places)))
    made.figures.to_parquet(stage / "figures.parquet", index=False)
    told = {name: getattr(made, name) for name in ("size", "frameworks", "files", "digests", "spans")}
    (stage / "group.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def recall(read: Reading) -> list[AllPeers]:
    """Return all groups that are stored of these scores; this process remembers them, for those forked from it."""
    if read.scores.entry is None:
        return []
    stored = read.scores.entry.glob(f"peers-*-{store.code_digest(ROOMS)[:12]}/group.json")
    return [_recalled(told.parent) for told in sorted(stored)]


@lru_cache(maxsize=8)
def _recalled(folder: Path) -> AllPeers:
    told = json.loads((folder / "group.json").read_text(encoding="utf-8"))
    return AllPeers(
        told["size"],
        tuple(told["frameworks"]),
        tuple(told["files"]),
        told["digests"],
        {code: (start, count) for code, (start, count) in told["spans"].items()},
        pd.read_parquet(folder / "figures.parquet"),
        folder / "places.parquet",
    )
