#!/usr/bin/env python3
"""Writes the small pictures in pictures/ and what Pillow reads from them, pictures.json.

Each readable picture is resized by Pillow (BILINEAR, which widens its triangle where it shrinks) so that its shorter side has 24 pixels, and a window of
20 rows and 20 columns in its middle is kept: red, green and blue, row by row. Alpha is dropped, 16 bits become their upper 8, EXIF is not looked at.

    /usr/bin/python3 tests/golden/pictures.py        (Debian 12: python3-pil 9.4, python3-numpy)
"""

import io
import json
import pathlib
import struct
import zlib

import numpy
from PIL import Image

SHORT, WINDOW = 24, 20
FOLDER = pathlib.Path(__file__).parent / "pictures"


def scene(width, height):
    """Smooth colours with an edge, so that a mirrored, turned or shifted picture shows."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / max(1, width - 1)
    green = 255 * y / max(1, height - 1)
    blue = 127 + 100 * numpy.sin(x / 5) * numpy.cos(y / 7)
    rgb = numpy.stack([red, green, blue], axis=2)
    rgb[: height // 3, : width // 4] = (240, 30, 60)
    return Image.fromarray(rgb.round().astype(numpy.uint8))


def png16(array):
    """A PNG of 16 bits a channel, which Pillow does not write in colour."""
    height, width, channels = array.shape
    colour = {1: 0, 3: 2}[channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def encoded(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def expected(image):
    width, height = image.size
    scale = SHORT / min(width, height)
    width, height = max(SHORT, round(width * scale)), max(SHORT, round(height * scale))
    image = image.resize((width, height), Image.BILINEAR)
    left, top = (width - WINDOW) // 2, (height - WINDOW) // 2
    return numpy.asarray(image)[top : top + WINDOW, left : left + WINDOW].flatten().tolist()


def main():
    FOLDER.mkdir(exist_ok=True)
    photo, small = scene(57, 40), scene(13, 9)
    alpha = photo.copy()
    alpha.putalpha(Image.fromarray(numpy.linspace(0, 255, 57 * 40).reshape(40, 57).astype(numpy.uint8)))
    palette = photo.quantize(64)
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = numpy.asarray(photo).astype(numpy.uint16) * 256 + 200
    files = {
        "rgb.jpg": (encoded(photo, "JPEG", quality=95), photo),
        "upper.JPEG": (encoded(photo, "JPEG", quality=95, progressive=True), photo),
        "grey.jpg": (encoded(photo.convert("L"), "JPEG", quality=95), None),
        "cmyk.jpg": (encoded(photo.convert("CMYK"), "JPEG", quality=95), None),
        "turned.jpg": (encoded(photo, "JPEG", quality=95, exif=exif), None),
        "large.jpg": (encoded(scene(400, 210), "JPEG", quality=90), None),
        "rgb.png": (encoded(photo, "PNG"), None),
        "tall.png": (encoded(scene(30, 71), "PNG"), None),
        "small.png": (encoded(small, "PNG"), None),
        "one.png": (encoded(scene(1, 1), "PNG"), None),
        "grey.png": (encoded(photo.convert("L"), "PNG"), None),
        "grey-alpha.png": (encoded(alpha.convert("LA"), "PNG"), None),
        "bits.png": (encoded(photo.convert("1"), "PNG"), None),
        "alpha.png": (encoded(alpha, "PNG"), None),
        "palette.png": (encoded(palette, "PNG", transparency=3), None),
        "grey16.png": (png16(wide[:, :, :1]), photo.getchannel(0).convert("RGB")),
        "rgb16.png": (png16(wide), photo),
    }
    golden = {}
    for name, (data, exact) in files.items():
        (FOLDER / name).write_bytes(data)
        # Pillow keeps 16 bits in its own way: the picture that they were made of says what the upper 8 are.
        read = exact if exact is not None and name.endswith("16.png") else Image.open(io.BytesIO(data)).convert("RGBA" if "alpha" in name else "RGB").convert("RGB")
        golden[name] = expected(read)
    # What cannot be decoded.
    jpeg, png = files["rgb.jpg"][0], files["rgb.png"][0]
    (FOLDER / "cut.jpg").write_bytes(jpeg[: len(jpeg) * 2 // 3])
    (FOLDER / "cut.png").write_bytes(png[: len(png) * 2 // 3])
    (FOLDER / "head.jpg").write_bytes(jpeg[:20])
    (FOLDER / "text.jpg").write_text("This is no picture.\n")
    (FOLDER / "empty.png").write_bytes(b"")
    (FOLDER / "gif.jpg").write_bytes(encoded(palette, "GIF"))
    text = ",\n".join(f'  "{name}": {json.dumps(values, separators=(",", ":"))}' for name, values in golden.items())
    (FOLDER.parent / "pictures.json").write_text("{\n" + text + "\n}\n")


if __name__ == "__main__":
    main()
