"""A photograph made ready to be kept: decoded under limits, turned upright, scaled, written anew without metadata.

Runs in the process of `scores.isolated`: bytes in, plain data out.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from base64 import b64encode
from datetime import date
from typing import Any

from ita_analysis.scores.archive import Refused
from ita_analysis.thai.dates import BUDDHIST_OFFSET, FIRST_BUDDHIST_YEAR

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_DOTS = 50_000_000
PRINT_DOTS, SCREEN_DOTS = 1200, 480  # of the longer side: 100 mm at 300 dots an inch, a phone at twice its dots
MOST_PRINT_BYTES = 180_000  # so that a report with 20 pictures stays under 4 MB
_PRINTS = ((PRINT_DOTS, 85), (1000, 80), (800, 75), (640, 70))  # dots and quality, the first that fits
STEEPEST = 20
_ORIENTATION = 0x0112
_EXIF, _TAKEN = 0x8769, (0x9003, 0x9004)  # the block of the camera; when the picture was taken, or made digital


def read(data: bytes) -> dict[str, Any]:
    """Return the picture in print and screen size (base64), its ending and sha256, its size, and the day it was taken.

    Raises:
        Refused: it is no picture that we take, or too large; the code names the sentence in `words.toml`.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = MOST_DOTS
            with Image.open(io.BytesIO(data), formats=FORMATS) as checked:
                _require_decent(checked)
                checked.verify()
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                taken, kind = _taken_on(opened), str(opened.format)
                picture = _upright(opened)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused("picture-huge") from error
    except UnidentifiedImageError as error:
        raise _refused("picture-none") from error
    except Exception as error:  # a decoder may raise anything on a broken file
        raise _refused("picture-broken") from error
    large, ending = _print_size(picture, kind)
    return {
        "print": b64encode(large).decode("ascii"),
        "screen": b64encode(_jpeg(picture, SCREEN_DOTS, quality=80)).decode("ascii"),
        "ending": ending,
        "sha256": hashlib.sha256(large).hexdigest(),
        "kind": kind,
        "taken": taken.isoformat() if taken else "",
    }


def _refused(code: str, found: str = "") -> Refused:
    return Refused(code, found, "", "")


def _require_decent(picture: Any) -> None:
    if picture.width * picture.height > MOST_DOTS:
        raise _refused("picture-huge", f"{picture.width}×{picture.height}")
    if picture.format in ("PNG", "WEBP") and getattr(picture, "n_frames", 1) > 1:
        raise _refused("picture-moving")
    if max(picture.width, picture.height) > STEEPEST * min(picture.width, picture.height):
        raise _refused("picture-steep", f"{picture.width}×{picture.height}")


def _upright(opened: Any) -> Any:
    """Return the picture as it is meant to be seen: sRGB, no larger than for print, turned as the camera was held."""
    from PIL import Image

    turned = Image.Transpose
    turns = {
        2: turned.FLIP_LEFT_RIGHT,
        3: turned.ROTATE_180,
        4: turned.FLIP_TOP_BOTTOM,
        5: turned.TRANSPOSE,
        6: turned.ROTATE_270,
        7: turned.TRANSVERSE,
        8: turned.ROTATE_90,
    }
    turn = turns.get(opened.getexif().get(_ORIENTATION, 1))
    opened.thumbnail((PRINT_DOTS, PRINT_DOTS))  # decodes no more than is needed
    picture = _in_srgb(opened)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    picture = picture.convert("RGB")
    picture.info.clear()  # nothing of the original comes along: no comment, no profile
    return picture if turn is None else picture.transpose(turn)


def _in_srgb(picture: Any) -> Any:
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "L", "CMYK"):
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that can't be used: its numbers as they are
        return picture


def _print_size(picture: Any, kind: str) -> tuple[bytes, str]:
    if kind == "PNG":  # a drawing stays one where it can
        made = io.BytesIO()
        picture.save(made, "PNG", optimize=True)
        if made.tell() <= MOST_PRINT_BYTES:
            return made.getvalue(), ".png"
    for dots, quality in _PRINTS:
        data = _jpeg(picture, dots, quality=quality)
        if len(data) <= MOST_PRINT_BYTES:
            break
    return data, ".jpg"


def _jpeg(picture: Any, dots: int, *, quality: int) -> bytes:
    copy, made = picture.copy(), io.BytesIO()
    copy.thumbnail((dots, dots))
    copy.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()


def _taken_on(picture: Any) -> date | None:
    """Return the day that the camera wrote; a camera set to the Buddhist Era writes its year so."""
    block = picture.getexif().get_ifd(_EXIF)
    for tag in _TAKEN:
        digits = str(block.get(tag, ""))[:10].replace("-", ":").split(":")
        if len(digits) == 3 and all(one.isascii() and one.isdecimal() for one in digits):
            year, month, day = map(int, digits)
            try:
                return date(year - BUDDHIST_OFFSET if year >= FIRST_BUDDHIST_YEAR else year, month, day)
            except ValueError:
                continue
    return None
