"""Everything a brief is about, computed once from the scores of one agency and year; the page only puts it into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ita_analysis.analysis import comparison, findings, peers, priority, rollup
from ita_analysis.analysis.rows import item_rows
from ita_analysis.brief import keys
from ita_analysis.brief.peer_group import PeerGroup
from ita_analysis.brief.register_part import RegisterPart
from ita_analysis.framework import loader, weights
from ita_analysis.framework.codes import TOTAL
from ita_analysis.framework.crosswalk import counterpart
from ita_analysis.framework.levels import LevelFinding, level_of_total
from ita_analysis.framework.model import Framework
from ita_analysis.scores.reading import SourceDocument

FEW_RESPONDENTS = 30


@dataclass(frozen=True)
class BriefFacts:
    """The scores of one agency and year and what follows from them.

    `scores` are the tidy rows of this agency up to that year, one scheme; `group` is what stands beside it. What is
    not known is None or absent, never a guess.
    """

    agency_code: str
    name_th: str
    fiscal_year_be: int
    line: float
    framework_name: str
    framework: Framework | None
    scores: pd.DataFrame
    group: PeerGroup
    documents: dict[str, SourceDocument] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    as_of: date | None = None
    rule_folders: tuple[Path, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)  # every file that was read: shown path -> sha256
    beside: RegisterPart | None = None  # the register of the measures that follow these scores; None: nobody looked
    tried: RegisterPart | None = None  # that of the measures of this very year, which stood on the scores before

    @property
    def scheme(self) -> str:
        """Return the scheme of this year's framework."""
        return self.framework_name.rpartition("-")[0]

    @cached_property
    def rules(self) -> dict[str, Framework]:
        """Return the rule files of this scheme's years that have scores, by framework name."""
        return {
            name: rule
            for name in self.group.frameworks
            if (rule := loader.load(name, rules=self.rule_folders)) is not None
        }

    @cached_property
    def now(self) -> pd.DataFrame:
        """Return the rows of this year, as published."""
        return self.scores[self.scores["fiscal_year_be"] == self.fiscal_year_be].reset_index(drop=True)

    @cached_property
    def rolled_up(self) -> pd.DataFrame:
        """Return this year's figures above the items, published and computed (`rollup.roll_up`)."""
        return rollup.roll_up(self.now, self.framework)

    @cached_property
    def complete(self) -> pd.DataFrame:
        """Return the scores of all years with the figures that can be computed from them."""
        years = [
            rollup.complete(own, self.rules.get(str(name))) for name, own in self.scores.groupby("framework", sort=True)
        ]
        return pd.concat(years, ignore_index=True)

    @cached_property
    def by_year(self) -> dict[str, dict[int, float]]:
        """Return the scores of each code by year (`complete`)."""
        found: dict[str, dict[int, float]] = {}
        columns = (self.complete[name] for name in ("code", "fiscal_year_be", "score"))
        for code, year, score in zip(*columns, strict=True):
            found.setdefault(str(code), {})[int(year)] = float(score)
        return found

    @cached_property
    def items(self) -> pd.DataFrame:
        """Return this year's survey items, natural code order."""
        return item_rows(self.now, "survey", self.framework)

    @cached_property
    def below(self) -> pd.DataFrame:
        """Return the findings: survey items below the line, worst first."""
        return findings.below_line(self.now, line=self.line, framework=self.framework)

    @cached_property
    def watch(self) -> pd.DataFrame:
        """Return the survey items on or just above the line, nearest first."""
        return findings.watch_list(self.now, line=self.line, framework=self.framework)

    @cached_property
    def unknown(self) -> pd.DataFrame:
        """Return the survey items that the assessment holds and these scores do not."""
        missing = findings.unknown_items(self.now, self.framework)
        return missing[missing["instrument"].isin(self.surveys)].reset_index(drop=True)

    @cached_property
    def documents_missing(self) -> list[str] | None:
        """Return the document items not met; None where that is not known."""
        return findings.documents_missing(self.now, self.framework)

    @cached_property
    def document_count(self) -> int:
        """Return how many document items have a score this year."""
        return len(item_rows(self.now, "documents", self.framework))

    @cached_property
    def compared(self) -> dict[str, dict[str, Any]]:
        """Return per code of this year how it stands beside earlier years (`comparison.compare_years`)."""
        links = self.all_links
        table = comparison.compare_years(
            self.complete,
            self.fiscal_year_be,
            links[self.fiscal_year_be],
            earlier_links=links,
            line=self.line,
            rules=self.rules,
        )
        return {str(record["code"]): record for record in records_of(table)}

    @cached_property
    def all_links(self) -> dict[int, dict[str, comparison.Counterpart]]:
        """Return by year how every code of it relates to the year before, by the rule file of that year."""
        found: dict[int, dict[str, comparison.Counterpart]] = {}
        for year, rows in self.complete.groupby("fiscal_year_be", sort=True):
            framework = self.rules.get(f"{self.scheme}-{year}")
            found[int(str(year))] = {str(code): counterpart(framework, str(code)) for code in rows["code"]}
        return found

    @cached_property
    def group_size(self) -> int:
        """Return how many agencies have scores of this framework, this one included."""
        return self.group.size

    @cached_property
    def standing(self) -> dict[str, dict[str, Any]]:
        """Return per code how the agency stands among its peers; empty where there are fewer than `FEWEST_PEERS`."""
        if self.group.places.empty:
            return {}
        moved = pd.DataFrame(list(self.compared.values()))
        table = peers.beside_group(self.group.places, self.group.figures, moved)
        return {str(record["code"]): record for record in records_of(table)}

    @cached_property
    def points(self) -> dict[str, Any] | None:
        """Return what one point of each leaf is worth in points of the total; None where not known."""
        found = weights.points_of_total(self.framework).points
        return dict(found) if found is not None else None

    @cached_property
    def priorities(self) -> dict[str, dict[str, Any]]:
        """Return per finding and document not met what the total would gain (`priority.by_priority`)."""
        missed = findings.documents_not_met(self.now, framework=self.framework)
        both = pd.concat([self.below, missed], ignore_index=True) if len(missed) else self.below
        ranked = priority.by_priority(both, self.points, line=self.line, framework=self.framework)
        return {str(record["code"]): record for record in records_of(ranked)}

    @cached_property
    def surveys(self) -> tuple[str, ...]:
        """Return the codes of the survey instruments, in order."""
        if self.framework is None:
            return ("IIT", "EIT")
        return tuple(part.code for part in self.framework.instruments if part.kind == "survey")

    @cached_property
    def is_synthetic(self) -> bool:
        """Return whether any row of this year is made up."""
        return bool(self.now["is_synthetic"].any())

    @cached_property
    def _scores_now(self) -> dict[str, float]:
        rows = self.complete[self.complete["fiscal_year_be"] == self.fiscal_year_be]
        return dict(zip(rows["code"], rows["score"], strict=True))

    def score(self, code: str) -> float | None:
        """Return this year's score of `code`, published or else computed, or None where it is not known."""
        return self._scores_now.get(code)

    @property
    def total(self) -> float | None:
        """Return the total, published or else computed, or None where it is not known."""
        return self.score(TOTAL)

    @cached_property
    def level(self) -> LevelFinding:
        """Return the level of the total, or why it is not known."""
        return level_of_total(self.framework, self.total, self._scores_now)

    @cached_property
    def indicator_codes(self) -> list[str]:
        """Return the indicators with a score this year, in the rule file's order."""
        return [
            one.code
            for one in (self.framework.indicators if self.framework else ())
            if self.score(one.code) is not None
        ]

    @property
    def has_indicators(self) -> bool:
        """Return whether most indicators are known, so that a picture of them says more than one of items."""
        listed = len(self.framework.indicators) if self.framework else 0
        return listed > 0 and len(self.indicator_codes) * 2 > listed

    @cached_property
    def previous_year(self) -> int | None:
        """Return the year before where it has scores, else None."""
        year = self.fiscal_year_be - 1
        return year if (self.scores["fiscal_year_be"] == year).any() else None

    @cached_property
    def doubtful(self) -> dict[str, str]:
        """Return why a figure should be checked against the original, by code."""
        marked = self.now[self.now["score_doubt_th"] != ""]
        return dict(zip(marked["code"], marked["score_doubt_th"], strict=True))

    def topic_th(self, code: str) -> str:
        """Return the short topic of an item, empty where not known."""
        return self.framework.topic_th(code) if self.framework else ""

    @cached_property
    def rule_digest(self) -> str:
        """Return the sha256 over the rule files of all years that are used; empty where there is none."""
        return keys.rule_digest(self.group.frameworks, self.rule_folders)

    @cached_property
    def grounds(self) -> list[Any]:
        """Return the files behind the page, what is said of them, and what was recognised in them."""
        beside = self.group.files if self.standing else ()
        return keys.grounds(set(self.scores["source_file"]), beside, self.documents, self.notes)

    @cached_property
    def key_parts(self) -> dict[str, str]:
        """Return the digests of what the page shows, by kind: own rows, peer figures, rules, grounds, register."""
        return {
            "scores": keys.row_digests(self.scores)[self.agency_code],
            "peers": self.group.digest,
            "rules": self.rule_digest,
            "grounds": keys.key_of(self.grounds),
            "register": keys.registers_digest(*(one.digest for one in (self.beside, self.tried) if one)),
        }

    @cached_property
    def page_key(self) -> str:
        """Return the sha256 over the rows shown, the peer figures, the rules and the parameters (`keys.page_key`)."""
        day = self.as_of.isoformat() if self.as_of else ""
        return keys.page_key(self.key_parts, self.agency_code, self.fiscal_year_be, self.line, day)


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of `frame` as dicts by column name."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
