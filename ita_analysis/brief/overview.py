"""Page 1 of a brief: the headline, four figures and what has to be decided."""

from __future__ import annotations

from ita_analysis.brief.blocks import Checklist, Cover, Kpis, Line, Task, Tile, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sentences import gap_text, line_text, listing, say, say_all, score_text
from ita_analysis.thai.dates import round_end, thai_date

MOST_MEASURED = 3  # items that one decision names
MOST_CODES = 14  # unknown codes that one line holds


def cover(facts: BriefFacts) -> Cover:
    """Return the headline made from facts, the running head and the footer with the page key."""
    key = facts.page_key[:8]
    badge = say("common.synthetic") if facts.is_synthetic else say("common.partial") if len(facts.unknown) else ""
    names = {"name": facts.name_th, "code": facts.agency_code, "year": facts.fiscal_year_be}
    return Cover(
        eyebrow=say("cover.eyebrow", **names),
        title=_headline(facts),
        subtitle=_subtitle(facts),
        badge=badge,
        running_head=say("cover.running_head", **names),
        footer=say("cover.footer", source=_source_name(facts), framework=facts.framework_name, key=key),
        document_date=f"{facts.fiscal_year_be - 543}-09-30",
        page_key=key,
    )


def group_name(facts: BriefFacts, instrument: str) -> str:
    """Return who answered a survey, as the page calls them."""
    try:
        return say(f"respondents.{instrument}")
    except KeyError:
        known = facts.framework.instrument.get(instrument) if facts.framework else None
        return known.short_th if known else instrument


def shown_score(facts: BriefFacts, score: float) -> str:
    """Return a score with two decimals, more where two would contradict its side of the line."""
    return score_text(score, line=facts.line)


def _headline(facts: BriefFacts) -> str:
    shown = line_text(facts.line)
    if len(facts.below):
        worst = facts.below.iloc[0]
        name = " ".join(
            filter(None, [worst["code"], facts.topic_th(worst["code"]), shown_score(facts, worst["score"])])
        )
        return say("cover.title_below", count=len(facts.below), assessed=len(facts.items), line=shown, worst=name)
    if len(facts.items):
        nearest = facts.items.loc[facts.items["score"].idxmin()]
        name = f"{nearest['code']} {shown_score(facts, nearest['score'])}"
        return say("cover.title_none", assessed=len(facts.items), line=shown, nearest=name)
    if facts.total is not None:
        return say("cover.title_total", year=facts.fiscal_year_be, total=shown_score(facts, facts.total))
    return say("cover.title_other", count=len(facts.now))


def _source_name(facts: BriefFacts) -> str:
    files = list(dict.fromkeys(facts.now["source_file"]))
    return " · ".join(file.rpartition("/")[2] for file in files)


def _subtitle(facts: BriefFacts) -> str:
    file = str(facts.now["source_file"].iloc[0])
    if document := facts.documents.get(file):
        text = say("cover.from_document", document=document.document_th)
        if document.says_not_th:
            text += say("cover.says_not", says_not=document.says_not_th)
    else:
        text = say("cover.from_file", file=_source_name(facts))
    if facts.scores["fiscal_year_be"].nunique() == 1 and facts.peers.empty:
        text += " " + say("cover.nothing_to_compare")
    return text


def tiles(facts: BriefFacts) -> Kpis:
    """Return the four figures: items below the line, items unknown, total and level, measures."""
    return Kpis(tiles=(_below_tile(facts), _unknown_tile(facts), _total_tile(facts), _measures_tile()))


def _by_group(facts: BriefFacts, counted: dict[str, int]) -> Line:
    parts = [say("tiles.by_group", group=group_name(facts, code), count=counted.get(code, 0)) for code in facts.surveys]
    return line(" · ".join(parts))


def _below_tile(facts: BriefFacts) -> Tile:
    shown = line_text(facts.line)
    lines: list[Line] = []
    if len(facts.items):
        lines.append(_by_group(facts, per_survey(facts, facts.below["code"].tolist())))
    above = facts.items[facts.items["score"] >= facts.line]
    if len(above):
        nearest = above.loc[above["score"].idxmin()]
        lines.append(line(say("tiles.nearest", code=nearest["code"], score=shown_score(facts, nearest["score"]))))
    if not len(facts.items):
        return Tile(label=say("tiles.below", line=shown), value=say("common.unknown"), tone="muted")
    return Tile(
        label=say("tiles.below", line=shown),
        value=str(len(facts.below)),
        unit=say("tiles.of_assessed", assessed=len(facts.items)),
        tone="below" if len(facts.below) else "above",
        lines=tuple(lines),
    )


def per_survey(facts: BriefFacts, codes: list[str]) -> dict[str, int]:
    """Return how many of the item codes belong to each survey."""
    return {survey: sum(code[0] == survey[0] for code in codes) for survey in facts.surveys}


def _unknown_tile(facts: BriefFacts) -> Tile:
    label = say("tiles.unknown")
    count = len(facts.unknown)
    if not count:
        text = say("tiles.unknown_none") if len(facts.items) else say("tiles.unknown_list")
        value = "0" if len(facts.items) else say("common.unknown")
        return Tile(
            label=label, value=value, unit=say("common.item_unit") if len(facts.items) else "", lines=(line(text),)
        )
    if facts.unknown["is_at_least"].any():
        label = say("tiles.unknown_at_least")
    lines = (_by_group(facts, per_survey(facts, facts.unknown["code"].tolist())), line(say("tiles.unknown_meaning")))
    return Tile(label=label, value=str(count), unit=say("common.item_unit"), tone="muted", lines=lines)


def _total_tile(facts: BriefFacts) -> Tile:
    label = say("tiles.total")
    if facts.total is None:
        missing = say_all("tiles.total_missing", assessed=len(facts.items))
        return Tile(label=label, value=say("common.unknown"), tone="muted", lines=tuple(line(text) for text in missing))
    lines = (line(say("tiles.total_published")), line(say("tiles.level_unknown")))
    return Tile(label=label, value=score_text(facts.total), lines=lines)


def _measures_tile() -> Tile:
    lines = tuple(line(text) for text in say_all("tiles.no_register_lines"))
    return Tile(label=say("tiles.measures"), value=say("tiles.no_register"), tone="muted", lines=lines)


def decisions(facts: BriefFacts) -> Checklist:
    """Return at most three decisions that differ: check doubtful figures, set measures, get what is unknown.

    Measures for scores of year Y belong to fiscal year Y + 1; a decision is due at the end of its first round.
    """
    due = thai_date(round_end(facts.fiscal_year_be + 1, 1))
    tasks = [
        task for task in (_verify(facts), _measure(facts, due), _documents(facts, due), _unknown(facts, due)) if task
    ]
    return Checklist(title=say("decisions.title"), tasks=tuple(tasks[:3]))


def _task(action: str, detail: str, due_label: str, due: str) -> Task:
    return Task(action=action, detail=detail, owner=say("common.no_owner"), due_label=due_label, due=due)


def _verify(facts: BriefFacts) -> Task | None:
    doubtful = {code: text for code, text in facts.doubtful.items() if code in set(facts.items["code"])}
    worst_first = [code for code in facts.below["code"] if code in doubtful]
    codes = worst_first + [code for code in doubtful if code not in worst_first]
    if not codes:
        return None
    return _task(
        say("decisions.verify", codes=listing(codes)),
        doubtful[codes[0]],
        say("decisions.due_within"),
        say("decisions.due_before"),
    )


def _measure(facts: BriefFacts, due: str) -> Task | None:
    shown = line_text(facts.line)
    if len(facts.below):
        worst = facts.below.head(MOST_MEASURED)
        gaps = listing([gap_text(score, facts.line).lstrip("−") for score in worst["score"]])
        return _task(
            say("decisions.measure", codes=listing(worst["code"].tolist())),
            say("decisions.measure_detail", count=len(worst), line=shown, gaps=gaps),
            say("decisions.due_first"),
            due,
        )
    if len(facts.items):
        detail = say("decisions.confirm_detail", assessed=len(facts.items), line=shown)
        if len(facts.watch):
            detail += say("decisions.confirm_watch", codes=listing(facts.watch["code"].head(MOST_MEASURED).tolist()))
        return _task(say("decisions.confirm", line=shown), detail, say("decisions.due_first"), due)
    return _task(say("decisions.ask_items"), say("decisions.ask_items_detail"), say("decisions.due_first"), due)


def _documents(facts: BriefFacts, due: str) -> Task | None:
    missing = facts.documents_missing
    if not missing:
        return None
    action = say("decisions.documents", codes=listing(missing[:MOST_MEASURED]))
    return _task(action, say("decisions.documents_detail", count=len(missing)), say("decisions.due_first"), due)


def _unknown(facts: BriefFacts, due: str) -> Task | None:
    codes = facts.unknown["code"].tolist()
    count = len(codes)
    if count and len(facts.items):
        key = "decisions.unknown_total_and_items" if facts.total is None else "decisions.unknown_items"
        shown = say("decisions.at_least", count=count) if facts.unknown["is_at_least"].any() else count
        named = " ".join(codes[:MOST_CODES])
        if count > MOST_CODES:
            named += say("decisions.unknown_more", count=count - MOST_CODES)
        return _task(
            say(key, count=shown), say("decisions.unknown_detail", codes=named), say("decisions.due_first"), due
        )
    if facts.total is None:
        return _task(
            say("decisions.unknown_total"), say("decisions.unknown_total_detail"), say("decisions.due_first"), due
        )
    return None
