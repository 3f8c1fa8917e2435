"""Charts keep their texts inside the frame and off each other, however crowded they are."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from ita_analysis.analysis.uncertainty import limits_around
from ita_analysis.brief.charts import canvas, funnel, history, indicators, items, lift, peers
from ita_analysis.brief.charts.axis import axis_low, ticks

LINES = (90.0, 85.0, 50.0, 100.0, 99.5)
NAMES = ["การปฏิบัติหน้าที่", "การใช้งบประมาณ", "การใช้อำนาจ", "การใช้ทรัพย์สินของราชการ", "การแก้ไขปัญหาการทุจริต"]


@dataclass
class Written:
    """Every text that a drawing wrote, as boxes in millimetres, and the frame's size."""

    boxes: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def faults(self) -> list[str]:
        """Return texts outside the frame and pairs that overlap."""
        found = [
            f"outside: {text}"
            for x1, y1, x2, y2, text in self.boxes
            if x1 < -0.05 or x2 > self.width + 0.05 or y1 < -0.05 or y2 > self.height + 0.05
        ]
        for at, one in enumerate(self.boxes):
            for other in self.boxes[at + 1 :]:
                if (
                    min(one[2], other[2]) - max(one[0], other[0]) > 0.3
                    and min(one[3], other[3]) - max(one[1], other[1]) > 0.5
                ):
                    found.append(f"overlap: {one[4]} / {other[4]}")
        return found


@pytest.fixture
def written(monkeypatch):
    """Record what a chart writes."""
    record = Written()
    draw, start = canvas.Canvas.text, canvas.Canvas.__init__

    def init(self, width, height):
        record.boxes.clear()
        record.width, record.height = width, height
        start(self, width, height)

    def text(self, x, y, text, *, size=8.5, weight=400, align="left", **style):
        wide = canvas.text_width(text, size, weight)
        left = x - {"left": 0.0, "center": wide / 2, "right": wide}[align]
        if text:
            record.boxes.append((left, y - size * 0.26, left + wide, y + size * 0.03, text))
        draw(self, x, y, text, size=size, weight=weight, align=align, **style)

    monkeypatch.setattr(canvas.Canvas, "__init__", init)
    monkeypatch.setattr(canvas.Canvas, "text", text)
    return record


def scores(seed: int, count: int) -> list[float]:
    """Return scores of one of several shapes: spread, bunched, all full, all low, on the line."""
    draw = random.Random(seed)
    shape = seed % 6
    if shape == 0:
        return [round(draw.uniform(0, 100), 2) for _ in range(count)]
    if shape == 1:
        return [round(draw.gauss(88, 1.5), 2) for _ in range(count)]
    if shape == 2:
        return [100.0] * count
    if shape == 3:
        return [round(draw.uniform(60, 89), 2) for _ in range(count)]
    if shape == 4:
        return [90.0] * count
    return [min(100.0, round(draw.gauss(93, 4), 2)) for _ in range(count)]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_items_chart_stays_readable_with_any_scores(written, narrow):
    for seed in range(36):
        line = LINES[seed % len(LINES)]
        counts = (random.Random(seed).randint(1, 30), random.Random(seed + 99).randint(1, 20))
        rows = [
            items.ItemRow(
                f"เจ้าหน้าที่ตอบ ({name})",
                "ทราบ 14 ข้อ · ไม่ทราบ 11 ข้อ",
                tuple(items.ItemDot(f"{name[0]}{at}", score) for at, score in enumerate(scores(seed, count), start=1)),
            )
            for name, count in zip(("IIT", "EIT"), counts, strict=True)
        ]
        low = axis_low([dot.score for row in rows for dot in row.dots], line)
        svg = items.items_chart(rows, line=line, low=low, narrow=narrow)
        assert svg.count("<svg") == 1
        assert written.faults() == [], f"seed {seed}, line {line}"


def test_the_indicator_charts_stay_readable_with_any_scores(written):
    for seed in range(24):
        line = LINES[seed % len(LINES)]
        now, before = scores(seed, 10), scores(seed + 7, 10)
        rows = [
            indicators.IndicatorRow(
                str(at + 1), NAMES[at % 5], now[at], before[at] if at % 3 else None, "−12.50", "ใกล้เคียงเดิม", "muted"
            )
            for at in range(10)
        ]
        low = axis_low(now + before, line, 85)
        for draw in (indicators.indicators_chart, indicators.indicators_chart_narrow):
            draw(rows, year=2567, line=line, low=low)
            assert written.faults() == [], f"seed {seed}, line {line}, {draw.__name__}"


def test_the_peer_charts_stay_readable_with_any_scores(written):
    for seed in range(24):
        line = LINES[seed % len(LINES)]
        rows = []
        for at in range(10):
            group = sorted(scores(seed + at, 5))
            own = scores(seed + at + 3, 1)[0]
            rows.append(peers.PeerRow(str(at + 1), NAMES[at % 5], own, *group, "8300 ร่วม จาก 8300"))
        low = axis_low([row.quarter for row in rows] + [row.score for row in rows], line)
        peers.peers_chart(rows, count=8300, line=line, low=low)
        assert written.faults() == [], f"seed {seed}, line {line}"
        peers.peers_chart_narrow(rows, line=line, low=low)
        assert written.faults() == [], f"seed {seed}, line {line}, narrow"


@pytest.mark.parametrize("narrow", [False, True])
def test_the_history_charts_stay_readable_with_any_scores(written, narrow):
    for seed in range(24):
        line = LINES[seed % len(LINES)]
        years = range(2567 - seed % 8, 2568)
        series = [
            history.Series(
                str(at + 1),
                history.fitting(str(at + 1), NAMES[at % 5], "สั้น"),
                dict(zip(years, scores(seed + at, 9), strict=False)),
            )
            for at in range(10)
        ]
        low = axis_low([score for one in series for score in one.scores.values()], line, 85)
        history.panels_chart(series, line=line, low=low, narrow=narrow)
        assert written.faults() == [], f"seed {seed}, line {line}"
        one = history.Series("total", "คะแนนรวม", series[0].scores, frozenset({2565}), frozenset({2564}))
        note = "ปี 2562 เปลี่ยนจากห้าดัชนีเป็นสิบตัวชี้วัด"
        low = axis_low([score - 6 for score in one.scores.values()], line)
        history.total_chart(one, line=line, low=low, break_note=note, narrow=narrow)
        assert written.faults() == [], f"total, seed {seed}, line {line}"


def test_the_lift_charts_stay_readable_with_any_gains_and_long_names(written):
    for seed in range(24):
        draw = random.Random(seed)
        most = 10.0 ** draw.randint(-3, 1)
        rows = [
            lift.LiftRow(
                f"{'IEO'[at % 3]}{at + 1}",
                NAMES[at % 5] * draw.randint(1, 4),
                "0.00 → 100.00",
                f"{(gain := round(draw.uniform(0.001, 1) * most, 6)):.2f}",
                gain,
                str(draw.choice([1, 3, 15, 75])),
                at % 4 == 0,
            )
            for at in range(draw.randint(1, 15))
        ]
        for chart in (lift.lift_chart, lift.lift_chart_narrow):
            svg = chart(rows)
            assert svg.count("<svg") == 1
            assert written.faults() == [], f"seed {seed}, {chart.__name__}"


@pytest.mark.parametrize("narrow", [False, True])
def test_the_funnel_stays_readable_with_any_scores_and_numbers(written, narrow):
    for seed in range(24):
        draw = random.Random(seed)
        most = 10 ** draw.randint(1, 5)
        values = scores(seed, draw.randint(10, 60))
        people = sorted(draw.randint(1, most) for _ in values)
        centre = sorted(values)[len(values) // 2]
        grid = [people[0] * (people[-1] * 1.1 / people[0] + 1) ** (at / 20) for at in range(21)]
        low, high = limits_around(centre, grid)
        sides = funnel.FunnelSides(grid, low.tolist(), high.tolist(), centre)
        dots = [
            funnel.FunnelDot(value, count, draw.choice(["higher", "lower", "similar"]), at == 3)
            for at, (value, count) in enumerate(zip(values, people, strict=True))
        ]
        svg = funnel.funnel_chart(dots, sides, low=axis_low([*values, *low.tolist()], 90.0), narrow=narrow)
        assert svg.count("<svg") == 1
        assert written.faults() == [], f"seed {seed}"


def test_a_name_that_is_too_long_is_cut_before_a_letter_never_before_its_mark():
    assert lift.fitted("สั้น", 50, 9.5) == "สั้น"
    for width in range(3, 60):
        cut = lift.fitted("การใช้ทรัพย์สินของราชการเพื่อประโยชน์ส่วนตัวทั้งปี", width, 9.5)
        assert canvas.text_width(cut, 9.5) <= width + 0.1
        rest = "การใช้ทรัพย์สินของราชการเพื่อประโยชน์ส่วนตัวทั้งปี".removeprefix(cut.removesuffix("…"))
        assert not rest or rest[0] not in "ัิีึืุู่้์ำะา"


def test_the_axis_starts_below_the_lowest_score_and_the_line():
    assert axis_low([93.0], 90.0) == 80
    assert axis_low([81.0, 95.0], 90.0) == 80
    assert axis_low([80.5], 90.0) == 75
    assert axis_low([99.0], 60.0) == 55
    assert axis_low([0.0], 90.0) == 0
    assert ticks(80) == [80, 85, 90, 95, 100]


def test_a_drawing_is_the_same_twice_and_keeps_its_text():
    rows = [items.ItemRow("ประชาชนตอบ", "", (items.ItemDot("E1", 81.87),))]
    first, second = (items.items_chart(rows, line=90, low=80) for _ in range(2))
    assert first == second
    assert ">81.87<" in first.replace("\n", "")
