"""At most three things to decide, each an action with a code, an owner field and a date of the fiscal calendar."""

from __future__ import annotations

from ita_analysis.brief.blocks import Checklist, Task
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.measure_decisions import about_measures
from ita_analysis.brief.sentences import decimal, gap_text, line_text, listing, say, score_text, two_places
from ita_analysis.brief.wording import is_missing
from ita_analysis.thai.dates import round_end, thai_date

MOST_DECISIONS = 3
MOST_MEASURED = 3  # items that one decision names
MOST_CODES = 14  # unknown codes that one line holds


def decisions(facts: BriefFacts) -> Checklist:
    """Return up to three decisions that differ: check doubtful figures, set measures, publish documents, get the unknown.

    Measures for scores of year Y belong to fiscal year Y + 1; a decision is due at the end of its first round.
    """
    due = thai_date(round_end(facts.fiscal_year_be + 1, 1))
    measures = about_measures(facts) or [_measure(facts, due)]
    found = [_verify(facts), *measures, _documents(facts, due), _unknown(facts, due), _level(facts, due)]
    tasks = [task for task in found if task is not None]
    return Checklist(title=say("decisions.title"), tasks=tuple(tasks[:MOST_DECISIONS]))


def _task(action: str, detail: str, due_label: str, due: str) -> Task:
    return Task(action=action, detail=detail, owner=say("common.no_owner"), due_label=due_label, due=due)


def _verify(facts: BriefFacts) -> Task | None:
    known = set(facts.items["code"])
    doubtful = {code: text for code, text in facts.doubtful.items() if code in known}
    worst_first = [code for code in facts.below["code"] if code in doubtful]
    codes = worst_first + [code for code in doubtful if code not in worst_first]
    if not codes:
        return None
    action = say("decisions.verify", codes=listing(codes[:MOST_MEASURED]))
    return _task(action, doubtful[codes[0]], say("decisions.due_within"), say("decisions.due_before"))


def _measure(facts: BriefFacts, due: str) -> Task:
    shown = line_text(facts.line)
    label = say("decisions.due_first")
    if len(facts.below):
        worst = facts.below.head(MOST_MEASURED)
        gaps = listing([gap_text(score, facts.line).lstrip("−") for score in worst["score"]])
        action = say("decisions.measure", codes=listing(worst["code"].tolist()))
        return _task(action, say("decisions.measure_detail", count=len(worst), line=shown, gaps=gaps), label, due)
    if len(facts.items):
        detail = say("decisions.confirm_detail", assessed=len(facts.items), line=shown)
        if len(facts.watch):
            detail += say("decisions.confirm_watch", codes=listing(facts.watch["code"].head(MOST_MEASURED).tolist()))
        return _task(say("decisions.confirm", line=shown), detail, label, due)
    return _task(say("decisions.ask_items"), say("decisions.ask_items_detail"), label, due)


def _documents(facts: BriefFacts, due: str) -> Task | None:
    missing = facts.documents_missing
    if not missing:
        return None
    action = say("decisions.documents", codes=listing(missing[:MOST_MEASURED]))
    detail = say("decisions.documents_detail", count=len(missing))
    gains = [facts.priorities[code]["points_to_full"] for code in missing]
    if facts.total is not None and not any(is_missing(gain) for gain in gains):
        gain = sum(gains)
        after = score_text(facts.total + gain)
        detail = say("decisions.documents_gain", count=len(missing), points=two_places(decimal(gain)), total=after)
    return _task(action, detail, say("decisions.due_first"), due)


def _level(facts: BriefFacts, due: str) -> Task | None:
    """Return that instrument scores are needed where only they keep the level from being known."""
    codes = facts.level.unknown_instruments
    if not codes or facts.level.name_th:
        return None
    action = say("decisions.ask_instruments", codes=listing(list(codes)))
    return _task(action, say("decisions.ask_instruments_detail"), say("decisions.due_first"), due)


def _unknown(facts: BriefFacts, due: str) -> Task | None:
    codes = facts.unknown["code"].tolist()
    count = len(codes)
    label = say("decisions.due_first")
    if count and len(facts.items):
        key = "decisions.unknown_total_and_items" if facts.total is None else "decisions.unknown_items"
        at_least = say("decisions.at_least") if facts.unknown["is_at_least"].any() else ""
        named = " ".join(codes[:MOST_CODES])
        if count > MOST_CODES:
            named += say("decisions.unknown_more", count=count - MOST_CODES)
        action = say(key, at_least=at_least, count=count)
        return _task(action, say("decisions.unknown_detail", codes=named), label, due)
    if facts.total is None:
        return _task(say("decisions.unknown_total"), say("decisions.unknown_total_detail"), label, due)
    return None
