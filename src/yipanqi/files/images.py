"""Turns the bytes somebody sent into a photo that is safe to keep and to show, or refuses them with a sentence.

Pure: no database, no files, no clock. What a file is, is decided by its bytes and never by its name. Its size in pixels
is read from the header before anything is decoded, so that a small file that would unpack to gigabytes costs nothing.
Everything shown later is re-encoded from pixels: whatever else a file carried (position, comments, a zip archive or a
web page glued to its end) does not survive.
"""

import hashlib
import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast

import filetype
import pillow_heif
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms

from yipanqi.files import exif
from yipanqi.kernel.actions import Refused

#: Largest photo file taken in, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: Largest photo taken in, in pixels (width × height).
MAX_PIXELS = 60_000_000
#: Longer side of the picture on a page, in pixels; smaller originals are not enlarged.
LARGE_PX = 1600
#: Longer side of the picture in a list, in pixels.
THUMB_PX = 320

#: A progressive JPEG has about ten scans; thousands in a small file only serve to burn the server's time.
_MAX_SCANS = 100
#: Colour profiles of cameras and scanners have some kB; a huge one is not worth parsing.
_MAX_PROFILE_BYTES = 4 * 1024 * 1024
#: Rows of a reduced picture that are worked off at a time.
_STRIP_ROWS = 64
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")

#: Decoded pixels need up to 8 bytes each: at most two ordinary photos, and one very large one, are unpacked at a time.
_LARGE_FROM_PIXELS = 25_000_000
_ORDINARY_GATE = threading.BoundedSemaphore(2)
_LARGE_GATE = threading.BoundedSemaphore(1)

log = logging.getLogger(__name__)

# An embedded HEIC thumbnail may show something else than the photo: it is never used in its place.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


class PhotoEmpty(Refused):
    """Nothing was sent."""

    message = _("照片文件是空的（0 字节）。请重新选择照片再上传。")


class PhotoTooLarge(Refused):
    """More than ``MAX_BYTES``."""

    message = _("照片文件超过 20 MB。请把照片缩小，或改用普通画质重拍后再上传。")
    status = 413


class PhotoTooManyPixels(Refused):
    """More than ``MAX_PIXELS``, as declared by the file's header."""

    message = _("照片超过 6000 万像素，无法处理。请改用普通画质重拍或缩小后再上传。")


class NotAPhoto(Refused):
    """The bytes are not an image, whatever the name says."""

    message = _("这个文件不是照片（系统按文件内容判断，不看扩展名）。请选择 JPEG、PNG、WebP 或 HEIC 格式的照片。")


class PhotoFormatRefused(Refused):
    """An image, but of a kind that is not taken in."""

    message = _("不接受这种图片格式。请选择 JPEG、PNG、WebP 或 HEIC 格式的照片。")


class PhotoAnimated(Refused):
    """A moving picture."""

    message = _("不接受动图。请选择静态照片。")


class PhotoBroken(Refused):
    """An image by its first bytes that cannot be decoded to its end."""

    message = _("照片已损坏或没有传完整，无法打开。请重新拍摄或重新上传。")


@dataclass(frozen=True)
class Decoded:
    """A photo that was opened, checked to its last pixel and found good."""

    #: Size of the original as it is looked at (orientation applied), in pixels.
    width: int
    height: int
    #: Moment of the shot by the camera's clock, aware; None when the file does not say.
    taken_at: datetime | None
    #: ``(lon, lat)`` in WGS 84 by the camera's receiver; None when the file does not say.
    position: tuple[float, float] | None
    #: Of the bytes as they came, in hexadecimal.
    sha256: str
    #: JPEG, PNG, WEBP or HEIF.
    format: str
    #: Upright, RGB in sRGB, longer side at most ``LARGE_PX``; carries no metadata.
    pixels: Image.Image


@dataclass(frozen=True)
class Derivatives:
    """The two pictures that are shown instead of the original, as JPEG files without any metadata."""

    large: bytes
    thumb: bytes


def read_bytes(source: IO[bytes] | bytes) -> bytes:
    """All bytes of a sent photo; never reads more than one byte beyond the limit.

    Raises:
        PhotoEmpty, PhotoTooLarge
    """
    data = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if not data:
        raise PhotoEmpty
    if len(data) > MAX_BYTES:
        raise PhotoTooLarge
    return data


def read_photo(source: IO[bytes] | bytes) -> Decoded:
    """Opens and checks a photo: its facts, and its pixels ready for ``derivatives``.

    Raises:
        PhotoEmpty, PhotoTooLarge, NotAPhoto, PhotoFormatRefused, PhotoAnimated, PhotoTooManyPixels, PhotoBroken
    """
    data = read_bytes(source)
    kind = _format_of(data)
    with _damage_refused():
        return _decode(data, kind)


def derivatives(photo: Decoded) -> Derivatives:
    """The large picture and the thumbnail of a photo, newly encoded from its pixels alone."""
    thumb = photo.pixels.copy()
    thumb.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.LANCZOS)
    return Derivatives(large=_jpeg(photo.pixels, 84), thumb=_jpeg(thumb, 78))


def _format_of(data: bytes) -> str:
    """Pillow's name of the format that the first bytes announce."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    guess = filetype.guess(data[:8192])
    mime = guess.mime if guess is not None else ""
    if mime in _FORMATS:
        return _FORMATS[mime]
    if mime == "image/apng":
        raise PhotoAnimated
    if mime.startswith("image/"):
        raise PhotoFormatRefused
    raise NotAPhoto


@contextmanager
def _damage_refused() -> Iterator[None]:
    """Turns whatever the decoders raise on a damaged file into a refusal.

    Pillow and its libraries have no common error for hostile input: OSError, SyntaxError, ValueError, IndexError,
    struct.error, zlib.error, RuntimeError and MemoryError have all been seen. Hence the one broad except here.
    """
    try:
        yield
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooManyPixels from error
    except Exception as error:
        log.info("photo refused: %s", type(error).__name__)
        raise PhotoBroken from error


def _decode(data: bytes, kind: str) -> Decoded:
    if kind == "WEBP":
        _check_webp_header(data)
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        _check_header(image, kind, data)
        width, height = image.size
        with _LARGE_GATE if width * height > _LARGE_FROM_PIXELS else _ORDINARY_GATE:
            if kind == "JPEG":  # the decoder itself can shrink: an eighth of the memory, still reads every byte
                image.draft(None, (LARGE_PX, LARGE_PX))
            image.load()
            turn = 1 if kind == "HEIF" else exif.orientation(image)  # HEIF is turned by its own decoder
            pixels = _upright(_in_srgb(image), turn)
        if turn >= 5:
            width, height = height, width
        return Decoded(
            width=width,
            height=height,
            taken_at=exif.taken_at(image),
            position=exif.position(image),
            sha256=hashlib.sha256(data).hexdigest(),
            format=kind,
            pixels=pixels,
        )


def _check_header(image: Image.Image, kind: str, data: bytes) -> None:
    """Refuses by what the header says, before any pixel is decoded."""
    width, height = image.size
    if width < 1 or height < 1:
        raise PhotoBroken
    if width * height > MAX_PIXELS:
        raise PhotoTooManyPixels
    if kind in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise PhotoAnimated
    if image.info.get("progressive") and data.count(b"\xff\xda") > _MAX_SCANS:
        raise PhotoBroken


def _check_webp_header(data: bytes) -> None:
    """Size and animation of a WebP file by its first chunk; Pillow would allocate the whole canvas on opening it.

    Layout: RFC 9649, sections 2.4 to 2.7.
    """
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise PhotoBroken
    if chunk == b"VP8X":
        width = int.from_bytes(body[4:7], "little") + 1
        height = int.from_bytes(body[7:10], "little") + 1
        if body[0] & 0b10:
            raise PhotoAnimated
    elif chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
    if width * height > MAX_PIXELS:
        raise PhotoTooManyPixels


def _in_srgb(image: Image.Image) -> Image.Image:
    """A new RGB picture in sRGB, at most ``LARGE_PX``, transparent parts white."""
    profile = image.info.get("icc_profile")
    small = _shrunk(_reduced(image))
    alpha = small.getchannel("A") if small.mode in ("RGBA", "LA") else None
    opaque = {"RGBA": "RGB", "LA": "L"}.get(small.mode)
    rgb = _converted(small.convert(opaque) if opaque else small, profile)
    clean = Image.new("RGB", rgb.size, "white")
    clean.paste(rgb, mask=alpha)
    return clean


def _eight_bit(image: Image.Image) -> Image.Image:
    """Palette, bilevel, premultiplied and 16-bit pictures as one of L, LA, RGB, RGBA, CMYK."""
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _reduced(image: Image.Image) -> Image.Image:
    """A very large picture at a whole fraction of its size, 8-bit, worked off in strips.

    Converting and averaging the whole picture at once would need its memory two or three times over.
    """
    factor = max(image.size) // (LARGE_PX * 3 // 2)
    if factor < 2:
        return _eight_bit(image)
    width, height = image.size
    strips: list[Image.Image] = []
    for top in range(0, height, factor * _STRIP_ROWS):
        strip = image.crop((0, top, width, min(height, top + factor * _STRIP_ROWS)))
        strips.append(_eight_bit(strip).reduce(factor))
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * _STRIP_ROWS))
    return whole


def _shrunk(image: Image.Image) -> Image.Image:
    scale = LARGE_PX / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _converted(image: Image.Image, profile: object) -> Image.Image:
    """Colours as sRGB; a missing, damaged or unfitting profile is taken for sRGB, as browsers do."""
    if isinstance(profile, bytes) and 0 < len(profile) <= _MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return cast(Image.Image, ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB"))
        except (ImageCms.PyCMSError, OSError, ValueError):
            log.info("colour profile of a photo ignored")
    return image.convert("RGB")


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _jpeg(image: Image.Image, quality: int) -> bytes:
    bare = image.copy()
    bare.info = {}  # Pillow's writer would carry a comment over
    target = io.BytesIO()
    bare.save(target, "JPEG", quality=quality, progressive=True, optimize=True)
    return target.getvalue()
