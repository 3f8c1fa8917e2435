"""Everything the overview of many agencies is about: one scheme, one year, made-up or real, never a mixture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ita_analysis.analysis import overview
from ita_analysis.analysis.comparison import Counterpart
from ita_analysis.analysis.rows import codes_in_order, item_rows
from ita_analysis.brief import keys
from ita_analysis.brief.city.choice import HASH
from ita_analysis.brief.facts import FEW_RESPONDENTS
from ita_analysis.brief.register_part import RegisterPart
from ita_analysis.framework import loader
from ita_analysis.framework.crosswalk import counterpart
from ita_analysis.framework.model import Framework
from ita_analysis.scores.reading import SourceDocument


@dataclass(frozen=True)
class CityFacts:
    """The scores of many agencies of one scheme and year, and what follows from them.

    `now` and `before` are their tidy rows of the year and of the year before, as published. `missing` are the agencies
    that were expected and have no usable scores; `refused` those of them whose rows break the contract.
    """

    fiscal_year_be: int
    line: float
    framework_name: str
    framework: Framework | None
    now: pd.DataFrame
    before: pd.DataFrame
    names: Mapping[str, str]  # agencies with scores
    missing: Mapping[str, str]
    refused: frozenset[str]
    is_listed: bool  # whether somebody says who is expected: a list of agencies, or the ones asked for
    link_briefs: bool = False
    documents: Mapping[str, SourceDocument] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rule_folders: tuple[Path, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)  # every file that was read: shown path -> sha256
    tried: Mapping[str, RegisterPart] = field(default_factory=dict)  # the sound registers of measures of this year

    @property
    def scheme(self) -> str:
        """Return the scheme of the framework."""
        return self.framework_name.rpartition("-")[0]

    @property
    def scheme_th(self) -> str:
        """Return the scheme's Thai name."""
        return loader.known_schemes(self.rule_folders).get(self.scheme, self.scheme)

    @property
    def is_synthetic(self) -> bool:
        """Return whether the scores are made up."""
        return bool(self.now["is_synthetic"].any())

    @cached_property
    def rules(self) -> dict[str, Framework]:
        """Return the rule files of both years, by framework name, where they are known."""
        names = sorted({*self.now["framework"].astype(str), *self.before["framework"].astype(str)})
        return {name: rule for name in names if (rule := loader.load(name, rules=self.rule_folders)) is not None}

    @cached_property
    def complete(self) -> pd.DataFrame:
        """Return this year's rows and the figures that can be computed from them."""
        return overview.with_missing_figures(self.now.drop(columns=HASH), self.framework)

    @cached_property
    def complete_before(self) -> pd.DataFrame:
        """Return the same of the year before."""
        before = self.before.drop(columns=HASH)
        return overview.with_missing_figures(before, self.rules.get(f"{self.scheme}-{self.fiscal_year_be - 1}"))

    @cached_property
    def links(self) -> dict[str, Counterpart]:
        """Return how every code of this year relates to the year before."""
        return {code: counterpart(self.framework, code) for code in self.complete["code"].astype(str).unique()}

    @cached_property
    def items(self) -> pd.DataFrame:
        """Return this year's rows of survey items."""
        return item_rows(self.now, "survey", self.framework)

    @cached_property
    def weak_items(self) -> pd.DataFrame:
        """Return per survey item in how many agencies it is below the line (`overview.weak_codes`)."""
        return overview.weak_codes(self.items, self.before, self.links, line=self.line)

    @cached_property
    def weak_indicators(self) -> pd.DataFrame:
        """Return the same per indicator."""
        rows = self.complete[self.complete["level"] == "indicator"]
        return overview.weak_codes(rows, self.complete_before, self.links, line=self.line)

    @cached_property
    def agencies(self) -> pd.DataFrame:
        """Return one row per agency: counts, total, and how the total moved (`agency_counts`, `moved_totals`)."""
        counts = overview.agency_counts(
            self.complete, self.before, self.links, line=self.line, framework=self.framework
        )
        history = (self.complete, self.complete_before)
        moved = overview.moved_totals(history, self.fiscal_year_be, self.links, self.rules)
        table = counts.join(moved.set_index("agency_code"))
        few = self.items[self.items["respondents"] < FEW_RESPONDENTS]["agency_code"].astype(str).value_counts()
        n_few = few.reindex(table.index).fillna(0).astype(int)
        return table.assign(n_few=n_few, direction=table["direction"].fillna("unknown"))

    def agency(self, code: str) -> dict[str, Any]:
        """Return the row of one agency in `agencies` by column name."""
        return {str(name): value for name, value in self.agencies.loc[code].items()}

    @cached_property
    def indicator_codes(self) -> list[str]:
        """Return the indicators with a score in any agency, in the rule file's order, else in natural order."""
        known = codes_in_order(self.weak_indicators["code"].tolist())
        listed = [one.code for one in self.framework.indicators] if self.framework else []
        return [code for code in listed if code in known] + [code for code in known if code not in listed]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Return the indicators as agencies × codes."""
        return overview.wide(self.complete, self.indicator_codes)

    @cached_property
    def indicator_changes(self) -> pd.DataFrame:
        """Return what each indicator changed since the year before, NaN where that may not be said."""
        previous = [link[0] for code, link in self.links.items() if code in self.indicator_codes and link[0]]
        before = overview.wide(self.complete_before, previous)
        return overview.changes_of(self.indicators, before, self.links)

    @cached_property
    def has_heat(self) -> bool:
        """Return whether at least one agency has most of its indicators, so that a grid of them says something."""
        listed = max(len(self.framework.indicators) if self.framework else 0, len(self.indicator_codes))
        return bool(listed) and bool((self.agencies["n_indicators"] * 2 > listed).any())

    @property
    def has_changes(self) -> bool:
        """Return whether the total of any agency can be compared with the year before."""
        return bool(self.agencies["change_points"].notna().any())

    def moved(self, direction: str) -> pd.DataFrame:
        """Return the agencies whose total moved so beyond chance, the largest move first."""
        found = self.agencies[self.agencies["direction"] == direction]
        return found.sort_values("change_points", ascending=direction == "lower", kind="stable")

    @cached_property
    def behind(self) -> pd.DataFrame:
        """Return the agencies whose total did not fall, yet surely moved less than the others' median, least first."""
        is_less = self.agencies["is_beyond_peers"].eq(True) & (self.agencies["beyond_points"] < 0)
        found = self.agencies[is_less & (self.agencies["direction"] != "lower")]
        return found.sort_values("change_points", kind="stable")

    def topic_th(self, code: str) -> str:
        """Return the short topic of an item, empty where not known."""
        return self.framework.topic_th(code) if self.framework else ""

    def indicator_name(self, code: str, *, short: bool = False) -> str:
        """Return the name of an indicator, empty where not known."""
        found = self.framework.indicator.get(code) if self.framework else None
        return "" if found is None else (found.short_th or found.name_th) if short else found.name_th

    @cached_property
    def grounds(self) -> list[Any]:
        """Return the files behind the page, what is said of their documents, and what was recognised in them."""
        used = {file for rows in (self.now, self.before) for file in rows["source_file"].astype(str).unique()}
        return keys.grounds(used, (), self.documents, self.notes)

    @cached_property
    def rule_digest(self) -> str:
        """Return the sha256 over the rule files of both years; empty where there is none."""
        return keys.rule_digest(sorted(self.rules), self.rule_folders)

    @cached_property
    def key_parts(self) -> dict[str, str]:
        """Return the digests of what the page shows, by kind: rows, rules, grounds."""
        rows = keys.digests_of(*((rows["agency_code"], rows[HASH].to_numpy()) for rows in (self.now, self.before)))
        return {
            "scores": keys.key_of(sorted(rows.items())),
            "rules": self.rule_digest,
            "grounds": keys.key_of(self.grounds),
            "register": keys.registers_digest(*(self.tried[code].digest for code in sorted(self.tried))),
        }

    @cached_property
    def page_key(self) -> str:
        """Return the sha256 over the rows used, the rule files and the parameters (paths left out)."""
        said = [self.framework_name, self.fiscal_year_be, float(self.line), self.link_briefs]
        expected = [self.is_listed, sorted(self.missing.items()), sorted(self.refused)]
        parts = [self.key_parts[name] for name in ("scores", "rules", "register")]
        return keys.key_of([*parts, *said, *expected])
