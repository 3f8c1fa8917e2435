"""Pictures of evidence on their way into a page: what is sound stays as it is, what carries more is written anew."""

import io
from base64 import b64encode

import pytest
from PIL import Image, PngImagePlugin

from ita_analysis.export.pictures import STEEPEST_PHOTO, WIDEST, clean_photo

SECRET = "13.7563, 100.5018"


def picture(size=(240, 160), mode="RGB"):
    made = Image.linear_gradient("L").resize(size)
    return made.convert(mode)


def written(image, form="JPEG", **options):
    made = io.BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


def encoded(data):
    return b64encode(data).decode("ascii")


JPEG = written(picture())


def exif(**tags):
    made = Image.Exif()
    made[0x010E] = SECRET
    if "turn" in tags:
        made[0x0112] = tags["turn"]
    return made


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 4}, {"optimize": True}])
def test_a_sound_jpeg_keeps_its_bytes(mode, options):
    data = written(picture(mode=mode), quality=80, **options)
    clean = clean_photo(encoded(data))
    assert (clean.data, clean.kind, clean.width, clean.height) == (data, "jpeg", 240, 160)
    assert clean.media_type == "image/jpeg" and clean.encoded == encoded(data)


def with_segment(marker, payload):
    plain = written(picture())
    return plain[:20] + bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload + plain[20:]


@pytest.mark.parametrize(
    "data",
    [
        written(picture(), exif=exif()),
        written(picture(), comment=SECRET),
        written(picture(), icc_profile=SECRET.encode()),
        with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET.encode()),
        with_segment(0xED, b"Photoshop 3.0\0" + SECRET.encode()),
        with_segment(0xE0, b"JFXX\0\x10" + SECRET.encode()),
        written(picture()) + SECRET.encode(),
        written(picture(mode="CMYK"), comment=SECRET),
    ],
    ids=["exif", "comment", "profile", "xmp", "iptc", "second head", "behind the end", "cmyk"],
)
def test_a_jpeg_that_carries_more_is_written_anew(data):
    assert SECRET.encode() in data
    clean = clean_photo(encoded(data))
    assert clean.kind == "jpeg" and SECRET.encode() not in clean.data
    made = Image.open(io.BytesIO(clean.data))
    assert made.mode == "RGB" and made.size == (clean.width, clean.height) == (240, 160)
    assert clean_photo(clean.encoded).data == clean.data


def test_a_jpeg_in_four_printing_colours_is_written_anew():
    data = written(picture(mode="CMYK"))
    assert data[2:4] == b"\xff\xee"
    plain = JPEG[:20] + data[18:]
    assert Image.open(io.BytesIO(plain)).mode == "CMYK"
    assert Image.open(io.BytesIO(clean_photo(encoded(plain)).data)).mode == "RGB"


def test_a_turned_jpeg_stands_upright():
    clean = clean_photo(encoded(written(picture(), exif=exif(turn=6))))
    assert (clean.width, clean.height) == (160, 240)


def test_a_png_is_written_anew_on_white_paper():
    extra = PngImagePlugin.PngInfo()
    extra.add_text("Where", SECRET)
    clean = clean_photo(encoded(written(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG", pnginfo=extra)))
    assert clean.kind == "png" and SECRET.encode() not in clean.data
    assert Image.open(io.BytesIO(clean.data)).getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_wider_than_a_page_can_show_is_made_smaller():
    clean = clean_photo(encoded(written(picture((WIDEST + 400, 300)))))
    assert clean.kind == "jpeg" and clean.width == WIDEST


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg/>",
        JPEG[: len(JPEG) // 2],
        JPEG[:18],
        JPEG[:-2],
        written(picture(), "PNG")[:-40],
        written(picture(), "BMP"),
        written(picture((STEEPEST_PHOTO * 30, 20))),
        written(Image.new("1", (8000, 7000)), "PNG"),
    ],
    ids=["nothing", "drawing", "half", "head", "no end", "cut", "other format", "steep", "huge"],
)
def test_what_is_no_picture_for_a_page_is_none(data):
    assert clean_photo(encoded(data)) is None


@pytest.mark.parametrize("text", ["not base64 ?", "ก", "AAA"])
def test_what_is_no_base64_is_none(text):
    assert clean_photo(text) is None
