"""Photos, and files that only pretend to be photos, made in code for the tests."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pillow_heif
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)

#: The headquarters of the demo: Jiayuguan, WGS 84.
LON, LAT = 98.2773, 39.7865


def scene(width: int = 64, height: int = 48) -> Image.Image:
    """Red on the left half, blue on the right, so that turning it is seen."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    return encoded(scene(width, height), "JPEG", **options)


def camera_exif(
    *, taken: str | None = "2026:05:06 07:08:09", offset: str | None = None, turn: int | None = None,
    gps: dict[int, Any] | None = None,
) -> Image.Exif:  # fmt: skip
    """An EXIF block as a phone writes it; ``gps`` replaces the position, ``{}`` leaves it out."""
    block = Image.Exif()
    block[Base.Make] = "SECRETMAKER"
    if turn is not None:
        block[Base.Orientation] = turn
    inner = block.get_ifd(IFD.Exif)
    if taken is not None:
        inner[Base.DateTimeOriginal] = taken
    if offset is not None:
        inner[Base.OffsetTimeOriginal] = offset
    fix = at(LON, LAT) if gps is None else gps
    if fix:
        block.get_ifd(IFD.GPSInfo).update(fix)
    return block


def at(lon: float, lat: float) -> dict[int, Any]:
    return {
        GPS.GPSLatitudeRef: "N" if lat >= 0 else "S",
        GPS.GPSLatitude: _dms(abs(lat)),
        GPS.GPSLongitudeRef: "E" if lon >= 0 else "W",
        GPS.GPSLongitude: _dms(abs(lon)),
    }


def _dms(value: float) -> tuple[IFDRational, ...]:
    minutes, seconds = divmod(round(value * 3600 * 10000), 60 * 10000)
    return IFDRational(minutes // 60), IFDRational(minutes % 60), IFDRational(seconds, 10000)


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims any size (its pixels would follow)."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(64))) + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp_header(width: int, height: int) -> bytes:
    """A WebP of a few bytes that claims a canvas of any size."""
    body = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def zipped(name: str = "evil.html", content: bytes = b"<script>alert(1)</script>") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, content)
    return target.getvalue()


def office(kind: str, *, extra: str | None = None) -> bytes:
    """The smallest file that looks like a .docx (kind ``word``) or .xlsx (kind ``xl``)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{kind}/{'document' if kind == 'word' else 'workbook'}.xml", "<x/>")
        if extra:
            archive.writestr(extra, "x")
    return target.getvalue()


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def lab_profile() -> bytes:
    """A valid profile that does not fit an RGB picture."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
