"""What is looked at: type by content, pictures of our own making, and what strangers may send in their place."""

import struct
import zlib
from io import BytesIO

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from files import pictures
from files.pictures import render, viewable_type
from files.renderer import PAGE_LIMIT, PIXEL_LIMIT, THUMBNAIL_SIDE, VIEW_SIDE
from tests.simulator.pictures import jpeg

MIMES = {
    "JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heic",
    "PDF": "application/pdf",
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _heic_can_be_written() -> None:
    pillow_heif.register_heif_opener()


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (8, 8), **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def pdf(pages: int, size: tuple[int, int] = (60, 80)) -> bytes:
    sheets = [Image.new("RGB", size, "red") for _ in range(pages)]
    out = BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels, and whose data are small."""
    data = zlib.compress(bytes(100_000))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", data), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content), formats=["JPEG"])
    image.load()
    return image


@pytest.mark.parametrize("kind", MIMES)
def test_what_pictures_are_made_of(kind: str) -> None:
    content = picture(kind)
    assert viewable_type(content) == MIMES[kind]
    made = render(content, MIMES[kind])
    assert (made.error, len(made.pages), made.total) == (None, 1, 1)
    assert opened(made.pages[0].view).format == "JPEG"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "EPS"])
def test_other_formats_are_for_download(kind: str) -> None:
    assert viewable_type(picture(kind)) is None


CONTENTS = [
    b"",
    b"\xff\xd8",
    b"<svg onload='alert(1)'/>",
    b"<html></html>",
    b" %PDF-1.4",
    b"PK\x03\x04",
    b"RIFF\x00\x00\x00\x00WAVE",
    b"\x89PNG\r\n",
    b"\x00\x00\x00\x1cftypisom",
    b"\x00" + jpeg(),
]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: repr(content[:12]))
def test_what_is_none_of_them_is_for_download(content: bytes) -> None:
    assert viewable_type(content) is None


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP", b"GIF89a", b"....ftypheic", b"%PDF-"]
    ),
)
def test_any_bytes_have_an_answer(content: bytes, beginning: bytes) -> None:
    assert viewable_type(beginning + content) in {None, *MIMES.values()}


@pytest.mark.parametrize("size", [(4000, 1000), (1000, 4000), (300, 200), (1, 5000)])
def test_sizes(size: tuple[int, int]) -> None:
    """At most so long, never enlarged, in proportion."""
    (page,) = render(picture("PNG", size=size), "image/png").pages
    for content, side in ((page.view, VIEW_SIDE), (page.thumbnail, THUMBNAIL_SIDE)):
        ratio = min(1, side / max(size))
        assert opened(content).size == tuple(max(1, round(edge * ratio)) for edge in size)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixels(mode: str) -> None:
    (page,) = render(picture("PNG", mode), "image/png").pages
    assert opened(page.view).mode == "RGB"


def test_16_bits_keep_their_brightness() -> None:
    """Pillow itself would make everything above 255 white."""
    out = BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(out, "PNG")
    (page,) = render(out.getvalue(), "image/png").pages
    assert opened(page.view).getpixel((4, 4)) == pytest.approx((128, 128, 128), abs=2)


def test_what_is_transparent_is_white() -> None:
    (page,) = render(picture("PNG", "RGBA"), "image/png").pages
    assert opened(page.view).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_stands_as_it_was_held_and_tells_nothing_else(kind: str) -> None:
    """Telephones write how they were held into EXIF, beside where and with what."""
    image = Image.new("RGB", (64, 32), "blue")
    image.paste("red", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: what is left comes up
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 21.0)})
    out = BytesIO()
    image.save(out, kind, exif=exif.tobytes(), quality=95, **({"xmp": b"<x>SecretXmp</x>"} if kind != "PNG" else {}))
    assert b"SecretCamera" in out.getvalue()
    (page,) = render(out.getvalue(), MIMES[kind]).pages
    view = opened(page.view)
    assert view.size == (32, 64)
    above, below = view.getpixel((16, 8)), view.getpixel((16, 56))
    assert above[0] > 150 > 100 > above[2]  # type: ignore[index]
    assert below[2] > 150 > 100 > below[0]  # type: ignore[index]
    for content in (page.view, page.thumbnail):
        assert not opened(content).getexif()
        assert not set(opened(content).info) - {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        assert b"Secret" not in content
        assert b"Exif" not in content


def test_exif_that_makes_no_sense_is_passed_over() -> None:
    content = picture("JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    assert len(render(content, "image/jpeg").pages) == 1


def test_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    (page,) = render(out.getvalue(), "image/gif").pages
    red, _, blue = opened(page.view).getpixel((4, 4))  # type: ignore[misc]
    assert red > 200 > 50 > blue


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (PIXEL_LIMIT + 1, 1), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(width: int, height: int) -> None:
    content = huge_png(width, height)
    mime = viewable_type(content)
    assert mime == "image/png"
    assert render(content, mime).error == "too_large"


def test_a_document_shows_its_first_pages() -> None:
    made = render(pdf(PAGE_LIMIT + 2), "application/pdf")
    assert (len(made.pages), made.total) == (PAGE_LIMIT, PAGE_LIMIT + 2)
    (page,) = render(pdf(1), "application/pdf").pages
    assert (max(opened(page.view).size), max(opened(page.thumbnail).size)) == (320, 320)


def locked_pdf() -> bytes:
    """A PDF that says that it is encrypted, with a key that nobody has."""
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ("
        + b"o" * 32
        + b") /U ("
        + b"u" * 32
        + b") >> /ID [(a) (a)]"
    )
    return pdf(1).replace(b"trailer\n<<", b"trailer\n<<" + lock, 1)


BROKEN = {
    "a cut JPEG": (jpeg(640, 480)[:-200], "image/jpeg", "broken"),
    "a cut PNG": (picture("PNG", size=(500, 500))[:200], "image/png", "broken"),
    "a JPEG of nothing": (b"\xff\xd8\xff\xe0<html>", "image/jpeg", "broken"),
    "a GIF with a script": (b"GIF89a/*<script>*/=1;alert(1)", "image/gif", "broken"),
    "a HEIC of nothing": (b"\x00\x00\x00\x1cftypheic" + bytes(100), "image/heic", "broken"),
    "a PDF of nothing": (b"%PDF-1.4 nothing", "application/pdf", "broken"),
    "a locked PDF": (locked_pdf(), "application/pdf", "locked"),
    "another type than said": (picture("PNG"), "image/jpeg", "broken"),
}


@pytest.mark.parametrize(("content", "mime", "error"), BROKEN.values(), ids=BROKEN)
def test_what_can_not_be_shown_says_why(content: bytes, mime: str, error: str) -> None:
    made = render(content, mime)
    assert (made.error, made.pages, made.total) == (error, (), 0)


RENDERERS = {
    "dies": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broken"),
    "never ends": ("import time; time.sleep(60)", "too_large"),
    "says nothing": ("", "broken"),
    "says nonsense": ("print('[]')", "broken"),
    "says less than it writes": ("print('{\"pages\": [[1, 1]], \"total\": 1}'); print('abc', end='')", "broken"),
    "writes what is no JPEG": ("print('{\"pages\": [[1, 1]], \"total\": 1}'); print('ab', end='')", "broken"),
}


@pytest.mark.parametrize(("program", "error"), RENDERERS.values(), ids=RENDERERS)
def test_whatever_becomes_of_the_renderer_is_an_answer(
    program: str,
    error: str,
    tmp_path,
    monkeypatch,  # type: ignore[no-untyped-def]
) -> None:
    """A decoder that a hostile file has taken over, or killed."""
    (tmp_path / "renderer.py").write_text(program)
    monkeypatch.setattr(pictures, "RENDERER", tmp_path / "renderer.py")
    monkeypatch.setattr(pictures, "RENDER_SECONDS", 1.0)
    assert render(jpeg(), "image/jpeg").error == error


def test_the_renderer_knows_nothing_and_writes_nothing(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """No secret is in its environment, and no file can grow by its hand."""
    leak, said = tmp_path / "leak", []
    (tmp_path / "renderer.py").write_text(f"""
import os, sys
sys.path.insert(0, {str(pictures.RENDERER.parent)!r})
import renderer
renderer.limit_self()
try:
    with open({str(leak)!r}, "w") as file:
        file.write("x")
except OSError as exc:
    sys.exit(f"{{exc.strerror}}, {{sorted(os.environ)}}")
""")
    monkeypatch.setenv("DATA_KEYS", "secret")
    monkeypatch.setattr(pictures, "RENDERER", tmp_path / "renderer.py")
    monkeypatch.setattr(pictures.log, "warning", lambda _event, **what: said.append(what["said"]))
    assert render(jpeg(), "image/jpeg").error == "broken"
    assert said[0].strip() in {"File too large, ['LC_CTYPE']", "File too large, []"}
    assert leak.read_bytes() == b""
