"""Writes the small valid files that fuzzing starts from: tests/fuzz/corpus/NAME/seed_*. The unit tests cut them at every
byte. Run by hand after a change, with Debian's interpreter: PYTHONPATH=tests/support python3 tests/fuzz/make_seeds.py"""
import io
import itertools
import json
import pathlib
import struct
import zipfile

import cv2
import numpy as np
from PIL import Image

from image_bytes import png_bytes, png_chunk, tiff_bytes

CORPUS = pathlib.Path(__file__).parent / "corpus"
RNG = np.random.default_rng(7)


def noise(shape, dtype=np.uint8):
    if dtype == np.float32:
        return RNG.random(shape).astype(np.float32)
    return RNG.integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


def save(folder, name, data):
    (CORPUS / folder).mkdir(parents=True, exist_ok=True)
    (CORPUS / folder / f"seed_{name}").write_bytes(data)


def pil_bytes(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def cv_bytes(extension, image, *options):
    return cv2.imencode(extension, image, *options)[1].tobytes()


def oriented(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def jpeg_seeds():
    photo = Image.fromarray(cv2.GaussianBlur(noise((17, 19, 3)), (0, 0), 2))
    small = photo.crop((0, 0, 9, 7))
    save("jpeg", "420.jpg", pil_bytes(photo, "JPEG", quality=60))
    save("jpeg", "444.jpg", pil_bytes(small, "JPEG", quality=90, subsampling=0))
    save("jpeg", "progressive.jpg", pil_bytes(photo, "JPEG", quality=60, progressive=True))
    save("jpeg", "grey.jpg", pil_bytes(small.convert("L"), "JPEG"))
    save("jpeg", "cmyk.jpg", pil_bytes(small.convert("CMYK"), "JPEG", quality=50))
    save("jpeg", "exif_icc.jpg", pil_bytes(small, "JPEG", exif=oriented(6), icc_profile=b"not a real profile"))
    save("jpeg", "restart.jpg", cv_bytes(".jpg", np.asarray(photo), [cv2.IMWRITE_JPEG_RST_INTERVAL, 1]))


def png_seeds():
    for (bits, channels), interlaced in itertools.product([(1, 1), (2, 1), (4, 1), (8, 1), (8, 2), (8, 3), (8, 4), (16, 3)], (False, True)):
        image = noise((6, 9, channels), np.uint16) % (1 << bits)
        save("png", f"{bits}bit_{channels}{'_adam7' if interlaced else ''}.png", png_bytes(image, bits, interlaced, RNG))
    for bits in (1, 2, 4, 8):
        indices = noise((6, 9, 1)) % (1 << bits)
        palette = noise((1 << bits if bits < 8 else 256, 3))
        data = png_bytes(indices, bits, False, RNG, palette=palette)
        save("png", f"palette{bits}.png", data)
        save("label_map", f"palette{bits}.png", data)
    grey = noise((6, 9, 1))
    save("label_map", "grey.png", png_bytes(grey % 4, 8, False, RNG))
    save("label_map", "grey2.png", png_bytes(grey % 4, 2, True, RNG))
    colours = np.array([[0, 0, 0], [128, 0, 0], [224, 224, 192]], np.uint16)[grey[:, :, 0] % 3]
    save("label_map", "rgb.png", png_bytes(colours, 8, False, RNG))
    save("label_map", "rgba.png", png_bytes(np.dstack([colours, np.full((6, 9), 255, np.uint16)]), 8, False, RNG))
    extra = png_chunk(b"tRNS", b"\0\1\0\2\0\3") + png_chunk(b"gAMA", b"\0\0\xb1\x8f")
    save("png", "key.png", png_bytes(noise((6, 9, 3), np.uint16) % 256, 8, False, RNG, extra))
    save("png", "exif_icc.png", pil_bytes(Image.fromarray(noise((6, 9, 3))), "PNG", exif=oriented(5), icc_profile=b"profile" * 20))
    for kind in range(15):
        save("png_pixels", f"kind{kind:02}", bytes([kind, 8, 5, kind % 2, 255, kind % 5]) + noise(60).tobytes() + bytes([0, 1, 2, 3, 4]))


def tiff_seeds():
    for dtype, order, tile, planar, deflate, channels in [
            (np.uint8, "<", None, False, False, 1), (np.uint8, ">", None, True, False, 3), (np.uint16, ">", (16, 16), False, True, 3),
            (np.float32, "<", None, False, True, 3), (np.float32, ">", (16, 16), True, True, 1), (np.uint8, "<", None, False, False, 4)]:
        name = f"{np.dtype(dtype)}_{ord(order)}_{'tile' if tile else 'strip'}_{planar}_{deflate}_{channels}.tif"
        save("tiff", name, tiff_bytes(noise((5, 7, channels), dtype), order, tile, planar, deflate))
    image = Image.fromarray(noise((5, 7, 3)))
    for compression in ("tiff_lzw", "packbits", "tiff_adobe_deflate", "tiff_jpeg", "group4"):
        kind = image.convert("1") if compression == "group4" else image
        save("tiff", f"{compression}.tif", pil_bytes(kind, "TIFF", compression=compression))
    save("tiff", "predictor_oriented.tif", pil_bytes(image, "TIFF", compression="tiff_lzw", tiffinfo={317: 2, 274: 6}))
    save("tiff", "palette.tif", pil_bytes(image.quantize(16), "TIFF"))
    save("tiff", "bit.tif", pil_bytes(image.convert("1"), "TIFF"))


def other_seeds():
    rgba = noise((6, 9, 4))
    photo = Image.fromarray(cv2.GaussianBlur(noise((17, 19, 3)), (0, 0), 2))
    save("webp", "lossy.webp", pil_bytes(photo, "WEBP", quality=50))
    save("webp", "lossless.webp", pil_bytes(photo, "WEBP", lossless=True))
    save("webp", "alpha.webp", pil_bytes(Image.fromarray(rgba), "WEBP", quality=50))
    save("webp", "exif_icc.webp", pil_bytes(photo, "WEBP", quality=10, exif=oriented(3), icc_profile=b"profile"))
    save("webp", "animated.webp", pil_bytes(photo, "WEBP", save_all=True, append_images=[photo.rotate(90)], quality=10))
    grey = Image.fromarray(rgba[:, :, 0])
    save("bmp", "24.bmp", pil_bytes(Image.fromarray(rgba[:, :, :3]), "BMP"))
    save("bmp", "32.bmp", pil_bytes(Image.fromarray(rgba), "BMP"))
    save("bmp", "masks.bmp", cv_bytes(".bmp", rgba))
    save("bmp", "grey.bmp", pil_bytes(grey.quantize(16).convert("L"), "BMP"))
    save("bmp", "palette.bmp", pil_bytes(Image.fromarray(rgba[:, :, :3]).quantize(5), "BMP"))
    save("bmp", "bit.bmp", pil_bytes(grey.convert("1"), "BMP"))
    floats = noise((4, 5, 3), np.float32)
    save("pfm", "rgb.pfm", cv_bytes(".pfm", floats))
    save("pfm", "grey.pfm", cv_bytes(".pfm", floats[:, :, 0]))
    save("pfm", "big_endian.pfm", b"Pf\n5 4\n1.0\n" + floats[:, :, 0].astype(">f4").tobytes())
    floats = noise((4, 12, 3), np.float32)
    floats[:, 4:10] = 0.25
    save("hdr", "rle.hdr", cv_bytes(".hdr", floats))
    head = b"#?RGBE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 5\n"
    save("hdr", "flat.hdr", head + bytes(range(120, 160)))
    save("hdr", "old_runs.hdr", head + bytes([9, 8, 7, 128, 1, 1, 1, 4]) + bytes([9, 8, 7, 128, 1, 1, 1, 3, 5, 6, 7, 130]))


def safetensors_bytes(header, data=b""):
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return struct.pack("<Q", len(text)) + text + data


def weight_seeds():
    tensors = {"a.weight": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}, "b": {"dtype": "I64", "shape": [], "data_offsets": [8, 16]}}
    save("safetensors", "two", safetensors_bytes(tensors, bytes(range(16))))
    noted = {"__metadata__": {"csgis.order": "b\na.weight", "kind": "HDC"}, **tensors}
    save("safetensors", "noted", safetensors_bytes(noted, bytes(range(16))))
    save("safetensors", "empty", safetensors_bytes({}))
    types = "BOOL U8 I8 F8_E5M2 F8_E4M3 I16 U16 F16 BF16 I32 U32 F32 F64 I64 U64".split()
    save("safetensors", "types", safetensors_bytes({t: {"dtype": t, "shape": [0, 3], "data_offsets": [0, 0]} for t in types}))
    for path in sorted((CORPUS.parents[1] / "data" / "checkpoints").glob("*.pth")):
        save("checkpoint", path.name, path.read_bytes())
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                name = next(n for n in archive.namelist() if n.endswith("/data.pkl"))
                save("pickle", path.name.split(".")[0], archive.read(name))


def packed_seeds():
    grey, colour = ["edge/0.png", 8, 8, 1, 128, "0" * 32], ["train/0.png#left", 8, 8, 3, 192, "f" * 32]
    sample = ["0", 1, 1, 0, None, [1, 1]]
    index = {"identity": "0" * 64, "labels": "none", "images": [grey, colour], "train": [sample], "held_out": [sample]}
    save("packed", "two", json.dumps(index, separators=(",", ":")).encode())
    save("packed", "empty", json.dumps({**index, "images": [], "train": [], "held_out": []}).encode())


for old in CORPUS.glob("*/seed_*"):
    old.unlink()
for write in (jpeg_seeds, png_seeds, tiff_seeds, other_seeds, weight_seeds, packed_seeds):
    write()
print(f"{sum(1 for _ in CORPUS.glob('*/seed_*'))} seeds, {sum(p.stat().st_size for p in CORPUS.glob('*/seed_*'))} bytes")
