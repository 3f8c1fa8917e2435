"""The tables of "what lifts the total": the sets, the items of the cheapest one, every item, and how it was counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ita_analysis.analysis.leaves import Leaf
from ita_analysis.analysis.lift import LiftSet, NotReachable, Reached
from ita_analysis.brief import annex
from ita_analysis.brief.blocks import (
    Column,
    DataColumn,
    Dataset,
    Row,
    Run,
    Table,
    Text,
    Value,
    cell,
    group_row,
    line,
    row,
)
from ita_analysis.brief.lift.head import MOST_NAMED, goal_name, named, points, score_and_target, sentence, total_text
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import listing, say, say_all, score_text
from ita_analysis.framework.codes import order_key
from ita_analysis.thai.catalogue import catalogue

if TYPE_CHECKING:
    from ita_analysis.brief.lift import LiftFacts


def reached(facts: LiftFacts) -> list[Reached]:
    """Return the goals that can be reached, in the order of the page."""
    return [answer for answer in facts.lift.answers.values() if isinstance(answer, Reached)]


def sets(facts: LiftFacts) -> Table | Text:
    """Return the sets per goal, the cheapest first; a sentence per goal where none can be offered."""
    found = reached(facts)
    if not found:
        said = tuple(line(sentence(facts, answer)) for answer in facts.lift.answers.values())
        return Text(title=say("lift_sets.none_title"), bullets=said)
    instruments = list(facts.lift.instruments)
    columns = (
        Column(label=say("lift_sets.set"), width=21),
        Column(label=say("lift_sets.codes")),
        Column(label=say("lift_sets.count"), align="right", width=15),
        Column(label=say("lift_sets.effort"), align="right", width=16),
        Column(label=say("lift_sets.total"), align="right", width=19),
        *(Column(label=code, align="right", width=16) for code in instruments),
    )
    rows: list[Row] = []
    for answer in found:
        rows.append(group_row(goal_name(answer.goal)))
        rows += [_set_row(answer, number, one, instruments) for number, one in enumerate(answer.sets, start=1)]
    return Table(
        title=say("lift_sets.title"), role="lift-sets", columns=columns, rows=tuple(rows), note=say("lift_sets.note")
    )


def _set_row(answer: Reached, number: int, one: LiftSet, instruments: list[str]) -> Row:
    is_best = number == 1
    floor = None if answer.goal.instrument is None else float(answer.goal.instrument)
    after = [
        score_text(float(one.instruments[code]), line=floor) if code in one.instruments else say("common.nothing")
        for code in instruments
    ]
    return row(
        cell(Run(text=say("lift_sets.best" if is_best else "lift_sets.other", number=number), bold=is_best)),
        cell(Run(text=_codes(one, answer.sets[0]), bold=is_best)),
        str(len(one.codes)),
        str(one.effort),
        cell(Run(text=total_text(one.total, answer.goal), bold=is_best)),
        *after,
    )


def _codes(one: LiftSet, best: LiftSet) -> str:
    """Return the codes of a set, a long one by how it differs from the best."""
    if one is best or len(one.codes) <= MOST_NAMED:
        return " ".join(one.codes)
    codes = listing([code for code in one.codes if code not in best.codes])
    instead = listing([code for code in best.codes if code not in one.codes])
    return say("lift_sets.like_first", codes=codes, instead=instead)


def chosen(facts: LiftFacts) -> Table | Text:
    """Return the items of the cheapest set; an empty text where there is none."""
    found = reached(facts)
    if not found:
        return Text()
    columns = (
        Column(label=say("lift_chosen.code"), width=12),
        Column(label=say("lift_chosen.topic")),
        Column(label=say("lift_chosen.score"), align="right", width=16),
        Column(label=say("lift_chosen.target"), align="right", width=18),
        Column(label=say("lift_chosen.basis"), width=26),
        Column(label=say("lift_chosen.gain"), align="right", width=28),
        Column(label=say("lift_chosen.effort"), align="right", width=11),
    )
    rows = []
    for code in facts.chosen:
        leaf = facts.leaves[code]
        score, target = score_and_target(leaf)
        head = cell(Run(text=code, bold=True))
        topic = annex.name_of(facts, code)
        rows.append(row(head, topic, score, target, basis(leaf), points(leaf.gain), str(leaf.effort)))
    title = say("lift_chosen.title", goal=goal_name(found[0].goal))
    return Table(title=title, role="lift-chosen", columns=columns, rows=tuple(rows))


def basis(leaf: Leaf) -> str:
    """Return where a leaf's target comes from, in words; that it is there already where it can't rise."""
    is_kept = leaf.score is not None and not leaf.rise and leaf.basis != "asked"
    return say("lift_basis.kept" if is_kept else f"lift_basis.{leaf.basis}")


def every(facts: LiftFacts) -> Table | Text:
    """Return every leaf by instrument, in natural code order; an empty text where weights are not known."""
    if not facts.lift.leaves or facts.framework is None:
        return Text()
    columns = (
        Column(label=say("lift_chosen.code"), width=12),
        Column(label=say("lift_chosen.topic")),
        Column(label=say("lift_every.weight"), align="right", width=20),
        Column(label=say("lift_chosen.score"), align="right", width=15),
        Column(label=say("lift_chosen.target"), align="right", width=16),
        Column(label=say("lift_chosen.basis"), width=24),
        Column(label=say("lift_every.gain"), align="right", width=16),
        Column(label=say("lift_chosen.effort"), align="right", width=10),
    )
    rows: list[Row] = []
    for instrument in facts.framework.instruments:
        rows.append(group_row(say("annex.group", name=instrument.name_th, code=instrument.code)))
        own = [leaf for leaf in facts.lift.leaves if leaf.instrument == instrument.code]
        rows += [_leaf_row(facts, leaf) for leaf in sorted(own, key=lambda leaf: order_key(leaf.code))]
    return Table(
        title=say("lift_every.title"),
        role="lift-leaves",
        dense=True,
        columns=columns,
        rows=tuple(rows),
        note=say("lift_every.note"),
    )


def _leaf_row(facts: LiftFacts, leaf: Leaf) -> Row:
    score, target = score_and_target(leaf)
    gain = points(leaf.gain) if leaf.rise else say("common.nothing")
    return row(
        cell(Run(text=leaf.code, bold=leaf.code in facts.chosen)),
        annex.name_of(facts, leaf.code),
        f"{float(leaf.points):.4f}",
        score,
        target,
        basis(leaf),
        gain,
        str(leaf.effort),
    )


def method(facts: LiftFacts) -> Text:
    """Return how the sets were found; only what this year's rules and scores make true."""
    key = "lift_method.peers" if facts.has_peers else "lift_method.alone"
    targets = say(key, count=f"{facts.group_size:,}", least=FEWEST_PEERS)
    said = say_all("lift_method.all", framework=facts.framework_name, targets=targets)
    if any(answer.goal is not None and answer.goal.instrument is not None for answer in facts.lift.answers.values()):
        said.append(say("lift_method.instruments"))
    is_answered = any(isinstance(answer, Reached | NotReachable) for answer in facts.lift.answers.values())
    if is_answered and (unknown := facts.lift.without_score):
        said.append(say("lift_method.without", codes=named(unknown)))
    return Text(title=say("lift_method.title"), bullets=tuple(line(text) for text in said))


def limits(facts: LiftFacts) -> Text:
    """Return first that scores are answers of people and not knobs, then what no brief's scores say."""
    own = tuple(line(text) for text in say_all("lift_limits.all"))
    plain = annex.limits(facts)
    return plain.model_copy(update={"bullets": (*own, *plain.bullets)})


def datasets(facts: LiftFacts) -> tuple[Dataset, ...]:
    """Return the leaves and the sets with figures unrounded; what can't be filled is left out."""
    leaves: list[dict[str, Value]] = [
        {
            "code": leaf.code,
            "name_th": annex.name_of(facts, leaf.code) or None,
            "instrument": leaf.instrument,
            "points_per_point": float(leaf.points),
            "score": None if leaf.score is None else float(leaf.score),
            "target": None if leaf.target is None else float(leaf.target),
            "basis_th": basis(leaf),
            "rise_points": float(leaf.rise),
            "gain_points": float(leaf.gain),
            "effort": leaf.effort,
            "is_chosen": leaf.code in facts.chosen,
        }
        for leaf in facts.lift.leaves
    ]
    ranked: list[dict[str, Value]] = [
        {
            "goal_th": goal_name(answer.goal),
            "rank": number,
            "codes": " ".join(one.codes),
            "count": len(one.codes),
            "effort": one.effort,
            "gain_points": float(one.gain),
            "total_after": float(one.total),
        }
        for answer in reached(facts)
        for number, one in enumerate(answer.sets, start=1)
    ]
    return tuple(_dataset(role, rows) for role, rows in (("sets", ranked), ("leaves", leaves)) if rows)


def _dataset(role: str, records: list[dict[str, Value]]) -> Dataset:
    words = catalogue("brief", "lift_datasets.toml")
    said: Mapping[str, Any] = words["dataset"][role]
    columns = tuple(DataColumn(name=name, **words["column"][name]) for name in said["columns"])
    rows = tuple(tuple(record[column.name] for column in columns) for record in records)
    return Dataset(
        title=said["title"], role=f"lift-{role}", description=said["description"], columns=columns, rows=rows
    )
