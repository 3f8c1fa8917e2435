"""Photographs for tests: `jpeg(taken="2024:02-15")` gives bytes with position, device and orientation in them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw

SECRET = "SECRET-DEVICE"


def drawn(width=320, height=200, mode="RGB", mark=0) -> Image.Image:
    """A picture that is red on its left and has a mark of its own."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 4, height), fill="red")
    draw.rectangle((width // 2, height // 2, width // 2 + mark, height // 2 + mark), fill="blue")
    return picture.convert(mode)


def jpeg(taken="2024:02:15 09:30:00", orientation=1, mark=1, mode="RGB", **size) -> bytes:
    """A photograph as a telephone writes it: the day, the place, the device."""
    exif = Image.Exif()
    exif[0x010F] = exif[0x0110] = SECRET
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825)[2] = (13.0, 43.0, 5.0)
    out = io.BytesIO()
    drawn(mark=mark, mode=mode, **size).save(out, "JPEG", exif=exif.tobytes(), comment=SECRET.encode(), quality=90)
    return out.getvalue()


def png(mode="RGB", mark=2, **size) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    info, out = PngInfo(), io.BytesIO()
    info.add_text("Author", SECRET)
    drawn(mode=mode, mark=mark, **size).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def webp(frames=1) -> bytes:
    out = io.BytesIO()
    more = [drawn(mark=number + 3) for number in range(1, frames)]
    drawn(mark=3).save(out, "WEBP", save_all=frames > 1, append_images=more)
    return out.getvalue()


def enormous() -> bytes:
    """A PNG of a few bytes that says it is 60,000 dots wide and high."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
