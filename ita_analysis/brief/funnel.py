"""The funnel plot as a block: who of a group stands apart beyond chance, and where the agency itself stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ita_analysis.analysis.uncertainty import limits_around
from ita_analysis.brief.blocks import Chart, Text, line
from ita_analysis.brief.charts.axis import axis_low
from ita_analysis.brief.charts.funnel import FunnelDot, FunnelSides, funnel_chart
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import say, score_text

SIDE_POINTS = 49  # of each line


def funnel_block(table: pd.DataFrame, own: str, *, name: str, line_at: float, source: str) -> Chart | Text:
    """Return the funnel of one figure of a group; a sentence where too few agencies have score and respondents.

    Args:
        table: `analysis.funnel.funnel` of the group.
        own: the agency whose dot is named.
        name: of the figure, as the page calls it.
        line_at: action line, 0–100: the axis of scores begins below it.
        source: of the scores, for the note.
    """
    known = table[table["respondents"].notna()]
    if len(known) < FEWEST_PEERS:
        said = say("funnel_chart.none", least=FEWEST_PEERS, count=len(known))
        return Text(title=say("funnel_chart.none_title"), paragraphs=(line(said),))
    people, centre = known["respondents"].astype(float), float(known["centre"].iloc[0])
    sides = _sides(people.to_numpy(), centre)
    low = axis_low([*known["score"].tolist(), *sides.low], line_at)
    dots = [
        FunnelDot(float(score), float(count), str(direction), agency == own)
        for agency, score, count, direction in zip(
            known["agency_code"], known["score"], people, known["direction"], strict=True
        )
    ]
    higher, lower = (int((known["direction"] == word).sum()) for word in ("higher", "lower"))
    note = [say("funnel_chart.note"), say("funnel_chart.note_low", low=low)]
    if unknown := len(table) - len(known):
        note.append(say("funnel_chart.note_unknown", count=unknown))
    if not np.allclose(limits_around(centre, people.to_numpy())[0], known["low"].astype(float)):
        note.append(say("funnel_chart.note_known"))
    note.append(say("common.source", source=source))
    counts = {"name": name, "count": len(known), "high": higher, "low": lower}
    alt = say(
        "funnel_chart.alt",
        **counts,
        fewest=f"{int(people.min()):,}",
        most=f"{int(people.max()):,}",
        centre=score_text(centre),
    )
    return Chart(
        title=say("funnel_chart.title", **counts),
        svg=funnel_chart(dots, sides, low=low),
        svg_narrow=funnel_chart(dots, sides, low=low, narrow=True),
        alt=" ".join([alt, *_own(known, own)]),
        note=" · ".join(note),
    )


def _sides(people: np.ndarray, centre: float) -> FunnelSides:
    """Return the two lines from a little below the fewest respondents to a little above the most."""
    grid = np.geomspace(max(1.0, people.min() * 0.9), people.max() * 1.1 + 1, SIDE_POINTS)
    low, high = limits_around(centre, grid)
    return FunnelSides(grid.tolist(), low.tolist(), high.tolist(), centre)


def _own(known: pd.DataFrame, own: str) -> list[str]:
    """Return the sentence about the agency itself, none where it has no dot."""
    return [
        say(
            "funnel_chart.alt_own",
            score=score_text(float(score)),
            people=f"{int(people):,}",
            word=say(f"funnel_word.{direction}"),
        )
        for agency, score, people, direction in zip(
            known["agency_code"], known["score"], known["respondents"], known["direction"], strict=True
        )
        if agency == own
    ]
