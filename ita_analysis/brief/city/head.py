"""The head of the overview: what is weak in most agencies, who moved, and four figures with what they compare with."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ita_analysis.brief.blocks import Cover, Kpis, Tile, line
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.city.wording import letters, median_change
from ita_analysis.brief.sentences import line_text, say, score_text

ONE_LINE = 84  # letters that one line of the headline holds


def cover(facts: CityFacts) -> Cover:
    """Return the headline made from facts, the running head and the footer with the page key."""
    key = facts.page_key[:8]
    said = {
        "count": f"{len(facts.names) + len(facts.missing):,}",
        "scheme": facts.scheme_th,
        "year": facts.fiscal_year_be,
    }
    files = [file.rpartition("/")[2] for file in sorted(facts.now["source_file"].astype(str).unique())]
    badge = "common.synthetic" if facts.is_synthetic else "common.partial" if facts.missing else ""
    return Cover(
        eyebrow=say("city_cover.eyebrow", **said),
        title=_headline(facts),
        subtitle="" if facts.has_heat else _typical(facts),
        badge=say(badge) if badge else "",
        running_head=say("city_cover.running_head", **said),
        footer=say("cover.footer", source=" · ".join(files), framework=facts.framework_name, key=key),
        document_date=f"{facts.fiscal_year_be - 543}-09-30",
        page_key=key,
        orientation="landscape",
        record=_record(facts),
    )


def _record(facts: CityFacts) -> dict[str, Any]:
    """Return what the page is about, as the manifest carries it; `inputs` are the files by their sha256."""
    return {
        "fiscal_year_be": facts.fiscal_year_be,
        "framework": facts.framework_name,
        "is_synthetic": facts.is_synthetic,
        "action_line": facts.line,
        "link_briefs": facts.link_briefs,
        "agencies": len(facts.names),
        "agencies_missing": sorted(facts.missing),
        "page_key": facts.page_key,
        "key_parts": facts.key_parts,
        "used_files": facts.grounds[0],
        "inputs": dict(sorted(facts.inputs.items())),
    }


def _headline(facts: CityFacts) -> str:
    known, everyone = len(facts.names), len(facts.names) + len(facts.missing)
    if facts.is_listed and known * 2 < everyone:
        return say("city_cover.thin", count=f"{known:,}", all=f"{everyone:,}")
    if facts.weak_items.empty:
        total = facts.agencies["total"].median()
        key = "city_cover.other" if pd.isna(total) else "city_cover.totals"
        return say(key, count=f"{known:,}", median="" if pd.isna(total) else score_text(float(total)))
    worst, shown = facts.weak_items.iloc[0], line_text(facts.line)
    assessed = int(worst["n_agencies"])
    end = ""
    if facts.agencies["direction"].isin(["higher", "lower", "similar"]).any():
        up, down = (int((facts.agencies["direction"] == word).sum()) for word in ("higher", "lower"))
        end = say("city_cover.moved", up=f"{up:,}", down=f"{down:,}")
    if not worst["n_below"]:
        return " ".join(filter(None, [say("city_cover.none_weak", line=shown, all=f"{assessed:,}"), end]))
    code = str(worst["code"])
    titles = [
        say("city_cover.weak", item=item, line=shown, count=f"{int(worst['n_below']):,}", all=f"{assessed:,}")
        + (f" {end}" if end else "")
        for item in (" ".join(filter(None, [code, facts.topic_th(code)])), say("city_panels.item") + f" {code}")
    ]
    return next((title for title in titles if letters(title) <= ONE_LINE), titles[-1])


def _typical(facts: CityFacts) -> str:
    """Return how many items lie below the line in the middle agency; empty where no item is known."""
    counts = facts.agencies.loc[facts.agencies["n_items"] > 0, "n_below"]
    if len(counts) < 2:
        return ""
    median = line_text(float(counts.median()))
    return say("city_cover.typical", all=f"{len(counts):,}", line=line_text(facts.line), median=median)


def tiles(facts: CityFacts) -> Kpis:
    """Return who has scores, how many items lie below the line, how many again, and the middle total."""
    return Kpis(tiles=(_agencies_tile(facts), _typical_tile(facts), _repeated_tile(facts), _total_tile(facts)))


def _agencies_tile(facts: CityFacts) -> Tile:
    known, everyone = len(facts.names), len(facts.names) + len(facts.missing)
    with_items = int((facts.agencies["n_items"] > 0).sum())
    said = [
        say("city_tiles.all_items") if with_items == known else say("city_tiles.some_items", count=f"{with_items:,}")
    ]
    said += [say("city_tiles.missing", count=f"{len(facts.missing):,}")] if facts.missing else []
    unit = say("city_tiles.of", all=f"{everyone:,}") if facts.is_listed else say("city_tiles.unit")
    return Tile(label=say("city_tiles.agencies"), value=f"{known:,}", unit=unit, lines=(line(" · ".join(said)),))


def _typical_tile(facts: CityFacts) -> Tile:
    label = say("city_tiles.typical", line=line_text(facts.line))
    own = facts.agencies[facts.agencies["n_items"] > 0]
    if own.empty:
        return _unknown_tile(label, say("city_tiles.no_items"))
    middle = line_text(float(own["n_below"].median()))
    low = int(own["n_below"].quantile(0.25, interpolation="lower"))
    high = int(own["n_below"].quantile(0.75, interpolation="higher"))
    said = (
        say("city_tiles.middle", low=low, high=high) if len(own) > 1 else say("city_tiles.some_items", count=len(own))
    )
    return Tile(
        label=label,
        value=middle,
        unit=say("city_tiles.of_items", count=int(own["n_items"].max())),
        tone="below" if float(middle) else "above",
        lines=(line(said),),
    )


def _repeated_tile(facts: CityFacts) -> Tile:
    label, own = say("city_tiles.repeated"), facts.agencies[facts.agencies["n_items"] > 0]
    if own.empty:
        return _unknown_tile(label, say("city_tiles.no_items"))
    if not (facts.before["level"] == "item").any():
        return _unknown_tile(label, say("city_tiles.repeated_unknown", year=facts.fiscal_year_be - 1))
    count = int((own["n_repeated"] > 0).sum())
    return Tile(
        label=label,
        value=f"{count:,}",
        unit=say("city_tiles.of", all=f"{len(own):,}"),
        tone="below" if count else "above",
        lines=(line(say("city_tiles.repeated_all", count=f"{int(own['n_repeated'].sum()):,}")),),
    )


def _total_tile(facts: CityFacts) -> Tile:
    totals = facts.agencies["total"].dropna()
    if totals.empty:
        return _unknown_tile(say("city_tiles.total"), say("city_tiles.total_unknown"))
    low, high = score_text(float(totals.min())), score_text(float(totals.max()))
    said = say("city_tiles.total_span", low=low, high=high) if len(totals) > 1 else say("city_tiles.total_one")
    if facts.has_changes:
        said += " · " + say("city_tiles.total_moved", change=median_change(facts))
    return Tile(label=say("city_tiles.total"), value=score_text(float(totals.median())), lines=(line(said),))


def _unknown_tile(label: str, why: str) -> Tile:
    return Tile(label=label, value=say("common.unknown"), tone="muted", lines=(line(why),))
