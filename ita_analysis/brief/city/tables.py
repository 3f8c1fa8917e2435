"""The tables behind page 1: the weak items of all agencies, who has them again, who moved, who is missing."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ita_analysis.analysis.overview import repeated_below
from ita_analysis.analysis.rows import above, codes_in_order
from ita_analysis.brief.blocks import Column, Row, Run, Table, Text, cell, group_row, line, row
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.city.wording import (
    agency_cell,
    asked,
    change_run,
    median_change,
    most_moved,
    named,
    nothing_cell,
)
from ita_analysis.brief.facts import records_of
from ita_analysis.brief.sentences import decimal, line_text, say, score_text, signed, two_places
from ita_analysis.brief.wording import change_text

MOST_ITEMS = 12
MOST_REPEATED = 10
MOST_MOVED = 12
MOST_NAMED = 100
MOST_CODES = 16


def weak_items(facts: CityFacts) -> Table | Text:
    """Return the survey items that lie below the line in most agencies, and in how many for the second year."""
    if facts.weak_items.empty:
        return Text()
    with_items = int((facts.agencies["n_items"] > 0).sum())
    if with_items == 1:
        return Text(title=say("city_items.one_title"), paragraphs=(line(say("city_items.one")),))
    weak, shown = facts.weak_items[facts.weak_items["n_below"] > 0], line_text(facts.line)
    if weak.empty:
        sentence = say("city_items.none", all=f"{with_items:,}", line=shown)
        return Text(title=say("city_items.none_title", line=shown), paragraphs=(line(sentence),))
    worst, has_prior = weak.iloc[0], bool((facts.before["level"] == "item").any())
    columns = (
        Column(label=say("city_items.code"), width=13),
        Column(label=say("city_items.topic")),
        Column(label=say("city_items.asked"), width=30),
        Column(label=say("city_items.below", line=shown), align="right", width=26),
        Column(label=say("city_items.of"), align="right", width=20),
        Column(label=say("city_items.share"), width=42),
        Column(label=say("city_items.again"), align="right", width=28),
        Column(label=say("city_items.median"), align="right", width=18),
        Column(label=say("city_items.least"), align="right", width=18),
    )
    records = records_of(weak)
    rows = [_item_row(facts, record, has_prior) for record in records[:MOST_ITEMS]]
    year = facts.fiscal_year_be
    notes = [say("city_items.note_again" if has_prior else "city_items.note_no_prior", before=year - 1, year=year)]
    if len(weak) > MOST_ITEMS:
        notes.insert(0, say("city_items.note_rest", shown=MOST_ITEMS, count=len(weak)))
    return Table(
        title=say(
            "city_items.title",
            line=shown,
            code=worst["code"],
            count=f"{int(worst['n_below']):,}",
            all=f"{int(worst['n_agencies']):,}",
        ),
        role="weak_items",
        columns=columns,
        rows=tuple(rows),
        note=" · ".join(notes),
        records=tuple(
            {"code": one["code"], **{name: int(one[name]) for name in ("n_agencies", "n_below", "n_repeated")}}
            for one in records
        ),
    )


def _item_row(facts: CityFacts, record: dict[str, Any], has_prior: bool) -> Row:
    code, topic = str(record["code"]), facts.topic_th(str(record["code"]))
    median, least = (
        cell(Run(text=score_text(value, line=facts.line), tone="below" if value < facts.line else "ink"))
        for value in (float(record["median"]), float(record["min"]))
    )
    return row(
        cell(Run(text=code, bold=True)),
        cell(topic) if topic else cell(Run(text=say("common.unknown_topic"), tone="muted")),
        asked(facts, above(code, facts.framework)[-1]),
        cell(Run(text=f"{record['n_below']:,}", tone="below", bold=True)),
        f"{record['n_agencies']:,}",
        cell("", bar=record["n_below"] / record["n_agencies"]),
        cell(f"{record['n_repeated']:,}") if has_prior else nothing_cell(),
        median,
        least,
    )


def repeated(facts: CityFacts) -> Table | Text:
    """Return the agencies with most items below the line this year and the year before; nothing where there is none."""
    own = facts.agencies[facts.agencies["n_repeated"] > 0]
    if own.empty:
        return Text()
    worst = own.assign(_most=-own["n_repeated"]).sort_values(["_most", "total"], kind="stable").head(MOST_REPEATED)
    shown = facts.items[facts.items["agency_code"].astype(str).isin(worst.index)]
    again = shown[repeated_below(shown, facts.before, facts.links, line=facts.line)]
    codes = again.groupby(again["agency_code"].astype(str))["code"].apply(list)
    rows = []
    for code, below, count in worst[["n_below", "n_repeated"]].itertuples():
        items = codes_in_order(codes[code])
        text = " ".join(items[:MOST_CODES])
        text += say("city_repeated.more", count=len(items) - MOST_CODES) if len(items) > MOST_CODES else ""
        rows.append(row(agency_cell(facts, str(code)), f"{below}", cell(Run(text=f"{count}", bold=True)), text))
    columns = (
        Column(label=say("city_repeated.agency"), width=62),
        Column(label=say("city_repeated.below", line=line_text(facts.line)), align="right", width=28),
        Column(label=say("city_repeated.again"), align="right", width=28),
        Column(label=say("city_repeated.codes")),
    )
    note = say("city_repeated.rest", shown=len(rows), count=f"{len(own):,}") if len(own) > len(rows) else ""
    title = say("city_repeated.title", count=f"{len(own):,}", line=line_text(facts.line))
    return Table(title=title, role="findings", columns=columns, rows=tuple(rows), note=note)


def moved(facts: CityFacts) -> Table | Text:
    """Return whose total moved beyond chance, each beside what all the others did."""
    own = facts.agencies[facts.agencies["change_points"].notna()]
    if own.empty:
        return Text()
    typical = median_change(facts)
    groups = {"higher": facts.moved("higher"), "lower": facts.moved("lower"), "behind": facts.behind}
    if not any(len(group) for group in groups.values()):
        is_unsure = own["change_low"].isna().all()
        said = say("city_moved.unsure" if is_unsure else "city_moved.none", count=f"{len(own):,}", change=typical)
        return Text(
            title=say("city_moved.no_title" if is_unsure else "city_moved.none_title"), paragraphs=(line(said),)
        )
    year = facts.fiscal_year_be
    columns = (
        Column(label=say("city_moved.agency"), width=54),
        Column(label=say("city_moved.year", year=year - 1), align="right", width=18),
        Column(label=say("city_moved.year", year=year), align="right", width=18),
        Column(label=say("city_moved.change"), align="right", width=20),
        Column(label=say("city_moved.range"), align="right", width=34),
        Column(label=say("city_moved.beside"), align="right", width=26),
        Column(label=say("city_moved.word"), width=32),
        Column(label=say("city_moved.most")),
    )
    rows: list[Row] = []
    for name, group in groups.items():
        if len(group):
            rows.append(group_row(say(f"city_moved.{name}", count=f"{len(group):,}")))
            rows += [_moved_row(facts, str(code), down=name != "higher") for code in islice(group.index, MOST_MOVED)]
    chance = -(-len(own) // 20)
    notes = [
        say("city_moved.note_median", count=f"{len(own):,}", change=typical),
        say("city_moved.note_chance", count=f"{len(own):,}", chance=f"{chance:,}"),
    ]
    if any(len(group) > MOST_MOVED for group in groups.values()):
        notes.append(say("city_moved.note_rest", most=MOST_MOVED))
    beyond = groups["higher"]["is_beyond_peers"].eq(True) & (groups["higher"]["beyond_points"] > 0)
    title = say("city_moved.title", up=f"{len(groups['higher']):,}", beyond=f"{int(beyond.sum()):,}")
    return Table(title=title, role="agencies", columns=columns, rows=tuple(rows), note=" · ".join(notes))


def _moved_row(facts: CityFacts, code: str, *, down: bool) -> Row:
    own = facts.agency(code)
    beside = "same" if not own["is_beyond_peers"] else "more" if own["beyond_points"] > 0 else "less"
    low, high = (change_text(float(own[name])) for name in ("change_low", "change_high"))
    return row(
        agency_cell(facts, code),
        cell(Run(text=score_text(own["previous_total"]), tone="muted")),
        score_text(own["total"], line=facts.line),
        cell(change_run(facts, code)),
        cell(Run(text=say("city_moved.range_is", low=low, high=high), tone="muted")),
        signed(two_places(decimal(own["beyond_points"]))),
        say(f"city_moved.{beside}"),
        cell(Run(text=most_moved(facts, code, down=down), tone="muted")),
    )


def missing(facts: CityFacts) -> Text:
    """Return which of the expected agencies have no scores, and which have a total alone."""
    everyone = f"{len(facts.missing) + len(facts.names):,}"
    count = f"{len(facts.missing):,}" if facts.missing else ""
    gone = [code for code in facts.missing if code not in facts.refused]
    bare = facts.agencies[(facts.agencies["n_items"] == 0) & (facts.agencies["n_indicators"] == 0)].index
    paragraphs = []
    if facts.refused:
        paragraphs.append(say("city_missing.refused", names=named(facts, sorted(facts.refused), MOST_NAMED)))
    if gone:
        paragraphs.append(
            say("city_missing.no_scores", year=facts.fiscal_year_be, names=named(facts, gone, MOST_NAMED))
        )
    if len(bare) and len(bare) < len(facts.names):
        paragraphs.append(say("city_missing.only_totals", names=named(facts, list(bare), MOST_NAMED)))
    if not facts.is_listed:
        paragraphs.append(say("city_missing.unlisted"))
        title = (
            say("city_missing.unlisted_title") if not count else say("city_missing.title", count=count, all=everyone)
        )
    else:
        paragraphs.append(say("city_missing.listed") if count else say("city_missing.none", all=everyone))
        title = say("city_missing.title", count=count, all=everyone) if count else say("city_missing.none_title")
    return Text(title=title, paragraphs=tuple(line(text) for text in paragraphs))
