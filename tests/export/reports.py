"""A small official report: cover, director's page, the table with shared cells, lines to sign on."""

from ita_analysis.brief.blocks import (
    Cover,
    Official,
    OfficialCell,
    OfficialGroup,
    OfficialPart,
    Point,
    Points,
    Run,
    Signatures,
)

HEADS = ("ข้อ", "ประเด็น", "มาตรการ", "ผล", "หลักฐาน")


def cover(**more):
    given = {
        "eyebrow": "สำนักงานเขต",
        "title": "รายงานผล",
        "running_head": "รายงานผล รอบ 6 เดือน",
        "footer": "รหัสหน้า 0123",
        "document_date": "2024-09-30",
        "page_key": "0123abcd",
    }
    return Cover(**{**given, **more})


def line(text, **look):
    return (Run(text=text, **look),)


def said(text, **more):
    return OfficialCell(lines=(line(text),), **more)


def official(*grids, **more):
    """Return the table of five columns; each of `grids` is a part of its one indicator."""
    parts = tuple(OfficialPart(codes=("E1",), grid=grid) for grid in grids)
    group = OfficialGroup(heading="ตัวชี้วัดที่ 8", parts=parts)
    widths = (45, 41, 68, 72, None)
    return Official(**{"title": "ผลรายข้อ", "columns": HEADS, "widths": widths, "groups": (group,), **more})


def shared(number=""):
    """Return two items that share three measures, their results and one cell of evidence, under a band."""
    return (
        (
            said(f"E11{number}", rows=2),
            said("ประเด็น 11", rows=2),
            said("ใช้ร่วมกัน", columns=2, band=True),
            None,
            said("ภาพ", rows=4),
        ),
        (None, None, said(f"ม1{number}"), said(f"ผ1{number}"), None),
        (said(f"E12{number}", rows=2), said("ประเด็น 12", rows=2), said("ม2"), said("ผ2"), None),
        (None, None, said("ม3"), said("ผ3"), None),
    )


def summary():
    """Return a director's page and the lines to sign on."""
    point = Point(
        said="หกข้อต่ำกว่า 90 คะแนน ส่วนการเปิดเผยข้อมูลได้เต็ม 100",
        detail="เจ้าหน้าที่ไม่มั่นใจการประเมินผล เลื่อนตำแหน่ง และโยกย้าย ประชาชนไม่มั่นใจบริการตามเวลาและนอกเวลาทำการของสำนักงานเขต",
        figure="6",
        unit="จาก 27 ข้อ",
        figure_label="ต่ำกว่า 90 คะแนน",
        tone="below",
    )
    legend = tuple(line(f"เครื่องหมาย {mark}", mark=mark) for mark in ("proven", "shown", "claimed", "none"))
    points = Points(
        eyebrow="หนึ่งหน้า", title="ทุกข้อมีมาตรการแล้ว", points=(point,) * 5, legend=legend, legend_title="คำอธิบาย"
    )
    return points, Signatures(labels=("ผู้รายงาน", "ผู้รับรอง"))
