import base64
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
import typst
import uharfbuzz
from fontTools.ttLib import TTFont
from pythainlp.corpus.common import thai_words

from ita_analysis.errors import MachineError
from ita_analysis.thai import fonts

STYLES = list(fonts.WEIGHTS)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def build_in(cache: str) -> str:
    import os

    os.environ["ITA_CACHE"] = cache
    return str(fonts.font_folder())


def drawn(shaper: uharfbuzz.Font, font: TTFont, text: str) -> list[tuple[str, int, int]]:
    """Every elementary glyph with its place, composites taken apart, and the width at the end."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(shaper, buffer)
    order, x, parts = font.getGlyphOrder(), 0, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        name, left, top = order[info.codepoint], x + position.x_offset, position.y_offset
        if name.startswith("cluster."):
            parts += [(part.glyphName, left + part.x, top + part.y) for part in font["glyf"][name].components]
        else:
            parts.append((name, left, top))
        x += position.x_advance
    return [*parts, ("end", x, 0)]


def test_the_folder_holds_fonts_licence_and_sums_readable_by_everybody(made_fonts):
    names = {file.name for file in made_fonts.iterdir()}
    assert len(names) == 8 and {"OFL.txt", "SHA256SUMS", "ITASarabun-Medium.ttf", "Sarabun-Bold.woff2"} <= names
    assert "SIL OPEN FONT LICENSE" in (made_fonts / fonts.LICENCE_FILE).read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert {file.stat().st_mode & 0o777 for file in made_fonts.iterdir()} == {0o644}


def test_a_second_build_gives_the_same_bytes(made_fonts, tmp_path):
    fonts.build(tmp_path)
    assert contents(tmp_path) == contents(made_fonts)


@pytest.mark.parametrize("style", STYLES)
def test_a_word_is_drawn_as_stock_sarabun_draws_it(made_fonts, style):
    stock, made = fonts.stock_font(style), made_fonts / fonts.pdf_font_file(style)
    shapers = [uharfbuzz.Font(uharfbuzz.Face(path.read_bytes())) for path in (stock, made)]
    stock_font, made_font = TTFont(stock), TTFont(made)
    words = sorted(thai_words())[::7]
    other = [
        word
        for word in words
        if drawn(shapers[0], stock_font, word) != drawn(shapers[1], made_font, word)
        and not re.search("[ัิีึืฺุู็ํ]{2}", word)  # misspelt: two vowels on one consonant
    ]
    print(f"{style}: {len(words)} words drawn in stock and derived font")
    assert other == []


def test_a_cluster_is_one_glyph_also_with_sara_am(made_fonts):
    shaper = uharfbuzz.Font(uharfbuzz.Face((made_fonts / fonts.pdf_font_file("Regular")).read_bytes()))
    for text in ("ที่", "น้ำ", "กำ", "พันธุ์"[3:], "ปู่", "ก็"):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(shaper, buffer)
        assert len(buffer.glyph_infos) == 1, text


def test_every_program_finds_the_family_in_three_weights(made_fonts):
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(made_fonts)]).fonts()
    assert sorted((font.family, font.weight) for font in found) == [
        (fonts.PDF_FAMILY, 400),
        (fonts.PDF_FAMILY, 500),
        (fonts.PDF_FAMILY, 700),
    ]
    from matplotlib import ft2font

    for style in STYLES:
        assert ft2font.FT2Font(str(made_fonts / fonts.pdf_font_file(style))).family_name == fonts.PDF_FAMILY


def test_the_web_font_knows_thai_latin_and_our_signs_and_stays_small(made_fonts):
    css = fonts.web_font_css()
    faces = [base64.b64decode(data) for data in re.findall(r"base64,([^)]+)\)", css)]
    assert css.count("@font-face") == len(faces) == 3 and re.findall(r"weight:(\d+)", css) == ["400", "500", "700"]
    for face in faces:
        assert len(face) < 17_000
        font = TTFont(BytesIO(face))
        assert set(map(ord, "กฮะำเๆ์๐๙Az09▲▼↑↓−±→·–—“”‘’…×≥≤")) <= set(font.getBestCmap())
        assert {"GSUB", "GPOS"} <= set(font.keys())


def test_reading_fonts_imports_no_shaping_library(made_fonts):
    code = (
        "import sys; from ita_analysis.thai import fonts; fonts.font_folder(); fonts.web_font_css();"
        "print([name for name in sys.modules if name.startswith(('fontTools', 'uharfbuzz', 'brotli'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("damage", ["shorter", "gone", "folder empty"])
def test_a_damaged_folder_is_built_again(made_fonts, tmp_path, monkeypatch, damage):
    monkeypatch.setenv("ITA_CACHE", str(tmp_path))
    fonts._ready.cache_clear()
    folder = tmp_path / "fonts" / fonts.recipe_key()
    folder.mkdir(parents=True)
    if damage != "folder empty":
        for name, data in contents(made_fonts).items():
            (folder / name).write_bytes(data)
        victim = folder / fonts.pdf_font_file("Medium")
        victim.unlink() if damage == "gone" else victim.write_bytes(victim.read_bytes()[:-10])
    assert fonts.font_folder() == folder
    assert contents(folder) == contents(made_fonts)
    assert list(folder.parent.iterdir()) == [folder]  # nothing is left lying about


def test_two_processes_that_build_at_once_both_get_a_whole_folder(made_fonts, tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first, second = pool.map(build_in, [str(tmp_path)] * 2)
    assert first == second
    assert contents(Path(first)) == contents(made_fonts)
    assert len(list(Path(first).parent.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_said_in_thai(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "file"))
    with pytest.raises(MachineError, match="ITA_CACHE"):
        fonts.font_folder()
