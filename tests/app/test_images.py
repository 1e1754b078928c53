"""An image is an array as the manifest says, by every way it may come; a bad one is refused by name."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_app.models.loader import load
from inference_app.models.manifest import read_manifest
from inference_app.serving import decoding
from inference_app.settings import Release
from inference_app.sources.files import Files
from tests.app.support.drawings import draw, saved
from tests.app.support.pictures import chunk, grey, png, read
from tests.app.support.process import ROOT
from tests.app.support.published import release_of

DIGITS = ROOT / "model_artifacts" / "digits"


def test_the_values_are_the_pixels_scaled() -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    content = saved(Image.fromarray(pixels))
    assert read(content, grey(scale=255)).tolist() == pixels.astype(float).tolist()
    sixteenth = read(content, grey(scale=16))
    assert sixteenth.dtype == np.float64
    assert sixteenth.tolist() == (pixels * 16.0 / 255).tolist()
    assert read(saved(Image.new("L", (8, 8), 255)), grey(scale=16)).max() == 16.0


def test_the_array_is_of_the_manifests_datatype() -> None:
    content = saved(Image.new("L", (8, 8), 200))
    assert read(content, grey(scale=1, datatype="float32")).dtype == np.float32
    whole = read(content, grey(scale=16, datatype="uint8"))
    assert (whole.dtype, set(whole.ravel().tolist())) == (np.uint8, {13})  # 12.55


def test_each_value_is_the_mean_of_the_area_that_it_stands_for() -> None:
    pixels = np.zeros((200, 200), dtype=np.uint8)
    pixels[:25, :25] = 255
    pixels[25:50, 25:50:5] = 255  # every fifth column
    values = read(saved(Image.fromarray(pixels)), grey())
    assert values[0, 0] == 255
    assert values[1, 1] == 51
    assert values.sum() == 255 + 51


def test_rows_are_rows_and_columns_are_columns() -> None:
    image = Image.new("RGB", (6, 2), (0, 0, 0))
    image.putpixel((4, 1), (255, 0, 128))
    values = read(saved(image), grey(width=6, height=2, mode="RGB"))
    assert values.shape == (2, 6, 3)
    assert values[1, 4].tolist() == [255, 0, 128]
    assert values.sum() == 255 + 128


def test_colours_become_grey_and_grey_becomes_colours() -> None:
    assert read(saved(Image.new("RGB", (8, 8), (255, 0, 0))), grey())[0, 0] == 76  # ITU-R 601: 0.299
    assert read(saved(Image.new("L", (8, 8), 9)), grey(mode="RGB"))[0, 0].tolist() == [9, 9, 9]


@pytest.mark.parametrize(
    ("image", "options", "value"),
    [
        (Image.new("1", (8, 8), 1), {}, 255),
        (Image.new("LA", (8, 8), (200, 255)), {}, 200),
        (Image.new("LA", (8, 8), (200, 0)), {}, 0),
        (Image.new("RGBA", (8, 8), (100, 100, 100, 128)), {}, 50),
        (Image.new("RGBA", (8, 8), (255, 255, 255, 0)), {}, 0),
        (Image.new("L", (8, 8), 7), {"transparency": 7}, 0),
        (Image.fromarray(np.full((8, 8), 0x7F80, dtype=np.uint16)), {}, 0x7F),
    ],
    ids=["one bit", "opaque", "transparent", "half", "invisible white", "transparent grey", "16 bits"],
)
def test_odd_modes_become_what_one_sees_on_black(
    image: Image.Image, options: dict[str, Any], value: int
) -> None:
    assert set(read(saved(image, **options), grey()).ravel().tolist()) == {value}


def test_a_palettes_colours_count_and_its_transparent_ones_are_black() -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 255, 255, 255])
    assert read(saved(image), grey())[0, 0] == 255
    assert read(saved(image, transparency=1), grey())[0, 0] == 0


def test_colours_of_16_bits_keep_their_upper_half() -> None:
    line = b"\0" + struct.pack(">HHH", 0xFF00, 0x8040, 0x0000) * 8
    content = png(8, 8, chunk(b"IDAT", zlib.compress(line * 8)), depth=16, colour=2)
    assert read(content, grey(mode="RGB"))[3, 3].tolist() == [255, 128, 0]


def test_a_jpeg_for_print_is_read_too() -> None:
    assert read(saved(Image.new("CMYK", (16, 16), (0, 0, 0, 0)), "JPEG"), grey()).min() >= 254


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_as_its_exif_data_say(kind: str, orientation: int) -> None:
    upright = np.zeros((40, 80), dtype=np.uint8)
    upright[:10, :10] = 255  # top left
    upright[:10, 70:] = 128  # top right
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: upright.T[::-1],
        7: upright.T[::-1, ::-1],
        8: upright.T[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(Image.fromarray(np.ascontiguousarray(turned)), kind, exif=exif)
    values = read(content, grey(width=8, height=4))
    near = 6 if kind == "PNG" else 40  # a JPEG's edges are soft
    assert values.shape == (4, 8)
    assert abs(values[0, 0] - 255) < near
    assert abs(values[0, 7] - 128) < near
    assert values[1:].max() < near


# The model digits


def digits(pictures: list[bytes]) -> list[int]:
    model = load(Release(**release_of(DIGITS)), Files())
    item = read_manifest((DIGITS / "manifest.json").read_bytes()).inputs[0]
    arrays = np.stack([read(picture, item) for picture in pictures])
    answers: list[int] = model.predict({"image": arrays}).values.tolist()
    return answers


@pytest.mark.parametrize(
    ("width", "one"), [(16, 3), (20, 3), (22, 3), (26, 3), (30, 1)], ids=lambda value: str(value)
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_drawn_digits_are_recognised_but_for_the_one_of_a_thin_pen(width: int, one: int, kind: str) -> None:
    pictures = [saved(draw(digit, width), kind) for digit in range(10)]
    assert digits(pictures) == [0, one, 2, 3, 4, 5, 6, 7, 8, 9]


def test_the_manifests_own_examples_are_recognised_as_pictures(tmp_path: Path) -> None:
    manifest = read_manifest((DIGITS / "manifest.json").read_bytes())
    pictures = []
    for example in manifest.examples:
        pixels = np.rint(np.array(example.instance) * 255 / 16).astype(np.uint8)
        (tmp_path / "digit.png").write_bytes(
            saved(Image.fromarray(pixels.repeat(25, axis=0).repeat(25, axis=1)))
        )
        pictures.append((tmp_path / "digit.png").read_bytes())
    assert digits(pictures) == list(range(10))


def test_an_image_of_one_pixel_is_an_image() -> None:
    file = io.BytesIO(saved(Image.new("L", (1, 1), 40)))
    assert set(read(file.getvalue(), grey()).ravel().tolist()) == {40}


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("size", [(200, 200), (7, 31), (8, 8), (1, 1), (513, 3), (97, 101)])
def test_strips_and_the_whole_at_once_give_the_same_means(
    size: tuple[int, int], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    content = saved(Image.fromarray(noise))
    item = grey(width=8, height=5, mode=mode)
    at_once = read(content, item)
    monkeypatch.setattr(decoding, "MOST_SHARES", 0)
    np.testing.assert_allclose(read(content, item), at_once, rtol=0, atol=1e-10)
