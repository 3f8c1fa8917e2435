"""The official report on measures after 6 or 12 months, part by part; `open_report` is what a notebook calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from ita_analysis.brief import helped
from ita_analysis.brief.blocks import Block, Chart, Cover, Dataset, Official, Points, Signatures, Table, Text, line
from ita_analysis.brief.digits import in_digits
from ita_analysis.brief.findings_table import finding_records
from ita_analysis.brief.progress import datasets as annex_datasets
from ita_analysis.brief.progress import lists, official_table, points, records
from ita_analysis.brief.progress.facts import ReportFacts, collect
from ita_analysis.brief.sentences import say
from ita_analysis.thai.dates import thai_date_long

Kind = TypeVar("Kind", bound=Any)


@dataclass(frozen=True)
class ProgressReport:
    """A report whose parts are blocks in the digits of the document; each method returns what one cell displays."""

    facts: ReportFacts

    def cover(self) -> Cover:
        """Return the title page, the running head and the footer."""
        return self._written(_cover(self.facts))

    def summary(self) -> Points:
        """Return the director's page."""
        return self._written(points.points(self.facts))

    def signatures(self) -> Signatures:
        """Return the lines to sign on, left empty."""
        return self._written(Signatures(labels=(say("report.reporter"), say("report.certifier"))))

    def official_table(self) -> Official:
        """Return the five columns: item, issue, measure, result, evidence."""
        return self._written(official_table.official_table(self.facts))

    def helped(self) -> Table | Text:
        """Return how the scores moved after the measures, where the next year's scores are in."""
        facts = self.facts
        return self._written(helped.helped_table(facts.judgement, facts.after, facts.measures_year_be))

    def survey(self) -> Chart | Text:
        """Return the office's own monthly survey."""
        return self._written(records.survey_chart(self.facts))

    def survey_tables(self) -> Table | Text:
        """Return the monthly tables as printed."""
        return self._written(records.survey_tables(self.facts))

    def records(self) -> Table | Text:
        """Return the supporting records."""
        return self._written(records.records_table(self.facts))

    def doubts(self) -> Table | Text:
        """Return what in the records contradicts itself."""
        return self._written(records.doubts_table(self.facts))

    def documents(self) -> Table | Text:
        """Return the documents that duty items ask for."""
        return self._written(records.documents_table(self.facts))

    def lacking(self) -> Table | Text:
        """Return what the register still lacks."""
        return self._written(lists.lacking(self.facts))

    def calendar(self) -> Table:
        """Return the duties of the fiscal year."""
        return self._written(lists.calendar(self.facts))

    def sources(self) -> Table:
        """Return the files behind the report."""
        return self._written(lists.sources(self.facts))

    def datasets(self) -> tuple[Dataset, ...]:
        """Return the tables of the Excel annex; pages leave them out."""
        return annex_datasets.datasets(self.facts)

    def _written(self, block: Kind) -> Kind:
        return cast(Kind, in_digits(cast(Block, block), self.facts.digits))


def open_report(
    agency: str | int,
    measures_year_be: int,
    round: int = 1,
    digits: str = "thai",
    action_line: float = 90.0,
    scores: str = "",
    rules: str = "",
    registers: str = "",
) -> ProgressReport:
    """Return the report of one agency, year of measures and round (arguments and errors: `facts.collect`)."""
    facts = collect(
        agency,
        measures_year_be,
        round,
        digits=digits,
        line=action_line,
        scores=scores,
        rules=rules,
        registers=registers,
    )
    return ProgressReport(facts)


def _cover(facts: ReportFacts) -> Cover:
    head, key = facts.register.head, facts.page_key[:8]
    first, last = (thai_date_long(day) for day in facts.days)
    names = {"name": facts.name_th, "code": facts.agency_code, "year": facts.measures_year_be, "months": facts.months}
    return Cover(
        eyebrow=say("report.eyebrow", **names),
        title=say("report.title", **names),
        subtitle=say("report.subtitle", first=first, last=last, **names),
        badge=say("common.synthetic") if head.is_synthetic else "",
        running_head=say("report.running_head", **names),
        footer=say("report.footer", scores_year=facts.scores_year_be, key=f"r-{key}", **names),
        document_date=f"{facts.measures_year_be - 543}-09-30",
        page_key=key,
        orientation="landscape",
        form="page",
        lines=tuple(line(text) for text in _lines(facts)),
        digits="thai" if facts.digits == "thai" else "arabic",
        record=_record(facts),
    )


def _lines(facts: ReportFacts) -> Iterator[str]:
    head, rules = facts.register.head, facts.framework
    named = rules.scheme_th if rules else say("report.unknown_framework", framework=head.framework)
    yield say("report.based_on", scores_year=head.scores_year_be, framework_th=named)
    register = facts.register
    yield say(
        "report.counts",
        items=len(register.items),
        measures=len(register.measures),
        results=len(facts.reported),
        evidence=len(register.evidence),
    )
    before = facts.before
    if before is not None:
        for file in dict.fromkeys(before.now["source_file"]):
            said = before.documents.get(file)
            if said and said.says_not_th:
                yield say("report.says_not", document=said.document_th, says_not=said.says_not_th)


def _record(facts: ReportFacts) -> dict[str, Any]:
    """Return what the report is about, as the manifest carries it."""
    head = facts.register.head
    used = {file for one in (facts.before, facts.after) if one is not None for file in one.grounds[0]}
    return {
        "agency_code": head.agency_code,
        "measures_year_be": head.measures_year_be,
        "scores_year_be": head.scores_year_be,
        "round": facts.round_number,
        "framework": head.framework,
        "is_synthetic": head.is_synthetic,
        "action_line": facts.line,
        "digits": facts.digits,
        "page_key": facts.page_key,
        "key_parts": facts.key_parts,
        "used_files": sorted(used),
        "inputs": dict(sorted(facts.inputs.items())),
        "register_files": dict(sorted(facts.register_files.items())),
        **_findings(facts),
        "proof": _counts(facts),
    }


def _findings(facts: ReportFacts) -> dict[str, Any]:
    """Return the findings in the scores on which the measures stand, as a brief's manifest carries them."""
    before = facts.before
    if before is None:
        return {}
    told = {"findings": finding_records(before), "documents_missing": before.documents_missing}
    return {**told, "total": before.total}


def _counts(facts: ReportFacts) -> dict[str, int]:
    names = [one.proof.name for one in facts.judgement.entries]
    return {name: names.count(name) for name in dict.fromkeys(["proven", "shown", "claimed", "none", *names])}
