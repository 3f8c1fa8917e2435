"""What stands behind the overview: what to decide, how to read it, what it does not say, and where it comes from."""

from __future__ import annotations

from ita_analysis.brief.blocks import Checklist, Column, Table, Task, Text, line, row
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.city.wording import short_name
from ita_analysis.brief.counted import counted_columns
from ita_analysis.brief.sentences import line_text, listing, say, say_all
from ita_analysis.scores.answer_counts import POPULATION
from ita_analysis.thai.dates import round_end, thai_date

MOST_CODES = 3  # items or agencies that one decision names


def decisions(facts: CityFacts) -> Checklist:
    """Return up to three decisions: common measures, whom to follow up, whom to ask for scores.

    Measures for scores of year Y belong to fiscal year Y + 1; a decision is due at the end of its first round.
    """
    found = [_common(facts), _follow(facts), _ask(facts), _ask_items(facts)]
    due = thai_date(round_end(facts.fiscal_year_be + 1, 1))
    tasks = [
        Task(
            action=action,
            detail=detail,
            owner=say("common.no_owner"),
            due_label=say("decisions.due_first"),
            due=due,
        )
        for action, detail in (one for one in found if one)
    ]
    return Checklist(title=say("decisions.title"), tasks=tuple(tasks[:3]))


def _common(facts: CityFacts) -> tuple[str, str] | None:
    """Return a common measure for the items that are weak in at least half of the agencies that have them."""
    weak = facts.weak_items
    weak = weak[(weak["n_below"] * 2 >= weak["n_agencies"]) & (weak["n_agencies"] > 1)].head(MOST_CODES)
    if weak.empty:
        return None
    counts = listing([f"{count:,}" for count in weak["n_below"]])
    detail = say(
        "city_decisions.common_detail" if len(weak) > 1 else "city_decisions.common_detail_one",
        line=line_text(facts.line),
        counts=counts,
        all=f"{int(weak['n_agencies'].max()):,}",
    )
    return say("city_decisions.common", codes=listing(weak["code"].astype(str).tolist())), detail


def _follow(facts: CityFacts) -> tuple[str, str] | None:
    """Return the agencies that fell, else those that rose surely less than the others."""
    fallen = facts.moved("lower")
    chosen, key = (
        (fallen, "city_decisions.follow_fallen") if len(fallen) else (facts.behind, "city_decisions.follow_behind")
    )
    if chosen.empty:
        return None
    names = " · ".join(short_name(facts.names[str(code)]) for code in chosen.index[:MOST_CODES])
    if len(chosen) > MOST_CODES:
        names += say("city_decisions.follow_more", count=f"{len(chosen) - MOST_CODES:,}")
    return say("city_decisions.follow", names=names), say(key, count=f"{len(chosen):,}")


def _ask(facts: CityFacts) -> tuple[str, str] | None:
    if not facts.missing:
        return None
    known, count = len(facts.names), len(facts.missing)
    return say("city_decisions.ask", count=f"{count:,}"), say(
        "city_decisions.ask_detail", known=f"{known:,}", all=f"{known + count:,}"
    )


def _ask_items(facts: CityFacts) -> tuple[str, str] | None:
    count = int((facts.agencies["n_items"] == 0).sum())
    return (
        (say("city_decisions.ask_items", count=f"{count:,}"), say("city_decisions.ask_items_detail")) if count else None
    )


def method(facts: CityFacts) -> Text:
    """Return how to read the overview; margins only where the page shows them."""
    phrases = say_all("city_method.all", framework=facts.framework_name, line=line_text(facts.line))
    if facts.has_changes:
        phrases += say_all("city_method.moved")
        if POPULATION in counted_columns(facts.complete):
            phrases.append(say("city_method.population"))
    return Text(title=say("city_method.title"), bullets=tuple(line(text) for text in phrases))


def limits(facts: CityFacts) -> Text:
    """Return what the scores and their order do not say."""
    phrases = say_all("city_limits.all") + say_all("annex.limits")
    return Text(title=say("annex.limits_title"), bullets=tuple(line(text) for text in phrases))


def sources(facts: CityFacts) -> Table:
    """Return per file the rows and agencies used and the document behind it; then the rules and the page key."""
    rows = []
    for file, used in facts.now.groupby(facts.now["source_file"].astype(str), sort=True):
        document = facts.documents.get(str(file))
        span = f"{used['source_row'].min()}–{used['source_row'].max()}"
        said = document.document_th if document else say("common.unknown")
        rows.append(row(str(file), span, f"{used['agency_code'].nunique():,}", said))
    columns = (
        Column(label=say("annex.file"), width=70),
        Column(label=say("annex.rows"), align="right", width=34),
        Column(label=say("city_sources.agencies"), align="right", width=26),
        Column(label=say("annex.document")),
    )
    title = say("annex.sources_title")
    return Table(title=title, role="sources", columns=columns, rows=tuple(rows), note=" · ".join(grounds(facts)))


def grounds(facts: CityFacts) -> list[str]:
    """Return which rules were used and what the page key stands for."""
    if facts.framework is None:
        rules = say("annex.no_rules", framework=facts.framework_name)
    else:
        rules = say("annex.rules", framework=facts.framework_name, open=len(facts.framework.open_facts))
    return [rules, *facts.grounds[2], say("annex.key", key=facts.page_key[:8])]
