"""Random registers for laws that hold for every one: empty, hostile, long, many to many."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from ita_analysis.measures import model
from ita_analysis.measures.cells import clean
from ita_analysis.measures.rows import as_register, as_rows

HEAD = model.Head("1028", 2567, "bangkok-district-2566", 2566)
CODES = ("I3", "I16", "I17", "E1", "E9", "E12", "O5", "O23-O30")
HOSTILE = (
    "=1+1", "@SUM(A1)", "-2+3", "+x", "'quoted", "'=both", "<script>alert(1)</script>", "{{ 7*7 }}", "$x_1$ #set text",
    'a "b", c', "a\nb\n\nc", "\u202eback\u200b", "_x0041_", "๑๒๓ ก็ำ้", "NULL", "true", "1e5", "0012", "31/3/2567", "  ", "|", "#N/A",
    "ก" * 500,
)  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXTS = st.one_of(
    st.just(""), st.sampled_from(HOSTILE), st.text(LETTERS, max_size=12), st.text("กขคำ้ 1\n\t,;\"'", max_size=20)
).map(clean)
LINES = TEXTS.map(lambda text: clean(" ".join(text.split("\n"))))
FULL_TEXTS = TEXTS.map(lambda text: text or "ก")
DAYS = st.none() | st.dates(date(2023, 10, 1), date(2024, 9, 30))
NUMBERS = st.none() | st.decimals(0, 10**6, places=2, allow_nan=False)
WHOLES = st.none() | st.integers(0, 999_999)
SHAS = st.just("")


def some(values, least=0):
    return st.lists(st.sampled_from(list(values)), min_size=least, max_size=4, unique=True).map(tuple)


@st.composite
def registers(draw, most=6) -> model.Register:
    """Return a sound register of Sathon 2567 with up to `most` rows in each table, in the order of its tables."""
    count = st.integers(0, most)
    items = [
        model.Item(
            code,
            draw(TEXTS),
            draw(TEXTS),
            draw(st.decimals(0, 100, places=2)),
            draw(NUMBERS),
            draw(st.sampled_from(["below", "watch", "listed"])),
            issue_th=draw(TEXTS),
        )
        for code in draw(some(CODES, 1))
    ]
    codes = [item.item_code for item in items]
    measures = [
        model.Measure(
            f"M{number:03d}",
            draw(WHOLES),
            draw(some(codes, 1)),
            draw(LINES),
            draw(FULL_TEXTS),
            draw(LINES),
            draw(DAYS),
            draw(TEXTS),
            draw(NUMBERS),
            draw(LINES),
            draw(NUMBERS),
        )
        for number in range(1, draw(count) + 1)
    ]
    results = []
    for number in range(1, draw(count) + 1):
        planned = bool(measures) and draw(st.booleans())
        own = (
            {"measure_id": draw(st.sampled_from(measures)).measure_id}
            if planned
            else {"item_codes": draw(some(codes, 1))}
        )
        results.append(
            model.Result(
                f"R{number:03d}",
                draw(st.sampled_from([1, 2])),
                position=draw(WHOLES),
                printed_no=draw(LINES),
                result_th=draw(TEXTS),
                done_date=draw(DAYS),
                quantity=draw(NUMBERS),
                quantity_unit=draw(LINES),
                document=draw(LINES),
                state=draw(st.sampled_from(["", "ทำครบ", "ทำบางส่วน", "ยังไม่ทำ"])),
                **own,
            )
        )
    evidence = [
        model.Evidence(
            f"E{number:03d}",
            draw(some([result.result_id for result in results], 1)),
            draw(st.sampled_from(["", "ภาพ", "ตาราง"])),
            draw(st.sampled_from(["", "file", "printed"])),
            draw(st.sampled_from(["", "result", "block"])),
            "",
            draw(TEXTS),
            draw(DAYS),
        )
        for number in range(1, (draw(count) if results else 0) + 1)
    ]
    records = [
        model.Record(
            f"C{number:03d}",
            draw(st.sampled_from([1, 2])),
            draw(st.sampled_from(["kpi", "training", "meeting", "document", "channel", "other"])),
            draw(FULL_TEXTS),
            draw(LINES),
            draw(DAYS),
            draw(LINES),
            draw(NUMBERS),
            draw(NUMBERS),
            draw(LINES),
            draw(some(codes)),
        )
        for number in range(1, draw(count) + 1)
    ]
    rows = [
        model.TableRow("T1", "month", draw(LINES), month, draw(WHOLES), draw(NUMBERS))
        for month in draw(some(["2566-10", "2566-12", "2567-01", "2567-09"]))
    ]
    known = [*codes, *(one.measure_id for one in measures), *(one.result_id for one in results)]
    notes = [
        model.Note(f"N{number:03d}", draw(st.sampled_from(known)), draw(FULL_TEXTS))
        for number in range(1, draw(count) + 1)
    ]
    documents = [
        model.Document(f"D{number:03d}", ("O5",), draw(FULL_TEXTS), f"https://example.go.th/{number}", draw(LINES))
        for number in range(1, draw(count) + 1)
    ]
    made = model.Register(
        HEAD,
        tuple(items),
        tuple(measures),
        tuple(results),
        tuple(evidence),
        tuple(records),
        tuple(rows),
        tuple(notes),
        tuple(documents),
    )
    return as_register(as_rows(made))  # in the order of the tables


def tiny(**changes) -> model.Register:
    """Return a small sound register: E12 with one measure and its dated, counted, evidenced result."""
    made = {
        "items": (model.Item("E12", score=Decimal("81.87"), gap_points=Decimal("8.13"), reason="below"),),
        "measures": (model.Measure("M001", item_codes=("E12",), measure_th="จัดเวรพักเที่ยง"),),
        "results": (model.Result("R001", 1, "M001", result_th="มีคำสั่งจัดเวรแล้ว", state="ทำครบ"),),
        **changes,
    }
    return model.Register(HEAD, **made)
