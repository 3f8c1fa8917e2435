"""The director's page of an official report: five sentences by rule, counts and short topics, no judgement."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from ita_analysis.brief.blocks import Mark, Point, Points, Run, line
from ita_analysis.brief.progress.facts import ReportFacts
from ita_analysis.brief.progress.official_cells import MARK_TONES, score_of
from ita_analysis.brief.progress.records import lowest_month, main_survey, shares
from ita_analysis.brief.sentences import line_text, listing, say
from ita_analysis.measures.claims import Judged
from ita_analysis.measures.model import Item
from ita_analysis.measures.proof import proofs
from ita_analysis.measures.supporting import share
from ita_analysis.thai.dates import MONTHS

MOST_NAMED = 6  # items that a sentence names
MOST_PARTS = 2  # items whose measures are counted in the third sentence
FULL = ("full", "copied_full")


def points(facts: ReportFacts) -> Points:
    """Return what a director must know, on one page, with the legend of the marks."""
    legend = tuple(
        line(Run(text=proof.legend_th, mark=cast(Mark, proof.name), tone=MARK_TONES[proof.name], bold=True))
        for proof in sorted(proofs(), key=lambda proof: list(MARK_TONES).index(proof.name))
    )
    return Points(
        eyebrow=say("director.eyebrow"),
        title=headline(facts),
        points=(_weak(facts), _where(facts), _plans(facts), _records(facts), _next(facts)),
        legend=legend,
        legend_title=say("director.legend"),
    )


def headline(facts: ReportFacts) -> str:
    """Return in one sentence whether every weak item has a measure, and what the results prove."""
    shown = line_text(facts.line)
    lacking = [one.item for one in facts.judgement.items if one.item.reason == "below" and one.state == "no_measure"]
    if not facts.weak:
        said = say("director.none_weak" if facts.survey_items else "director.no_items", line=shown)
    elif lacking:
        said = say("director.some_lack", count=len(lacking), line=shown)
    else:
        said = say("director.all_have", line=shown)
    return said + _proof_so_far(facts)


def _proof_so_far(facts: ReportFacts) -> str:
    results = facts.reported
    proven = [one for one in results if one.proof.name == "proven"]
    if not facts.register.measures and not results:
        return ""
    if not results:
        return say("director.but_no_result")
    if len(proven) == len(facts.judgement.entries):
        return say("director.and_proven")
    if not proven and not any(one.facts.dated or one.facts.counted for one in results):
        return say("director.but_undated")
    return say("director.but_partly", proven=len(proven), all=len(results))


def _named(items: tuple[Item, ...]) -> str:
    shown = [say("director.score", code=item.item_code, score=score_of(item)) for item in items[:MOST_NAMED]]
    return " · ".join(shown) + (" …" if len(items) > MOST_NAMED else "")


def _weak(facts: ReportFacts) -> Point:
    """Return how many survey items lie below the line, and whether the documents are met."""
    assessed, shown = facts.survey_items, line_text(facts.line)
    weak = tuple(item for item in facts.weak if facts.kind_of(item) == "survey")
    if not assessed:
        return Point(said=say("director.weak_unknown"), detail=_documents(facts).strip())
    if not weak:
        said = say("director.weak_none", all=len(assessed), line=shown) + _documents(facts)
        return Point(said=said, figure="0", unit=say("director.of_all", all=len(assessed)), tone="above")
    detail = say("director.scores", list=_named(weak), year=facts.scores_year_be)
    if says_not := _says_not(facts):
        detail = say("director.likely", scores=detail, says_not=says_not)
    return Point(
        said=say("director.weak", count=len(weak), all=len(assessed), line=shown) + _documents(facts),
        detail=detail,
        figure=str(len(weak)),
        unit=say("director.of_all", all=len(assessed)),
        figure_label=say("director.below_label", line=shown),
        tone="below",
    )


def _says_not(facts: ReportFacts) -> str:
    """Return what the document behind the scores does not say."""
    before = facts.before
    if before is None:
        return ""
    files = set(before.now["source_file"])
    return next((one.says_not_th for file, one in before.documents.items() if file in files and one.says_not_th), "")


def _documents(facts: ReportFacts) -> str:
    """Return whether all documents in the register have full marks; nothing where it holds none."""
    documents = [item for item in facts.items if facts.kind_of(item) == "documents" and item.score is not None]
    missed = [item.item_code for item in documents if item.score != 100]
    if not documents:
        return ""
    return (
        say("director.documents_part", codes=listing(missed[:MOST_NAMED])) if missed else say("director.documents_full")
    )


def _where(facts: ReportFacts) -> Point:
    """Return who sees the weakness, and in what."""
    weak = tuple(item for item in facts.weak if facts.kind_of(item) == "survey")
    if not weak:
        near = min(facts.survey_items, key=lambda item: item.score or 0, default=None)
        if near is None:
            return Point(said=say("director.where_unknown"))
        nearest = say("director.score", code=near.item_code, score=score_of(near))
        return Point(said=say("director.where_none", line=line_text(facts.line), nearest=nearest))
    by_group: dict[str, list[Item]] = {}
    for item in sorted(weak, key=lambda item: facts.instrument_of(item), reverse=True):
        by_group.setdefault(facts.instrument_of(item), []).append(item)
    names = {code: say(f"respondents_plain.{code}") for code in by_group}
    parts = [say("director.group_part", group=names[code], count=len(held)) for code, held in by_group.items()]
    details = []
    for code, held in by_group.items():
        told = [say("director.item", code=item.item_code, topic=item.topic_th).strip() for item in held[:MOST_NAMED]]
        details.append(say("director.where_detail", group=names[code], items=" · ".join(told)))
    return Point(
        said=say("director.where", groups=f" {say('common.and')}".join(parts)),
        detail=" ".join(details),
        figure=" + ".join(str(len(held)) for held in by_group.values()),
        unit=say("director.unit_items"),
        figure_label=" · ".join(f"{names[code]} {len(held)}" for code, held in by_group.items()),
    )


def _plans(facts: ReportFacts) -> Point:
    """Return whether every weak item has a measure, how many are done as planned, and how many results copy the plan."""
    planned, copied = facts.planned, [one for one in facts.planned if one.is_copied]
    said = _plans_of_weak(facts)
    details = list(_beside_plan(facts))
    if not copied:
        proven = sum(one.proof.name == "proven" for one in facts.reported)
        return Point(
            said=said,
            detail=" · ".join(details) or say("director.none_waits"),
            figure=str(proven),
            unit=say("director.copied_unit", all=len(facts.reported)),
            figure_label=say("director.proven_label"),
            tone="above" if facts.reported and proven == len(facts.reported) else "waiting",
        )
    is_bare = not any(one.facts.dated or one.facts.counted for one in copied)
    key = "director.copied_bare" if is_bare else "director.copied"
    details.append(say(key, copied=len(copied), all=len(planned)))
    return Point(
        said=said,
        detail=" · ".join(details),
        figure=str(len(copied)),
        unit=say("director.copied_unit", all=len(planned)),
        figure_label=say("director.copied_label"),
        tone="below",
    )


def _plans_of_weak(facts: ReportFacts) -> str:
    if not facts.weak:
        return say("director.plan_none", count=len(facts.register.measures))
    lacking = [item.item_code for item in facts.weak if not facts.register.measures_of(item.item_code)]
    if lacking:
        return say("director.plan_lack", codes=listing(lacking[:MOST_NAMED]))
    parts = []
    for item in facts.weak:
        measures = facts.register.measures_of(item.item_code)
        done = sum(_is_done(facts, measure.measure_id) for measure in measures)
        if done < len(measures):
            parts.append(say("director.part_full", code=item.item_code, done=done, all=len(measures)))
    if not parts:
        return say("director.plan_all") + say("director.plan_full")
    said = f" {say('common.and')} ".join(parts[:MOST_PARTS])
    return say("director.plan_all") + say("director.plan_but", parts=said)


def _is_done(facts: ReportFacts, measure_id: str) -> bool:
    """Return whether every result of a measure says that the plan was carried out in full."""
    own = [one for one in facts.judgement.entries if one.measure and one.measure.measure_id == measure_id]
    return bool(own) and all(one.relation in FULL for one in own)


def _beside_plan(facts: ReportFacts) -> Iterator[str]:
    if without := facts.judgement.measures_without_result:
        yield say("director.without_result", count=len(without))
    if beside := facts.judgement.results_without_measure:
        yield say("director.without_measure", count=len(beside))


def _records(facts: ReportFacts) -> Point:
    """Return what the office's own figures say: the monthly survey, shares of a whole, and whether they contradict."""
    survey, parts = main_survey(facts), list(shares(facts))
    details, title, figure, label = [], "", "", ""
    if survey and survey.mean is not None:
        title, figure = say("director.records_title_survey", mean=survey.mean), str(survey.mean)
        label = say("director.survey_label" if survey.mean <= 5 else "director.survey_label_plain")
        low = lowest_month(survey.months)
        if low is not None and survey.respondents is not None:
            month = MONTHS[int(low.month[-2:]) - 1] if low.month else low.label_th
            said = {"count": f"{survey.respondents:,}", "mean": survey.mean, "month": month, "lowest": low.mean_score}
            details.append(say("director.survey", **said))
    for record in parts[:2]:
        of = {"value": f"{record.value:,}", "whole": f"{record.of_value:,}", "unit": record.value_unit}
        details.append(say("director.share", subject=record.subject_th, **of).strip())
    if parts:
        percent = one_place(share(parts[0]) or Decimal(0))
        figure, label = say("director.share_figure", share=percent), parts[0].subject_th
        title = title or say("director.records_title_share", subject=parts[0].subject_th, share=percent)
    if not title:
        count = len([record for record in facts.register.records if record.round <= facts.round_number])
        if not count:
            return Point(said=say("director.records_none"), detail=say("director.records_none_detail"))
        title = say("director.records_title_other", count=count)
    if facts.doubts:
        details.append(say("director.doubts", count=len(facts.doubts)))
    return Point(said=title, detail=" · ".join(details), figure=figure, figure_label=label)


def one_place(value: Decimal) -> Decimal:
    """Return a percentage with one decimal, rounded half up."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _next(facts: ReportFacts) -> Point:
    """Return what is to be done before the next round: check doubtful figures, get proof, watch, not guess."""
    doubtful = [item.item_code for item in _worst_first(facts) if item.score_doubt_th]
    waiting = [item.item_code for item in facts.weak if _waits(facts, item)]
    near = min((item for item in facts.items if item.reason == "watch"), key=lambda item: item.score or 0, default=None)
    unknown = facts.before.unknown if facts.before is not None else None
    count = 0 if unknown is None else len(unknown)
    is_least = bool(count and unknown is not None and unknown["is_at_least"].any())
    found = []
    if doubtful:
        found.append(("verify", say("director.do_verify", codes=listing(doubtful[:MOST_NAMED]))))
    if waiting:
        found.append(("proof", say("director.do_proof", codes=listing(waiting[:MOST_NAMED]))))
    if near is not None:
        found.append(("watch", say("director.do_watch", code=near.item_code, score=score_of(near))))
    if count:
        key = "director.do_unknown_at_least" if is_least else "director.do_unknown"
        found.append(("unknown", say(key, count=count)))
    if not found:
        found.append(("keep", say("director.do_keep")))
    acts = [say(f"director.act_{key}") for key, _ in found]
    label = "director.unknown_label_at_least" if is_least else "director.unknown_label"
    open_results = [one for one in facts.reported if one.proof.name != "proven"]
    return Point(
        said=say(f"director.next_{facts.round_number}", acts=_in_a_row(acts)),
        detail=" · ".join(text for _, text in found),
        figure=str(count or len(open_results)),
        unit=say("director.unit_items") if count else say("director.copied_unit", all=len(facts.reported)),
        figure_label=say(label) if count else say("director.waiting_label"),
    )


def _in_a_row(acts: list[str]) -> str:
    """Return phrases in a row with *and* before the last."""
    return " ".join(acts[:-1]) + f" {say('common.and')}{acts[-1]}" if len(acts) > 1 else acts[0]


def _worst_first(facts: ReportFacts) -> list[Item]:
    return [*facts.weak, *(item for item in facts.items if item.reason != "below")]


def _waits(facts: ReportFacts, item: Item) -> bool:
    own: list[Judged] = [one for one in facts.judgement.entries if item.item_code in one.item_codes]
    return not own or any(one.proof.name != "proven" for one in own)
