"""The answers to the questions of the analyst's room: each a frame, and the block that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, NoReturn

import pandas as pd

from ita_analysis.analysis import findings
from ita_analysis.analysis.rows import in_order
from ita_analysis.brief.annex import name_in, name_of
from ita_analysis.brief.blocks import Block, Chart, Table, Text, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.peer_group import FEWEST_PEERS, all_peers
from ita_analysis.brief.sentences import line_text
from ita_analysis.errors import InputError, UnknownNameError, UsageError
from ita_analysis.framework import loader
from ita_analysis.framework.codes import TOTAL
from ita_analysis.lab import tables
from ita_analysis.lab.chosen import Agencies, Chosen, narrowed, one_agency, one_framework, one_scheme, rows_of
from ita_analysis.lab.index import Source, known_code, refuse_name
from ita_analysis.lab.words import tell

DRAWINGS = ("profile", "trend", "peers", "items")
RANK_COLUMNS = (
    "place", "is_shared", "agency_code", "agency_name_th", "score", "place_low", "place_high", "is_synthetic",
)  # fmt: skip


class Answer(NamedTuple):
    """A frame and the block that shows it; the block is drawn when it is looked at."""

    frame: pd.DataFrame
    look: Callable[[], Block]


def everything(source: Source) -> Callable[[], Block]:
    """Return what shows all scores: how many agencies of which scheme and year."""
    found = source.frameworks
    problems = len(source.read.problems)
    note = tell("shown.all_problems", count=problems) if problems else tell("shown.all_note")
    title = tell("shown.all", agencies=len(source.read.names()), frameworks=len(found))
    return lambda: tables.frameworks(found, title, note)


def part(source: Source, chosen: Chosen) -> Answer:
    """Return the scores of a part as they stand in the files."""
    frame = rows_of(source, chosen)
    title = tell("shown.chosen", chosen=chosen.text(source))
    return Answer(frame, lambda: tables.scores(frame, title))


def below(source: Source, chosen: Chosen, limit: float) -> Answer:
    """Return the survey items below a line, worst first."""
    refuse_line(limit)
    if len(chosen.agencies) == 1 and not chosen.code:
        facts = source.facts(*one_agency(source, chosen), limit)
        return Answer(
            _with_topics(facts.below, facts), _honest(lambda: _drawing("findings")(facts, ""), facts.is_synthetic)
        )
    one_scheme(source, chosen)
    found = [
        findings.below_line(rows, line=limit, framework=loader.load(str(name), rules=source.rules))
        for name, rows in rows_of(source, chosen).groupby("framework", sort=True)
    ]
    frame = in_order(pd.concat(found, ignore_index=True), ["score"])
    shown = line_text(limit)
    agencies = frame["agency_code"].nunique()
    title = tell("shown.below_title", count=f"{len(frame):,}", line=shown, agencies=f"{agencies:,}")
    if frame.empty:
        title = tell("shown.below_none", line=shown)
    return Answer(frame, lambda: tables.scores(frame, title, line=limit))


def refuse_line(limit: float) -> None:
    """Refuse a line that no score can lie below, or that none can reach."""
    if not 0 < limit <= 100:
        raise UsageError(tell("ask.line_wrong", line=limit), todo=tell("ask.line_fix"))


def refuse_comparison() -> NoReturn:
    """Refuse a comparison with nothing, or with more than one thing."""
    raise UsageError(tell("ask.compare_how"), todo=tell("ask.compare_how_fix"))


def beside_year(source: Source, chosen: Chosen, year: int) -> Answer:
    """Return the scores of one agency beside the year before (`comparison.compare_years`)."""
    agency, now = one_agency(source, chosen)
    other = source.read.framework_of(agency, year)
    facts = source.facts(agency, now, findings.ACTION_LINE)
    if other.rpartition("-")[0] != facts.scheme:
        names = {"name": facts.name_th, "year": now, "other": year, "one": facts.framework_name, "two": other}
        raise InputError(tell("ask.compare_scheme", **names), todo=tell("ask.nothing_fix"))
    if year != now - 1:
        raise UsageError(
            tell("ask.compare_year", year=now, other=year), todo=tell("ask.compare_year_fix", before=now - 1)
        )
    frame = _of_code(_with_topics(pd.DataFrame(list(facts.compared.values())), facts), chosen.code)
    can = frame[frame["is_comparable"]]
    counts = {word: int((can["direction"] == word).sum()) for word in ("higher", "lower")}
    key = "shown.year_title_moved" if any(counts.values()) else "shown.year_title"
    title = tell(key, name=facts.name_th, year=now, before=year, known=len(can), **counts)
    return Answer(frame, _honest(lambda: tables.changes(facts, frame, title), facts.is_synthetic))


def beside_peers(source: Source, chosen: Chosen) -> Answer:
    """Return how one agency stands among its peers (`peers.beside_group`)."""
    facts = source.facts(*one_agency(source, chosen), findings.ACTION_LINE)
    if not facts.standing:
        raise _no_places(facts.framework_name, facts.group_size)
    frame = _of_code(_with_topics(pd.DataFrame(list(facts.standing.values())), facts), chosen.code)
    title = tell("shown.peers_title", name=facts.name_th, count=facts.group_size, framework=facts.framework_name)
    return Answer(frame, _honest(lambda: tables.standing(frame, title), facts.is_synthetic))


def beside_agencies(source: Source, chosen: Chosen, others: Agencies) -> Answer:
    """Return the scores of some agencies of one framework side by side, the widest apart first."""
    wanted = [others] if isinstance(others, str | int) else list(others)
    own = list(chosen.agencies)
    codes = list(dict.fromkeys([*own, *(source.agency(one) for one in wanted)]))
    year = chosen.year or one_agency(source, chosen)[1]
    both = narrowed(source, Chosen(), codes, year, chosen.scheme, chosen.code)
    framework, is_synthetic = one_framework(source, both)
    rows = rows_of(source, both)
    wide = rows.pivot(index="code", columns="agency_code", values="score").reindex(columns=codes)
    rules = loader.load(framework, rules=source.rules)
    topics = [name_in(rules, str(code)) for code in wide.index]
    frame = wide.assign(spread_points=wide.max(axis=1) - wide.min(axis=1), topic_th=topics).reset_index()
    frame = in_order(frame[["code", "topic_th", *codes, "spread_points"]], ["spread_points"], ascending=False)
    frame.columns.name = None
    names = {code: source.read.names()[code] for code in codes}
    title = tell("shown.agencies_title", count=len(codes), framework=framework)
    return Answer(frame, _honest(lambda: tables.side_by_side(frame, names, title), is_synthetic))


def places(source: Source, chosen: Chosen, code: str) -> Answer:
    """Return all agencies of one framework by their place in one code (`peers.places`)."""
    own = chosen.agencies[0] if len(chosen.agencies) == 1 else ""
    if own:
        framework = source.read.framework_of(*one_agency(source, chosen))
        is_synthetic = source.read.is_synthetic(*one_agency(source, chosen))
    else:
        framework, is_synthetic = one_framework(source, chosen)
    group = all_peers(source.read, framework, is_synthetic, source.rules)
    found = group.places if isinstance(group.places, pd.DataFrame) else pd.read_parquet(group.places)
    if found.empty:
        raise _no_places(framework, group.size)
    wanted = known_code(code, set(found["code"]))
    rows = found[found["code"] == wanted].sort_values("place", kind="stable", ignore_index=True)
    names = source.read.names()
    frame = rows.assign(agency_name_th=[names[str(one)] for one in rows["agency_code"]], is_synthetic=is_synthetic)[
        list(RANK_COLUMNS)
    ]
    about = name_in(loader.load(framework, rules=source.rules), wanted)
    about = about if wanted == TOTAL else f" {tell('shown.code_title', code=wanted, about=about).strip()} "
    title = tell("shown.rank_title", about=about, count=f"{len(frame):,}", framework=framework)
    return Answer(frame, lambda: tables.places(frame, title, own))


def drawn(source: Source, chosen: Chosen, kind: str, code: str) -> Answer:
    """Return a picture of one agency and year, and the rows that it is drawn from."""
    if kind not in DRAWINGS:
        every = tell("ask.draw_is", names=" ".join(DRAWINGS))
        raise refuse_name(tell("ask.draw_unknown", kind=kind), kind, DRAWINGS, every)
    facts = source.facts(*one_agency(source, chosen), findings.ACTION_LINE)
    wanted = code or chosen.code
    picked = known_code(wanted, set(facts.complete["code"])) if wanted else ""
    frames = {
        "profile": lambda: pd.DataFrame(list(facts.compared.values())),
        "trend": lambda: facts.complete,
        "peers": lambda: pd.DataFrame(list(facts.standing.values())),
        "items": lambda: facts.items.reset_index(drop=True),
    }
    return Answer(frames[kind](), _honest(lambda: _drawing(kind)(facts, picked), facts.is_synthetic))


def _drawing(kind: str) -> Callable[[BriefFacts, str], Block]:
    """Return what draws a view; imported when the first one is drawn, for drawing costs as much as reading."""
    from ita_analysis.lab import views

    found: Callable[[BriefFacts, str], Block] = getattr(views, kind)
    return found


def _honest(look: Callable[[], Block], is_synthetic: bool) -> Callable[[], Block]:
    """Return what shows a block so that it says when its scores are made up: in an own notebook no cover does."""

    def looked() -> Block:
        block, word = look(), tell("shown.made_up")
        if is_synthetic and isinstance(block, Chart | Table) and word not in block.note:
            return block.model_copy(update={"note": " · ".join(filter(None, [block.note, word]))})
        if is_synthetic and isinstance(block, Text):
            return block.model_copy(update={"paragraphs": (*block.paragraphs, line(word))})
        return block

    return looked


def _of_code(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    return frame[frame["code"] == code].reset_index(drop=True) if code else frame


def _with_topics(frame: pd.DataFrame, facts: BriefFacts) -> pd.DataFrame:
    """Return the rows with `topic_th` behind their columns."""
    return frame.assign(topic_th=[name_of(facts, str(code)) for code in frame["code"]])


def _no_places(framework: str, count: int) -> UnknownNameError:
    said = tell("ask.no_places", framework=framework, count=count, least=FEWEST_PEERS)
    return UnknownNameError(said, todo=tell("ask.no_places_fix"))
