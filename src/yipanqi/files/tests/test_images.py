"""What is taken in as a photo, what is refused with which sentence, and what never survives the re-encoding."""

import io
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS
from PIL.TiffImagePlugin import IFDRational

from yipanqi.files import images
from yipanqi.files.images import derivatives, read_photo
from yipanqi.files.tests import photos
from yipanqi.kernel.actions import Refused

BEIJING = timezone(timedelta(hours=8))
BASES = [
    photos.encoded(photos.scene(), kind, **options)
    for kind, options in (
        ("JPEG", {"exif": photos.camera_exif(turn=6)}),
        ("JPEG", {"progressive": True, "icc_profile": photos.srgb_profile()}),
        ("PNG", {"exif": photos.camera_exif()}),
        ("WEBP", {"exif": photos.camera_exif()}),
        ("WEBP", {"lossless": True}),
        ("HEIF", {"exif": photos.camera_exif()}),
    )
]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_read_photo_takes_every_accepted_format_with_time_and_position(kind: str) -> None:
    photo = read_photo(photos.encoded(photos.scene(), kind, exif=photos.camera_exif()))
    assert (photo.format, photo.width, photo.height) == (kind, 64, 48)
    assert photo.taken_at == datetime(2026, 5, 6, 7, 8, 9, tzinfo=BEIJING)
    assert photo.position == pytest.approx((photos.LON, photos.LAT), abs=1e-6)


def test_read_photo_takes_a_file_object_and_names_its_bytes() -> None:
    data = photos.jpeg()
    assert read_photo(io.BytesIO(data)).sha256 == read_photo(data).sha256
    assert len(read_photo(data).sha256) == 64


def test_read_photo_takes_a_multi_picture_jpeg_of_a_phone() -> None:
    data = photos.encoded(photos.scene(), "MPO", save_all=True, append_images=[photos.scene(32, 24)])
    assert read_photo(data).format == "JPEG"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_derivatives_carry_nothing_but_pixels(kind: str) -> None:
    options = {"comment": b"SECRETNOTE"} if kind == "JPEG" else {}
    data = photos.encoded(photos.scene(), kind, exif=photos.camera_exif(), icc_profile=photos.srgb_profile(), **options)
    assert b"SECRET" in data
    for made in vars(derivatives(read_photo(data))).values():
        picture = opened(made)
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert not any(
            mark in made for mark in (b"SECRET", b"Exif", b"ICC_PROFILE", b"http://ns.adobe.com", b"2026:05")
        )


def test_derivatives_have_their_sizes_and_never_enlarge() -> None:
    made = derivatives(read_photo(photos.jpeg(4000, 1000)))
    assert (opened(made.large).size, opened(made.thumb).size) == ((1600, 400), (320, 80))
    made = derivatives(read_photo(photos.jpeg(100, 50)))
    assert (opened(made.large).size, opened(made.thumb).size) == ((100, 50), (100, 50))


def test_derivatives_of_a_very_long_picture_keep_one_pixel() -> None:
    made = derivatives(read_photo(photos.encoded(Image.new("RGB", (8000, 1)), "PNG")))
    assert opened(made.thumb).size == (320, 1)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "I;16"])
def test_read_photo_shrinks_a_very_large_picture_without_seams(mode: str) -> None:
    ramp = Image.linear_gradient("L").resize((5003, 3001))
    sent = ramp.convert("I").point(lambda value: value * 256).convert(mode) if mode == "I;16" else ramp.convert(mode)
    photo = read_photo(photos.encoded(sent, "PNG"))
    assert (photo.width, photo.height, photo.pixels.size) == (5003, 3001, (1600, 960))
    greys = [photo.pixels.resize((1, 960), Image.Resampling.BOX).getpixel((0, y))[0] for y in range(960)]
    rough = 30 if mode == "1" else 4
    assert all(abs(grey - y * 255 / 959) <= rough for y, grey in enumerate(greys))


#: Where the red half lies after turning, by EXIF orientation.
RED = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}


@pytest.mark.parametrize(("turn", "side"), RED.items())
def test_derivatives_are_upright(turn: int, side: str) -> None:
    photo = read_photo(photos.jpeg(exif=photos.camera_exif(turn=turn)))
    assert (photo.width, photo.height) == ((64, 48) if turn < 5 else (48, 64))
    large = opened(derivatives(photo).large)
    assert large.size == (photo.width, photo.height)
    w, h = large.size
    probe = {"left": (2, h // 2), "right": (w - 3, h // 2), "top": (w // 2, 2), "bottom": (w // 2, h - 3)}[side]
    red, _green, blue = large.getpixel(probe)
    assert red > 150 > blue


@pytest.mark.parametrize("turn", [0, 9, 250])
def test_derivatives_ignore_a_nonsense_orientation(turn: int) -> None:
    assert read_photo(photos.jpeg(exif=photos.camera_exif(turn=turn))).width == 64


def test_read_photo_converts_cmyk() -> None:
    pixels = read_photo(photos.encoded(photos.scene().convert("CMYK"), "JPEG")).pixels
    red, _green, blue = pixels.getpixel((5, 20))
    assert pixels.mode == "RGB" and red > 120 > blue


def test_read_photo_keeps_the_greys_of_a_16_bit_picture() -> None:
    grey = Image.new("I;16", (40, 40), 128 * 256)
    assert abs(read_photo(photos.encoded(grey, "PNG")).pixels.getpixel((5, 5))[0] - 128) <= 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_read_photo_takes_every_png_mode(mode: str) -> None:
    assert read_photo(photos.encoded(photos.scene().convert(mode), "PNG")).pixels.mode == "RGB"


def test_read_photo_shows_transparent_parts_white() -> None:
    clear = photos.encoded(Image.new("RGBA", (40, 40), (10, 10, 10, 0)), "PNG")
    assert read_photo(clear).pixels.getpixel((5, 5)) == (255, 255, 255)
    palette = photos.scene().convert("P", palette=Image.Palette.ADAPTIVE)
    index = palette.getpixel((5, 20))
    photo = read_photo(photos.encoded(palette, "PNG", transparency=index))
    assert photo.pixels.getpixel((5, 20)) == (255, 255, 255)


@pytest.mark.parametrize("profile", [b"broken", b"\0" * 200, photos.lab_profile(), photos.srgb_profile()])
def test_read_photo_survives_any_colour_profile(profile: bytes) -> None:
    red = read_photo(photos.jpeg(icc_profile=profile)).pixels.getpixel((5, 20))[0]
    assert red > 150


def test_read_photo_takes_the_offset_of_the_camera() -> None:
    photo = read_photo(photos.jpeg(exif=photos.camera_exif(offset="+06:00")))
    assert photo.taken_at == datetime(2026, 5, 6, 1, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("offset", ["", "Z", "+99:99", "+8", "\0\0\0"])
def test_read_photo_takes_beijing_time_for_a_broken_offset(offset: str) -> None:
    photo = read_photo(photos.jpeg(exif=photos.camera_exif(offset=offset)))
    assert photo.taken_at == datetime(2026, 5, 6, 7, 8, 9, tzinfo=BEIJING)


@pytest.mark.parametrize(
    "taken",
    ["0000:00:00 00:00:00", "2026:02:30 10:00:00", "    :  :     :  :  ", "1970:01:01 08:00:00", "昨天", "", None],
)
def test_read_photo_does_not_believe_broken_dates(taken: str | None) -> None:
    text = taken.encode().decode("latin-1") if taken else taken
    assert read_photo(photos.jpeg(exif=photos.camera_exif(taken=text))).taken_at is None


BAD_FIXES = {
    "zero denominators": photos.at(98, 39)
    | {GPS.GPSLatitude: (IFDRational(39, 0), IFDRational(1, 0), IFDRational(0, 0))},
    "no fix": photos.at(0, 0),
    "no side": {k: v for k, v in photos.at(98, 39).items() if k != GPS.GPSLongitudeRef},
    "strange side": photos.at(98, 39) | {GPS.GPSLatitudeRef: "E"},
    "two parts": photos.at(98, 39) | {GPS.GPSLatitude: (IFDRational(39), IFDRational(1))},
    "off the globe": photos.at(98, 39) | {GPS.GPSLongitude: (IFDRational(500), IFDRational(0), IFDRational(0))},
    "missing": {GPS.GPSAltitude: IFDRational(1500)},
}


@pytest.mark.parametrize("gps", BAD_FIXES.values(), ids=BAD_FIXES)
def test_read_photo_does_not_believe_broken_positions(gps: dict[int, object]) -> None:
    photo = read_photo(photos.jpeg(exif=photos.camera_exif(gps=gps)))
    assert photo.position is None and photo.taken_at is not None


def test_read_photo_reads_the_southern_and_western_half() -> None:
    photo = read_photo(photos.jpeg(exif=photos.camera_exif(gps=photos.at(-70.5, -33.25))))
    assert photo.position == pytest.approx((-70.5, -33.25))


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
FRAMES = {"save_all": True, "append_images": [photos.scene().rotate(180)], "duration": 100}
NOISE = Image.frombytes("RGB", (200, 150), random.Random(7).randbytes(200 * 150 * 3))
REFUSED = {
    "nothing": (b"", images.PhotoEmpty),
    "text named .jpg": ("这不是照片".encode(), images.NotAPhoto),
    "svg": (SVG, images.NotAPhoto),
    "html before a jpeg": (HTML + photos.jpeg(), images.NotAPhoto),
    "pdf": (b"%PDF-1.7\n", images.NotAPhoto),
    "windows program": (b"MZ" + bytes(200), images.NotAPhoto),
    "gif": (photos.encoded(photos.scene(), "GIF"), images.PhotoFormatRefused),
    "bmp": (photos.encoded(photos.scene(), "BMP"), images.PhotoFormatRefused),
    "tiff": (photos.encoded(photos.scene(), "TIFF"), images.PhotoFormatRefused),
    "moving png": (photos.encoded(photos.scene(), "PNG", **FRAMES), images.PhotoAnimated),
    "moving webp": (photos.encoded(photos.scene(), "WEBP", **FRAMES), images.PhotoAnimated),
    "one byte too many": (bytes(images.MAX_BYTES + 1), images.PhotoTooLarge),
    "100 megapixels": (photos.png_header(10_000, 10_000), images.PhotoTooManyPixels),
    "900 megapixels": (photos.png_header(30_000, 30_000), images.PhotoTooManyPixels),
    "268 megapixels of webp": (photos.webp_header(16_384, 16_384), images.PhotoTooManyPixels),
    "no pixels": (photos.png_header(0, 0), images.PhotoBroken),
    "too few pixel data": (photos.png_header(200, 200), images.PhotoBroken),
    "half a jpeg": (photos.encoded(NOISE)[:9000], images.PhotoBroken),
    "half a png": (photos.encoded(NOISE, "PNG")[:30000], images.PhotoBroken),
    "half a webp": (photos.encoded(NOISE, "WEBP")[:5000], images.PhotoBroken),
    "half a heic": (photos.encoded(NOISE, "HEIF")[:5000], images.PhotoBroken),
    "first bytes of a jpeg": (b"\xff\xd8\xff\xe0", images.PhotoBroken),
    "endless scans": (photos.jpeg(progressive=True) + b"\xff\xda" * 101, images.PhotoBroken),
}


@pytest.mark.parametrize(("data", "refusal"), REFUSED.values(), ids=REFUSED)
def test_read_photo_refuses_with_a_sentence(data: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        read_photo(data)
    assert type(caught.value) is refusal
    assert str(caught.value).endswith("。") and "照片" in str(caught.value)


def test_read_photo_refuses_by_the_header_before_it_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    with pytest.raises(images.PhotoTooManyPixels):
        read_photo(photos.png_header(10_000, 10_000))


def test_read_photo_never_reads_beyond_the_limit() -> None:
    endless = io.BytesIO(bytes(images.MAX_BYTES + 1000))
    with pytest.raises(images.PhotoTooLarge):
        read_photo(endless)
    assert endless.tell() == images.MAX_BYTES + 1


@pytest.mark.parametrize("tail", [photos.zipped(), HTML, b"MZ" + bytes(100), b"#!/bin/sh\n"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_derivatives_drop_whatever_is_glued_to_a_photo(kind: str, tail: bytes) -> None:
    made = derivatives(read_photo(photos.encoded(photos.scene(), kind) + tail))
    for data in vars(made).values():
        assert tail not in data and b"alert" not in data and b"PK\x03\x04" not in data


def test_derivatives_drop_a_page_hidden_in_a_comment() -> None:
    made = derivatives(read_photo(photos.jpeg(comment=HTML)))
    assert b"script" not in made.large + made.thumb


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=None)
def test_read_photo_of_random_bytes_answers_or_refuses(data: bytes) -> None:
    _answers_or_refuses(data)


@given(st.sampled_from(BASES), st.binary(max_size=600))
@settings(max_examples=60, deadline=None)
def test_read_photo_of_random_bytes_after_a_true_head_answers_or_refuses(base: bytes, tail: bytes) -> None:
    _answers_or_refuses(base[:32] + tail)


@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 4000),
)
@settings(max_examples=250, deadline=None)
def test_read_photo_of_a_damaged_photo_answers_or_refuses(base: bytes, hits: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(base)
    for place, value in hits:
        damaged[place % len(damaged)] = value
    _answers_or_refuses(bytes(damaged[: len(damaged) - cut % len(damaged)] if cut % 3 == 0 else damaged))


def _answers_or_refuses(data: bytes) -> None:
    try:
        photo = read_photo(data)
    except Refused:
        return
    assert photo.width * photo.height <= images.MAX_PIXELS
    assert max(opened(derivatives(photo).thumb).size) <= images.THUMB_PX
