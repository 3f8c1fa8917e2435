"""The head of "what lifts the total": the sentence that answers, four figures, and what each item can add."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ita_analysis.analysis.leaves import Leaf
from ita_analysis.analysis.lift import AlreadyThere, Answer, Goal, NotReachable, Reached, Unanswerable
from ita_analysis.brief import annex
from ita_analysis.brief.blocks import Chart, Cover, Kpis, Text, Tile, line
from ita_analysis.brief.charts import lift as chart_of_lift
from ita_analysis.brief.headline import cover_of, source_name
from ita_analysis.brief.sentences import decimal, line_text, listing, say, score_text, two_places

if TYPE_CHECKING:
    from ita_analysis.brief.lift import LiftFacts

MOST_NAMED = 4  # codes that a sentence names
MOST_ROWS = 15  # of the chart


def points(value: Fraction) -> str:
    """Return points with two decimals, with more where two would say nothing (0.004)."""
    exact = decimal(float(value))
    return str(two_places(exact)) if not exact or two_places(exact) else score_text(float(value), line=0.0)


def total_text(value: Fraction, goal: Goal) -> str:
    """Return a total on its side of the goal."""
    return score_text(float(value), line=float(goal.total))


def goal_name(goal: Goal) -> str:
    """Return a goal as the page calls it."""
    if goal.wanted == "pass_line":
        return say("lift_goal.pass_line", score=line_text(float(goal.total)))
    return say("lift_goal.level", level=f" {goal.name_th}" if goal.name_th.isascii() else goal.name_th)


def _within(goal: str) -> str:
    """Return a goal's name to stand within a Thai sentence: what ends with a digit or letter keeps a blank behind it."""
    return f"{goal} " if goal[-1].isascii() else goal


def named(codes: Sequence[str]) -> str:
    """Return codes for a sentence: all where they are few, else the first and how many more."""
    if len(codes) <= MOST_NAMED:
        return listing(codes)
    return say("lift_why.more", codes=" ".join(codes[:MOST_NAMED]), count=len(codes) - MOST_NAMED)


def sentence(facts: LiftFacts, answer: Answer) -> str:
    """Return one answer as a director would repeat it."""
    before = "" if facts.lift.total is None else score_text(float(facts.lift.total))
    if isinstance(answer, Unanswerable):
        unknown = "lift_goal.next_level" if answer.wanted == "next_level" else "lift_goal.pass_line_unknown"
        goal = goal_name(answer.goal) if answer.goal else say(unknown)
        why = say(f"lift_why.{answer.reason}", codes=named(answer.codes))
        return say("lift_answer.unanswerable", goal=goal, why=why)
    goal = _within(goal_name(answer.goal))
    if isinstance(answer, AlreadyThere):
        return say("lift_answer.there_top" if answer.goal.name_th else "lift_answer.there", goal=goal, before=before)
    if isinstance(answer, NotReachable):
        said = say("lift_answer.short", goal=goal, after=total_text(answer.total, answer.goal))
        return " ".join(" ".join([said, *_short(facts, answer)]).split())
    best = answer.sets[0]
    key = "lift_answer.few" if len(best.codes) <= MOST_NAMED else "lift_answer.many"
    after = total_text(best.total, answer.goal)
    return say(key, goal=goal, codes=listing(best.codes), count=len(best.codes), before=before, after=after)


def _short(facts: LiftFacts, answer: NotReachable) -> list[str]:
    """Return what is still missing with everything raised, and where that is because nothing below is known."""
    said = [say("lift_answer.short_total", points=points(answer.missing))] if answer.missing else []
    for code, gap in answer.blocking.items():
        is_known = any(leaf.score is not None for leaf in facts.lift.leaves if leaf.instrument == code)
        key = "lift_answer.short_instrument" if is_known else "lift_answer.short_unknown"
        said.append(say(key, code=code, points=points(gap)))
    return said


def main_answer(facts: LiftFacts) -> Answer:
    """Return the answer of the headline: the next level's, or the pass line's where the levels are not known."""
    level, line_answer = facts.lift.answers["next_level"], facts.lift.answers["pass_line"]
    is_unknown = isinstance(level, Unanswerable) and level.goal is None and not isinstance(line_answer, Unanswerable)
    return line_answer if is_unknown else level


def cover(facts: LiftFacts) -> Cover:
    """Return the sentence that answers, what else was asked, and the footer with the page key."""
    main = main_answer(facts)
    others = [sentence(facts, answer) for answer in facts.lift.answers.values() if answer is not main]
    return cover_of(facts, "lift_cover", sentence(facts, main), " · ".join([*others, say("lift_cover.limit")]))


def tiles(facts: LiftFacts) -> Kpis:
    """Return the total now, the next goal, the cheapest set, and the total with everything raised."""
    return Kpis(tiles=(_total_tile(facts), _goal_tile(facts), _set_tile(facts), _all_tile(facts)))


def _total_tile(facts: LiftFacts) -> Tile:
    total = facts.lift.total
    value = say("common.unknown") if total is None else score_text(float(total))
    known = {code: score for code, score in facts.lift.instruments.items() if score is not None}
    return Tile(
        label=say("lift_tiles.total"),
        value=value,
        unit=facts.level.name_th,
        tone="muted" if total is None else "ink",
        lines=tuple(line(f"{code} {score_text(float(score))}") for code, score in known.items()),
    )


def _goal_tile(facts: LiftFacts) -> Tile:
    label, found = say("lift_tiles.goal"), facts.level
    main = main_answer(facts)
    if isinstance(main, Unanswerable) or main.goal is None:
        return Tile(label=label, value=say("common.unknown"), tone="muted")
    goal = main.goal
    value = goal.name_th or line_text(float(goal.total))
    if isinstance(main, AlreadyThere):
        return Tile(label=label, value=value, tone="above", lines=(line(say("lift_tiles.goal_top")),))
    total = facts.lift.total or Fraction(0)
    is_short = total < goal.total
    said = [say("lift_tiles.missing", points=points(goal.total - total)) if is_short else say("lift_tiles.enough")]
    if goal.instrument is not None and found.below_next:
        parts = [f"{code} {two_places(decimal(gap))}" for code, gap in found.below_next.items()]
        said.append(say("lift_tiles.instruments", parts=" · ".join(parts)))
    return Tile(label=label, value=value, lines=tuple(line(text) for text in said))


def _set_tile(facts: LiftFacts) -> Tile:
    label, main = say("lift_tiles.set"), main_answer(facts)
    if not isinstance(main, Reached):
        key = "lift_tiles.set_unknown" if isinstance(main, Unanswerable) else "lift_tiles.set_none"
        return Tile(label=label, value=say(key), tone="muted")
    best, *others = main.sets
    said = [say("lift_tiles.set_effort", effort=best.effort)]
    said += [say("lift_tiles.set_others", count=len(others))] if others else []
    return Tile(
        label=label,
        value=str(len(best.codes)),
        unit=say("lift_tiles.set_unit"),
        tone="accent",
        lines=tuple(line(text) for text in said),
    )


def _all_tile(facts: LiftFacts) -> Tile:
    rising = _rising(facts)
    total, label = facts.lift.total, say("lift_tiles.all")
    if total is None or not facts.lift.leaves:
        return Tile(label=label, value=say("common.unknown"), tone="muted")
    gain = sum((leaf.gain for leaf in rising), Fraction(0))
    said = [say("lift_tiles.all_gain", points=points(gain)), say("lift_tiles.all_count", count=len(rising))]
    after = score_text(float(min(total + gain, Fraction(100))))
    return Tile(label=label, value=after, lines=tuple(line(text) for text in said))


def _rising(facts: LiftFacts) -> list[Leaf]:
    """Return the leaves that can rise, what adds most first, ties in natural code order."""
    return sorted((leaf for leaf in facts.lift.leaves if leaf.rise > 0), key=lambda leaf: -leaf.gain)


def chart(facts: LiftFacts) -> Chart | Text:
    """Return what each item can add, those of the cheapest set dark; a sentence where nothing is known or can rise."""
    rising = _rising(facts)
    if not rising:
        if len(facts.lift.without_score) < len(facts.lift.leaves):
            return Text(title=say("lift_chart.none_title"), paragraphs=(line(say("lift_chart.none")),))
        return Text(title=say("lift_chart.unknown_title"), paragraphs=(line(say("lift_chart.unknown")),))
    chosen = [leaf.code for leaf in rising if leaf.code in facts.chosen][:MOST_ROWS]
    others = [leaf.code for leaf in rising if leaf.code not in facts.chosen][: MOST_ROWS - len(chosen)]
    shown = [leaf for leaf in rising if leaf.code in {*chosen, *others}]
    rows = [_row(facts, leaf) for leaf in shown]
    note = [say("lift_chart.note")]
    if len(shown) < len(rising):
        note.append(say("lift_chart.note_rest", shown=len(shown), count=len(rising)))
    note.append(say("common.source", source=source_name(facts)))
    return Chart(
        title=say("lift_chart.title", code=rising[0].code, points=points(rising[0].gain)),
        svg=chart_of_lift.lift_chart(rows),
        svg_narrow=chart_of_lift.lift_chart_narrow(rows),
        alt=say("lift_chart.alt", rows=", ".join(_alt(facts, leaf) for leaf in shown)),
        note=" · ".join(note),
    )


def score_and_target(leaf: Leaf) -> tuple[str, str]:
    """Return a leaf's score and target as the page writes them; a dash where not known."""
    if leaf.score is None or leaf.target is None:
        return say("common.nothing"), say("common.nothing")
    return score_text(float(leaf.score)), score_text(float(leaf.target))


def _row(facts: LiftFacts, leaf: Leaf) -> chart_of_lift.LiftRow:
    score, target = score_and_target(leaf)
    return chart_of_lift.LiftRow(
        code=leaf.code,
        name=annex.name_of(facts, leaf.code),
        rise=f"{score} → {target}",
        gain=points(leaf.gain),
        gain_points=float(leaf.gain),
        effort=str(leaf.effort),
        is_chosen=leaf.code in facts.chosen,
    )


def _alt(facts: LiftFacts, leaf: Leaf) -> str:
    score, target = score_and_target(leaf)
    said = say("lift_chart.alt_row", code=leaf.code, score=score, target=target, gain=points(leaf.gain))
    return said + (say("lift_chart.alt_chosen") if leaf.code in facts.chosen else "")
