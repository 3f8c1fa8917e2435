"""What a reader copies out of our PDF: typst sets the page with the derived font, PDFium reads it back."""

import json
import re
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
import typst
from pythainlp.corpus.common import thai_words
from pythainlp.tokenize.newmm import segment

from ita_analysis.thai import fonts
from ita_analysis.thai.words import LEADING_VOWELS, pieces

MARKS = "ัิีึืฺุู็่้๊๋์ํ๎"
MADE_ON = 1_727_654_400
TEMPLATE = """
#set document(title: "การทดสอบ")
#set text(font: "{family}", size: 10.5pt, lang: "th", top-edge: "ascender", bottom-edge: "descender")
#set page(width: 210mm, height: 297mm, margin: 18mm)
#let words(list) = for piece in list {{ if piece.trim() == "" {{ [ ] }} else {{ box(piece) }} }}
#for part in json(bytes(sys.inputs.parts)) {{
  block(width: part.width * 1mm, par(text(weight: part.weight, words(part.pieces))))
}}
"""
SENTENCES = (
    "สำนักงานเขต{name}ได้คะแนนรวม 87.46 คะแนน ต่ำกว่าเส้น 90 คะแนน และลดลงจากปี 2565 เกินกว่าความคลาดเคลื่อนของการสำรวจ ",
    "ข้อที่ต่ำที่สุดคือ E11 การปรับปรุงคุณภาพการปฏิบัติงานให้ดียิ่งขึ้น ผู้มีส่วนได้ส่วนเสียเห็นว่าขั้นตอนต่าง ๆ ยังยุ่งยากและใช้เวลานานเกินไป ",
    "ให้ฝ่ายปกครองกำหนดมาตรการป้องกันการทุจริต เผยแพร่ข้อมูล O1–O22 บนเว็บไซต์ให้ครบถ้วนภายในวันที่ 31 มี.ค. 2567 (รอบ 6 เดือน) ",
    "เจ้าหน้าที่ต้องให้บริการโดยไม่เลือกปฏิบัติ ไม่เรียกรับสินบน และแจ้งช่องทางร้องเรียนที่เข้าถึงง่ายแก่ผู้รับบริการทุกคนในเขต{name} กรุงเทพมหานคร ",
    "น้ำท่วมซ้ำซ้อนทำให้ต้องเร่งซ่อมบำรุงท่อระบายน้ำ ผู้อำนวยการเขตสั่งการให้จัดซื้อจัดจ้างอย่างโปร่งใสตาม พ.ร.บ. การจัดซื้อจัดจ้างฯ พ.ศ. 2560 ",
)
NAMES = "พระนคร ดุสิต ป้อมปราบศัตรูพ่าย สัมพันธวงศ์ ราษฎร์บูรณะ สาทร วังทองหลาง คันนายาว ทุ่งครุ บางกอกใหญ่ คลองสามวา หลักสี่".split()  # noqa: SIM905


def prose() -> list[str]:
    return [
        "".join(SENTENCES[(at + i) % 5] for i in range(5)).format(name=name).strip() for at, name in enumerate(NAMES)
    ]


def pdf(folder: Path, parts: list[dict[str, object]]) -> bytes:
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    compiler = typst.Compiler(TEMPLATE.format(family=fonts.PDF_FAMILY).encode(), font_paths=found)
    made = compiler.compile(
        format="pdf",
        sys_inputs={"parts": json.dumps(parts, ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=MADE_ON,
    )
    assert isinstance(made, bytes)
    return made


def lines(document: bytes) -> list[str]:
    read = pypdfium2.PdfDocument(document)
    return [line for page in read for line in page.get_textpage().get_text_range().replace("\x02", "").splitlines()]


@pytest.mark.parametrize("weight", fonts.WEIGHTS.values())
def test_thai_words_come_back_intact(made_fonts, weight):
    words = [word for word in sorted(thai_words()) if re.fullmatch(r"[\u0e01-\u0e4e]+", word)][:: 62 // 3]
    words = [word for word in words if not re.search(f"[{MARKS[:10]}]{{2}}", word)]
    cut = [piece for word in words for piece in (word, " ")]
    read = "\n".join(lines(pdf(made_fonts, [{"pieces": cut, "width": 174, "weight": weight}])))
    intact = sum((Counter(read.split()) & Counter(words)).values())
    print(f"PDFium, weight {weight}: {intact} of {len(words)} words intact")
    assert intact >= 0.995 * len(words)
    assert not re.search(f"([{MARKS}])\\1", read)


def test_no_line_ends_inside_a_thai_word(made_fonts):
    texts, ends, inside = prose(), 0, []
    for text in texts:
        parts = [{"pieces": pieces(text), "width": width, "weight": 400} for width in (52, 68, 174)]
        for part in parts:
            read = lines(pdf(made_fonts, [part]))
            squeezed = re.sub(r"\s", "", text)
            assert "".join(re.sub(r"\s", "", line) for line in read) == squeezed
            borders, at = set(), 0
            for word in segment(text):  # pythainlp's own dictionary judges, not ours
                at += len(re.sub(r"\s", "", word))
                borders.add(at)
            at = 0
            for line in read[:-1]:
                at += len(re.sub(r"\s", "", line))
                ends += 1
                assert squeezed[at] not in MARKS + "ะาำๆฯ" and squeezed[at - 1] not in LEADING_VOWELS
                if at not in borders:
                    inside.append(f"{squeezed[at - 8 : at]}|{squeezed[at : at + 8]}")
    print(f"PDFium: {ends} line ends in {len(texts)} texts, {len(inside)} inside a newmm word {inside}")
    assert ends > 300
    assert len(inside) <= 0.005 * ends


def test_the_same_page_twice_is_the_same_bytes(made_fonts):
    part = {"pieces": pieces(prose()[0]), "width": 174, "weight": 500}
    assert pdf(made_fonts, [part]) == pdf(made_fonts, [part])
