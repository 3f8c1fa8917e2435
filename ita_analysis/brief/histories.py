"""The pictures of a brief that go over the years: indicators, the total, or the codes that someone asks for."""

from __future__ import annotations

from collections.abc import Sequence

from ita_analysis.analysis.comparison import counterpart_of
from ita_analysis.brief.annex import name_of
from ita_analysis.brief.blocks import Chart, Text, line
from ita_analysis.brief.charts import history
from ita_analysis.brief.charts.axis import axis_low
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.headline import source_name
from ita_analysis.brief.sentences import count_word, line_text, listing, say, score_text
from ita_analysis.brief.wording import shown_score
from ita_analysis.framework import loader
from ita_analysis.framework.codes import TOTAL


def _unlinked(facts: BriefFacts, code: str) -> frozenset[int]:
    """Return the years of `code` that are not known to compare with the year before."""
    years = sorted(set(facts.complete.loc[facts.complete["code"] == code, "fiscal_year_be"]))
    return frozenset(year for year in years[1:] if facts.all_links[year][code][1] != "comparable")


def _breaks(facts: BriefFacts) -> dict[int, str]:
    """Return the years in which the rules of this scheme became new from the ground up, and why."""
    known = loader.registered_schemes().get(facts.scheme)
    return known.breaks if known else {}


def _series(facts: BriefFacts, code: str, name: str) -> history.Series:
    scores = facts.by_year.get(code, {})
    return history.Series(code, name, scores, _unlinked(facts, code), frozenset(_breaks(facts)) & set(scores))


def _history_notes(facts: BriefFacts, series: list[history.Series], reasons: list[str] | None = None) -> list[str]:
    """Return why lines are missing: the breaks by their reason, the other years in one sentence."""
    breaks = _breaks(facts)
    found = sorted({year for one in series for year in one.breaks if year > min(one.scores)})
    unknown = sorted({year for one in series for year in one.unlinked - one.breaks})
    notes = [say("history.note_break", reason=breaks[year]) for year in found]
    if reasons is not None:
        notes += reasons
    elif unknown:
        notes.append(say("history.note_unknown", years=" ".join(str(year) for year in unknown)))
    return [*notes, say("common.source", source=source_name(facts))]


def history_chart(facts: BriefFacts) -> Chart | Text:
    """Return the indicators over the years on one scale; an empty text where there is one year, or no indicator."""
    if not facts.has_indicators or facts.framework is None or facts.complete["fiscal_year_be"].nunique() < 2:
        return Text()
    parts = [facts.framework.indicator[code] for code in facts.indicator_codes]
    series = [_series(facts, part.code, history.fitting(part.code, part.name_th, part.short_th)) for part in parts]
    never = [one.code for one in series if all(score < facts.line for score in one.scores.values())]
    key = "history.title_never" if never else "history.title_fine"
    years = count_word(len({year for one in series for year in one.scores})).strip()
    return _panels(facts, series, say(key, years=years, codes=listing(never), line=line_text(facts.line)))


def codes_history(facts: BriefFacts, codes: Sequence[str]) -> Chart | Text:
    """Return the given codes of this year over the years, each topic under the code it had; empty where none goes back."""
    found = [_of_topic(facts, code) for code in codes if facts.score(code) is not None]
    series = [one for one, _ in found]
    years = sorted({year for one in series for year in one.scores})
    if len(years) < 2:
        return Text()
    names = listing([say("common.total") if one.code == TOTAL else one.code for one in series])
    title = say("history.title_codes", codes=names, first=years[0], last=years[-1])
    return _panels(facts, series, title, [why for _, reasons in found for why in reasons])


def _of_topic(facts: BriefFacts, code: str) -> tuple[history.Series, list[str]]:
    """Return the scores of what `code` asks this year, back to the year in which it was new, and why no line leads to some."""
    scores: dict[int, float] = {}
    reasons: dict[int, str] = {}
    known = facts.complete.set_index(["fiscal_year_be", "code"])["score"].to_dict()
    asked: str | None = code
    for year in sorted(facts.all_links, reverse=True):
        if asked is None or (year, asked) not in known:
            break
        scores[year] = float(known[year, asked])
        now = asked
        asked, relation, reason_th = counterpart_of(facts.all_links[year], asked)
        if relation != "comparable":
            reasons[year] = say("history.note_code", code=now, year=year, reason=reason_th)
    reasons.pop(min(facts.all_links), None)  # nothing stands before the first year
    name = history.cut(code, say("common.total") if code == TOTAL else name_of(facts, code))
    one = history.Series(code, name, scores, frozenset(reasons), frozenset(_breaks(facts)) & set(scores))
    return one, list(reasons.values())


def _panels(
    facts: BriefFacts, series: list[history.Series], title: str, reasons: list[str] | None = None
) -> Chart | Text:
    """Return one panel per series, all on one scale; an empty text where there is one year.

    `reasons` say why lines are missing; without them the note does for all series together.
    """
    if len({year for one in series for year in one.scores}) < 2:
        return Text()
    low = axis_low([score for one in series for score in one.scores.values()], facts.line, 85)
    note = [say("history.note", low=low, line=line_text(facts.line)), *_history_notes(facts, series, reasons)]
    return Chart(
        title=title,
        svg=history.panels_chart(series, line=facts.line, low=low),
        svg_narrow=history.panels_chart(series, line=facts.line, low=low, narrow=True),
        alt=say("history.alt", rows=" ".join(_series_text(facts, one) for one in series)),
        note=" · ".join(note),
    )


def _series_text(facts: BriefFacts, one: history.Series) -> str:
    scores = ", ".join(f"{year}: {shown_score(facts, score)}" for year, score in sorted(one.scores.items()))
    return f"{one.code} {one.name} ({scores})"


def total_history(facts: BriefFacts) -> Chart | Text:
    """Return the total over the years with the breaks of the rules; any other single figure stands in a sentence."""
    one = _series(facts, TOTAL, say("common.total"))
    if facts.total is None or not one.scores:
        rows = facts.now.to_dict("records")
        said = ", ".join(f"{row['code']} {score_text(row['score'])}" for row in rows[:12])
        return Text(title=say("history.only", count=len(rows)), paragraphs=(line(said),))
    low = axis_low([score - 6 for score in one.scores.values()], facts.line)
    note = [say("history.axis", low=low), *_history_notes(facts, [one])]
    reasons = _breaks(facts)
    reason = " ".join(reasons[year] for year in sorted(one.breaks))
    return Chart(
        title=say("history.title_total", first=min(one.scores), last=max(one.scores)),
        svg=history.total_chart(one, line=facts.line, low=low, break_note=reason),
        svg_narrow=history.total_chart(one, line=facts.line, low=low, narrow=True),
        alt=say("history.alt", rows=_series_text(facts, one)),
        note=" · ".join(note),
    )
