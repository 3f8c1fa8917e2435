"""The four figures of page 1, each with what it compares with and how sure it is."""

from __future__ import annotations

from ita_analysis.analysis.findings import below_line
from ita_analysis.analysis.rows import item_rows
from ita_analysis.brief.blocks import Kpis, Line, Run, Tile, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.headline import repeated
from ita_analysis.brief.sentences import decimal, line_text, say, say_all, score_text, two_places
from ita_analysis.brief.wording import (
    DIRECTION_TONES,
    by_group,
    change_text,
    direction_word,
    half_width,
    place_of_text,
    shown_score,
)
from ita_analysis.framework.codes import TOTAL

MOST_CODES = 3  # codes that one line of a tile holds


def tiles(facts: BriefFacts) -> Kpis:
    """Return total and level, items below the line, items below again (or unknown ones), measures.

    Where the total is not known its tile gives way to the items: it stands third.
    """
    about_items = _repeated_tile(facts) if facts.previous_year and len(facts.items) else _unknown_tile(facts)
    first = [_total_tile(facts), _below_tile(facts), about_items]
    if facts.total is None:
        first = [first[1], first[2], first[0]]
    return Kpis(tiles=(*first, _measures_tile(facts)))


def _below_tile(facts: BriefFacts) -> Tile:
    label = say("tiles.below", line=line_text(facts.line))
    if facts.items.empty:
        return Tile(label=label, value=say("common.unknown"), tone="muted", lines=(line(say("tiles.no_items")),))
    lines: list[Line] = [line(by_group(facts, facts.below["code"].tolist()))]
    if before := _before(facts):
        lines.append(line(before))
    else:
        above = facts.items[facts.items["score"] >= facts.line]
        if len(above):
            nearest = above.iloc[int(above["score"].argmin())]
            lines.append(line(say("tiles.nearest", code=nearest["code"], score=shown_score(facts, nearest["score"]))))
    if facts.documents_missing and facts.document_count:
        said = say("tiles.documents", count=len(facts.documents_missing), all=facts.document_count)
        lines.append(line(Run(text=said, tone="below")))
    return Tile(
        label=label,
        value=str(len(facts.below)),
        unit=say("tiles.of_assessed", assessed=len(facts.items)),
        tone="below" if len(facts.below) else "above",
        lines=tuple(lines),
    )


def _before(facts: BriefFacts) -> str:
    """Return how many items were below the line the year before, of how many."""
    if facts.previous_year is None:
        return ""
    rows = facts.scores[facts.scores["fiscal_year_be"] == facts.previous_year]
    framework = facts.rules.get(f"{facts.scheme}-{facts.previous_year}")
    assessed = len(item_rows(rows, "survey", framework))
    if not assessed:
        return ""
    count = len(below_line(rows, line=facts.line, framework=framework))
    return say("tiles.before", count=count, assessed=assessed)


def _repeated_tile(facts: BriefFacts) -> Tile:
    again = repeated(facts)
    lines: list[Line] = []
    for key, codes in (
        ("tiles.three_years", [code for code, years in again.items() if years >= 3]),
        ("tiles.two_years", [code for code, years in again.items() if years == 2]),
    ):
        if codes:
            named = codes if len(codes) <= MOST_CODES else codes[: MOST_CODES - 1]
            more = say("tiles.more", count=len(codes) - len(named)) if len(codes) > len(named) else ""
            lines.append(line(say(key, codes=" ".join(named)) + more))
    if not again:
        lines.append(line(say("tiles.none_repeated")))
    if len(facts.unknown):
        lines.append(line(say("tiles.also_unknown", count=len(facts.unknown))))
    return Tile(
        label=say("tiles.repeated"),
        value=str(len(again)),
        unit=say("common.item_unit"),
        tone="below" if again else "above",
        lines=tuple(lines),
    )


def _unknown_tile(facts: BriefFacts) -> Tile:
    label = say("tiles.unknown")
    count = len(facts.unknown)
    if not count:
        text = say("tiles.unknown_none") if len(facts.items) else say("tiles.unknown_list")
        value = "0" if len(facts.items) else say("common.unknown")
        unit = say("common.item_unit") if len(facts.items) else ""
        return Tile(label=label, value=value, unit=unit, tone="muted", lines=(line(text),))
    if facts.unknown["is_at_least"].any():
        label = say("tiles.unknown_at_least")
    lines = (line(by_group(facts, facts.unknown["code"].tolist())), line(say("tiles.unknown_meaning")))
    return Tile(label=label, value=str(count), unit=say("common.item_unit"), tone="muted", lines=lines)


def _total_tile(facts: BriefFacts) -> Tile:
    label = say("tiles.total")
    if facts.total is None:
        missing = say_all(
            "tiles.total_missing" if len(facts.items) else "tiles.total_unknown", assessed=len(facts.items)
        )
        return Tile(label=label, value=say("common.unknown"), tone="muted", lines=tuple(line(text) for text in missing))
    lines = [*_change_lines(facts)]
    if beside := facts.standing.get(TOTAL):
        lines.append(line(say("tiles.place", place=place_of_text(beside))))
    if not facts.level.name_th:
        lines += [line(_against_pass_line(facts)), line(say("tiles.no_level"))]
    return Tile(
        label=label,
        value=score_text(facts.total),
        unit=facts.level.name_th,
        lines=tuple(lines[:3]),
    )


def _against_pass_line(facts: BriefFacts) -> str:
    """Return on which side of the official pass line the total lies, where the level itself is not known."""
    passing = facts.framework.pass_line if facts.framework else None
    if passing is None or facts.total is None:
        return say("tiles.no_pass_line")
    key = "tiles.passes" if facts.total >= passing.score else "tiles.fails"
    return say(key, score=line_text(passing.score))


def _change_lines(facts: BriefFacts) -> list[Line]:
    """Return how the total moved since the year before and how sure that is."""
    moved = facts.compared.get(TOTAL)
    year = facts.fiscal_year_be - 1
    if moved is None or facts.previous_year is None:
        return [line(say("tiles.no_prior", year=year))]
    if not moved["is_comparable"]:
        return [line(say("tiles.not_comparable", year=year))]
    width = half_width(moved["change_low"], moved["change_high"])
    direction = moved["direction"]
    word = direction_word(direction)
    if direction in ("higher", "lower"):
        points = two_places(abs(decimal(moved["change_points"])))
        first = line(
            Run(text=f"{word} {points}", tone=DIRECTION_TONES[direction], bold=True), say("tiles.since", year=year)
        )
        return [first, line(say("tiles.beyond", width=width))]
    first = line(f"{change_text(moved['change_points'])}{say('tiles.since', year=year)}")
    if width is None:
        return [first, line(say("tiles.unsure"))]
    return [first, line(say("tiles.within", word=word, width=width))]


def _measures_tile(facts: BriefFacts) -> Tile:
    """Return how many measures there are, how many have an owner, proof, no result yet, and what has none."""
    part = facts.beside
    if part is None or part.register is None or part.judgement is None:
        texts = say_all("tiles.no_register_lines")
        if part and part.problem_count:
            texts = [say("measures.tile_unsound", count=part.problem_count)]
        lines = tuple(line(text) for text in texts)
        return Tile(label=say("tiles.measures"), value=say("tiles.no_register"), tone="muted", lines=lines)
    measures, entries = part.register.measures, part.judgement.entries
    owned = sum(bool(measure.unit_th) for measure in measures)
    states = [one.proof.state for one in entries if one.measure]
    silent = states.count("no_result")
    counts = {"proven": states.count("proven"), "waiting": states.count("waiting")}
    lines_of = [
        line(say("measures.tile_owner", count=owned, all=len(measures))),
        line(say("measures.tile_states", **counts)),
    ]
    has_measure = {code for measure in measures for code in measure.item_codes}
    lacking = [str(code) for code in facts.below["code"] if code not in has_measure]
    if lacking:
        more = "" if len(lacking) <= MOST_CODES else say("tiles.more", count=len(lacking) - MOST_CODES)
        said = say("measures.tile_lacking", codes=" ".join(lacking[:MOST_CODES])) + more
        lines_of.append(line(Run(text=said, tone="below")))
    elif silent:
        lines_of.append(line(Run(text=say("measures.tile_none", count=silent), tone="below")))
    is_done = bool(measures) and counts["proven"] == len(states)
    return Tile(
        label=say("tiles.measures"),
        value=str(len(measures)),
        unit=say("measures.tile_unit"),
        tone="below" if lacking else "above" if is_done else "waiting",
        lines=tuple(lines_of),
    )
