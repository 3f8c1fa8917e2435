"""Evidence: photographs are kept without what is private in them; whatever is no picture of ours is refused with why."""

from __future__ import annotations

import hashlib
import io

import pytest
from photographs import SECRET, drawn, enormous, jpeg, png, webp
from PIL import Image

from ita_analysis.errors import Problem
from ita_analysis.measures import evidence, pictures
from ita_analysis.measures.schema import tables
from ita_analysis.measures.words import Place
from ita_analysis.scores import isolated

REAL = ("test_the_real_reader", "test_a_reader_that_dies")
BLANK = dict.fromkeys(tables()["evidence"].names, "")


def row(file, results="R001", **more):
    return {**BLANK, "result_ids": results, "file": file, **more}


def take(folder, rows, known=None, typed=None):
    def where(table, key, column):
        return Place("1028-2567.xlsx", "4 หลักฐาน", 5, column)

    return evidence.take_in(rows, folder, where, known or {}, typed or {})


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch, request):
    if not request.node.name.startswith(REAL):

        def parse(kind, data):
            answer = isolated.answer(kind, data)
            if "refused" in answer:
                raise isolated.Refused(*answer["refused"])
            return answer

        monkeypatch.setattr(isolated, "parse", parse)


def test_a_photograph_is_kept_without_place_and_device_and_its_day_is_remembered(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    done = take(tmp_path, {"E001": row("a.jpg")})
    kept = done.rows["E001"]
    assert not done.problems and done.added == ["E001"]
    assert kept["evidence_date"] == "2024-02-15" and (kept["basis"], kept["scope"]) == ("file", "result")
    assert kept["source_sha256"] == hashlib.sha256(jpeg()).hexdigest()
    assert sorted(done.pictures) == sorted([f"evidence/{kept['sha256']}.jpg", f"evidence/{kept['sha256']}-s.jpg"])
    assert hashlib.sha256(done.pictures[f"evidence/{kept['sha256']}.jpg"]).hexdigest() == kept["sha256"]
    for data in done.pictures.values():
        assert SECRET.encode() not in data and b"Exif" not in data
        assert not Image.open(io.BytesIO(data)).getexif()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_as_the_camera_was_held(orientation):
    made = pictures.read(jpeg(orientation=orientation))
    picture = Image.open(io.BytesIO(evidence.b64decode(made["print"])))
    assert (picture.width > picture.height) == (orientation < 5)
    red = {
        1: (0.1, 0.5),
        2: (0.9, 0.5),
        3: (0.9, 0.5),
        4: (0.1, 0.5),
        5: (0.5, 0.1),
        6: (0.5, 0.1),
        7: (0.5, 0.9),
        8: (0.5, 0.9),
    }
    across, down = red[orientation]
    colour = picture.getpixel((int(picture.width * across), int(picture.height * down)))
    assert colour[0] > 200 and colour[1] < 60


def test_large_photographs_are_scaled_for_print_and_for_screen():
    made = pictures.read(jpeg(width=4000, height=3000))
    sizes = {name: Image.open(io.BytesIO(evidence.b64decode(made[name]))).size for name in ("print", "screen")}
    assert sizes == {"print": (1200, 900), "screen": (480, 360)}
    assert max(Image.open(io.BytesIO(evidence.b64decode(pictures.read(jpeg())["print"]))).size) == 320


def test_a_photograph_that_hardly_shrinks_is_made_smaller_until_a_report_can_hold_it():
    noise = io.BytesIO()
    Image.effect_noise((3000, 2000), 120).save(noise, "PNG")
    made = pictures.read(noise.getvalue())
    kept = evidence.b64decode(made["print"])
    assert made["ending"] == ".jpg" and len(kept) <= pictures.MOST_PRINT_BYTES
    assert 640 <= max(Image.open(io.BytesIO(kept)).size) < 1200


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_odd_colours_of_photographs_become_plain_ones(mode):
    made = pictures.read(jpeg(mode=mode))
    assert Image.open(io.BytesIO(evidence.b64decode(made["print"]))).mode == "RGB"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16"])
def test_odd_colours_of_drawings_become_plain_ones(mode):
    picture = drawn(mode="L").convert("I;16") if mode == "I;16" else drawn(mode="L").convert(mode)
    out = io.BytesIO()
    picture.save(out, "PNG")
    made = pictures.read(out.getvalue())
    assert Image.open(io.BytesIO(evidence.b64decode(made["print"]))).mode == "RGB"


def test_a_camera_set_to_the_buddhist_year_means_the_same_day():
    assert pictures.read(jpeg(taken="2567:02:15 09:30:00"))["taken"] == "2024-02-15"
    assert pictures.read(jpeg(taken="0000:00:00 00:00:00"))["taken"] == ""


def test_png_and_webp_are_taken(tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "b.webp").write_bytes(webp())
    done = take(tmp_path, {"E001": row("a.png"), "E002": row("b.webp")})
    assert not done.problems
    assert f"evidence/{done.rows['E001']['sha256']}.png" in done.pictures
    assert SECRET.encode() not in b"".join(done.pictures.values())


def test_the_same_picture_is_kept_once_and_said(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    (tmp_path / "b.jpg").write_bytes(jpeg())
    done = take(tmp_path, {"E001": row("a.jpg", "R001"), "E002": row("b.jpg", "R002"), "E003": row("a.jpg", "R001")})
    assert len(done.pictures) == 2
    assert len(done.notes) == 1 and "หลายผล (R001 R002)" in done.notes[0] and "E001 E002 E003" in done.notes[0]


def test_a_typed_date_wins_over_the_pictures(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    done = take(
        tmp_path, {"E001": row("a.jpg", evidence_date="2024-03-01")}, typed={"E001": {"evidence_date": "2024-03-01"}}
    )
    assert done.rows["E001"]["evidence_date"] == "2024-03-01"


def test_taking_the_same_again_changes_nothing_even_when_the_file_is_gone(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    once = take(tmp_path, {"E001": row("a.jpg")})
    again = take(tmp_path, once.rows, once.pictures)
    (tmp_path / "a.jpg").unlink()
    gone = take(tmp_path, once.rows, once.pictures)
    for done in (again, gone):
        assert (done.rows, done.pictures, done.added, done.problems) == (once.rows, once.pictures, [], [])


def test_another_picture_under_the_same_name_is_told(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    once = take(tmp_path, {"E001": row("a.jpg")})
    (tmp_path / "a.jpg").write_bytes(jpeg(mark=9, taken="2024:03:01 10:00:00"))
    again = take(tmp_path, once.rows, once.pictures)
    assert again.replaced == ["E001"] and again.rows["E001"]["evidence_date"] == "2024-03-01"
    assert len(evidence.kept(again.rows, again.pictures)) == 2


def test_a_subfolder_may_be_named_either_way(tmp_path):
    (tmp_path / "ภาพ").mkdir()
    (tmp_path / "ภาพ" / "a.jpg").write_bytes(jpeg())
    done = take(tmp_path, {"E001": row("ภาพ/a.jpg"), "E002": row("ภาพ\\a.jpg")})
    assert not done.problems and done.added == ["E001", "E002"]


def files(folder):
    outside = folder.parent / "outside.jpg"
    outside.write_bytes(jpeg())
    (folder / "link.jpg").symlink_to(outside)
    (folder / "loop.jpg").symlink_to(folder / "loop.jpg")
    (folder / "linked").symlink_to(folder.parent)
    (folder / "folder.jpg").mkdir()
    made = {
        "page.jpg": b"<html><script>alert(1)</script></html>",
        "cut.jpg": jpeg()[:900],
        "cut.png": png(width=900, height=900)[:400],
        "empty.jpg": b"",
        "huge.png": enormous(),
        "moving.webp": webp(3),
        "long.png": png(width=2100, height=100),
        "drawing.jpg": png(),
        "old.gif": b"GIF89a" + bytes(20),
        "text.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "tiff.jpg": b"II*\0" + bytes(30),
        "zip.jpg": b"PK\x03\x04" + bytes(40),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)


REFUSED = {
    "../outside.jpg": "file-outside",
    "/etc/passwd": "file-outside",
    "C:\\a.jpg": "file-outside",
    "\\\\server\\a.jpg": "file-outside",
    "~/a.jpg": "file-outside",
    "linked/outside.jpg": "file-link",
    "link.jpg": "file-link",
    "loop.jpg": "file-link",
    "nothing.jpg": "file-missing",
    "folder.jpg": "file-unreadable",
    "empty.jpg": "file-unreadable",
    "page.jpg": "picture-none",
    "cut.jpg": "picture-broken",
    "cut.png": "picture-broken",
    "huge.png": "picture-huge",
    "moving.webp": "picture-moving",
    "long.png": "picture-steep",
    "drawing.jpg": "picture-ending",
    "old.gif": "picture-none",
    "text.svg": "picture-none",
    "tiff.jpg": "picture-none",
    "zip.jpg": "picture-none",
}


def test_what_is_no_picture_of_ours_is_refused_with_the_reason_all_at_once(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    files(home)
    done = take(home, {f"E{number:03d}": row(name) for number, name in enumerate(REFUSED, start=1)})
    assert [problem.code for problem in done.problems] == list(REFUSED.values())
    assert not done.pictures and all(
        problem.sheet == "4 หลักฐาน" and problem.column == "file" for problem in done.problems
    )
    for problem in done.problems:
        assert problem.line_th()


def test_evidence_only_printed_needs_no_file(tmp_path):
    done = take(tmp_path, {"E001": {**row("หน้า 5"), "basis": "printed"}})
    assert not done.problems and not done.pictures


def test_the_real_reader_works_in_its_own_process(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    (tmp_path / "b.jpg").write_bytes(b"<html>")
    place = Place("x")
    assert not isinstance(evidence.find(tmp_path, "a.jpg", place), Problem)
    done = take(tmp_path, {"E001": row("a.jpg"), "E002": row("b.jpg")})
    assert done.added == ["E001"] and [one.code for one in done.problems] == ["picture-none"]


def test_a_reader_that_dies_costs_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "a.jpg").write_bytes(jpeg())
    monkeypatch.setattr(isolated, "_START", "import os; os.abort()")
    done = take(tmp_path, {"E001": row("a.jpg")})
    assert [one.code for one in done.problems] == ["picture-broken"]
