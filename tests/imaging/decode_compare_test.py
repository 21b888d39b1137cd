"""Compares our decoders with OpenCV's (8-bit colour, what the published programs read) and Pillow's or the arrays that
were written (lossless reading). Files come from CSGIS_SHARED/data, when set, and from encoders other than ours."""
import itertools
import os
import pathlib
import sys
import tempfile

try:
    import cv2
    import numpy as np
    from PIL import Image
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-opencv, python3-numpy, python3-pil")
    sys.exit(77)

from image_bytes import png_bytes, tiff_bytes
from image_dump_reader import decode

failures = []


def check(condition, message):
    if not condition:
        failures.append(message)
        print("FAILED:", message)


def check_equal(ours, expected, name):
    if isinstance(ours, str):
        check(False, f"{name}: refused: {ours}")
    elif ours.shape != expected.shape or ours.dtype != expected.dtype:
        check(False, f"{name}: {ours.shape} {ours.dtype}, expected {expected.shape} {expected.dtype}")
    elif not np.array_equal(ours, expected):
        wrong = np.argwhere(ours != expected)
        y, x, c = wrong[0]
        check(False, f"{name}: {len(wrong)} samples differ, first at y={y} x={x} c={c}: "
                     f"{ours[y, x, c]}, expected {expected[y, x, c]}")


def compare_with_opencv(paths, what):
    """colour8 must be what cv2.imread(IMREAD_COLOR) gives."""
    compared = 0
    for path, ours in decode("colour8", paths).items():
        theirs = cv2.imread(path, cv2.IMREAD_COLOR)
        if theirs is None:
            check(isinstance(ours, str), f"{path}: OpenCV refuses it, we do not")
            continue
        check_equal(ours, theirs[:, :, ::-1], path)
        compared += 1
    print(f"{what}: {compared} files compared with OpenCV")


def noise(rng, shape, dtype=np.uint8):
    if dtype == np.float32:
        return (rng.random(shape) * 4 - 1).astype(np.float32)
    return rng.integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


def smooth_photo(rng, height, width):
    """Low frequencies plus a little noise, so that lossy encoders use many kinds of blocks."""
    small = rng.integers(0, 256, (max(2, height // 8), max(2, width // 8), 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.BICUBIC)) ^ noise(rng, (height, width, 3)) // 32


SIZES = [(1, 1), (1, 9), (17, 1), (7, 5), (8, 8), (33, 47), (64, 100)]


def write_jpeg(folder, rng):
    for (h, w), quality, sampling in itertools.product(SIZES, (30, 95), (0, 1, 2)):
        image = Image.fromarray(smooth_photo(rng, h, w))
        image.save(folder / f"s{h}x{w}_{quality}_{sampling}.jpg", quality=quality, subsampling=sampling)
        image.save(folder / f"p{h}x{w}_{quality}_{sampling}.jpg", quality=quality, subsampling=sampling, progressive=True)
        image.convert("L").save(folder / f"g{h}x{w}_{quality}_{sampling}.jpg", quality=quality)
        image.convert("CMYK").save(folder / f"c{h}x{w}_{quality}_{sampling}.jpg", quality=quality)
    photo = Image.fromarray(smooth_photo(rng, 40, 56))
    photo.save(folder / "rgb_space.jpg", quality=90, keep_rgb=True)
    photo.save(folder / "optimised.jpg", optimize=True, icc_profile=b"profile" * 20000)
    cv2.imwrite(str(folder / "restart.jpg"), smooth_photo(rng, 40, 56), [cv2.IMWRITE_JPEG_RST_INTERVAL, 2])


def write_png(folder, rng):
    for h, w in SIZES:
        rgba = noise(rng, (h, w, 4))
        for mode, image in {"L": rgba[:, :, 0], "LA": rgba[:, :, :2], "RGB": rgba[:, :, :3], "RGBA": rgba}.items():
            Image.fromarray(image, mode).save(folder / f"{mode}{h}x{w}.png")
        Image.fromarray(smooth_photo(rng, h, w)).save(folder / f"filtered{h}x{w}.png", optimize=True)
        for channels in (1, 3, 4):
            cv2.imwrite(str(folder / f"deep{channels}_{h}x{w}.png"), noise(rng, (h, w, channels), np.uint16))
        for bits in (1, 2, 4, 8):
            image = Image.fromarray(noise(rng, (h, w)) % (1 << bits), "P")
            image.putpalette(noise(rng, 3 << bits).tobytes())
            image.save(folder / f"palette{bits}_{h}x{w}.png", bits=bits)
            image.save(folder / f"palette_trns{bits}_{h}x{w}.png", bits=bits, transparency=bytes([0, 200]))
        Image.fromarray(rgba[:, :, 0] > 128).save(folder / f"bit{h}x{w}.png")
        Image.fromarray(rgba[:, :, :3]).save(folder / f"key{h}x{w}.png", transparency=tuple(int(v) for v in rgba[0, 0, :3]))


def write_tiff(folder, rng):
    for (h, w), compression in itertools.product(SIZES, (None, "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits")):
        rgb = noise(rng, (h, w, 3))
        Image.fromarray(rgb).save(folder / f"rgb{h}x{w}_{compression}.tif", compression=compression)
        Image.fromarray(rgb[:, :, 0]).save(folder / f"grey{h}x{w}_{compression}.tif", compression=compression)
        Image.fromarray(rgb[:, :, 0] > 128).save(folder / f"bit{h}x{w}_{compression}.tif", compression=compression)
        Image.fromarray(rgb).save(folder / f"predictor{h}x{w}_{compression}.tif", compression=compression, tiffinfo={317: 2})
        palette = Image.fromarray(rgb[:, :, 0], "P")
        palette.putpalette(noise(rng, 768).tobytes())
        palette.save(folder / f"palette{h}x{w}_{compression}.tif", compression=compression)
        for channels in (1, 3):
            cv2.imwrite(str(folder / f"deep{channels}_{h}x{w}.tif"), noise(rng, (h, w, channels), np.uint16))
        cv2.imwrite(str(folder / f"cv_rgba{h}x{w}.tif"), noise(rng, (h, w, 4)))


def write_webp(folder, rng):
    for h, w in SIZES:
        photo = Image.fromarray(smooth_photo(rng, h, w))
        photo.save(folder / f"lossy{h}x{w}.webp", quality=60)
        photo.save(folder / f"lossless{h}x{w}.webp", lossless=True)
        Image.fromarray(noise(rng, (h, w, 4))).save(folder / f"alpha{h}x{w}.webp", lossless=True, exact=True)
        Image.fromarray(noise(rng, (h, w, 4))).save(folder / f"lossyalpha{h}x{w}.webp", quality=80)


def write_bmp(folder, rng):
    for h, w in SIZES:
        rgb = noise(rng, (h, w, 3))
        Image.fromarray(rgb).save(folder / f"rgb{h}x{w}.bmp")
        Image.fromarray(rgb[:, :, 0]).save(folder / f"grey{h}x{w}.bmp")
        Image.fromarray(rgb[:, :, 0] > 128).save(folder / f"bit{h}x{w}.bmp")
        palette = Image.fromarray(rgb[:, :, 0], "P")
        palette.putpalette(noise(rng, 768).tobytes())
        palette.save(folder / f"palette{h}x{w}.bmp")
        Image.fromarray(noise(rng, (h, w, 4))).save(folder / f"pil_rgba{h}x{w}.bmp")
        cv2.imwrite(str(folder / f"cv_rgba{h}x{w}.bmp"), noise(rng, (h, w, 4)))


def write_hdr(folder, rng):
    for h, w in [(1, 1), (3, 7), (5, 8), (33, 47)]:
        image = np.abs(noise(rng, (h, w, 3), np.float32))
        image[:, : w // 2] = image[0, 0]  # runs
        cv2.imwrite(str(folder / f"rle{h}x{w}.hdr"), image)
        flat = noise(rng, (h, w, 4)) // 2 + 64
        flat[:, :, 3] = 120 + flat[:, :, 3] % 16  # larger values overflow inside OpenCV
        head = f"#?RGBE\nEXPOSURE=2\nFORMAT=32-bit_rle_rgbe\n\n-Y {h} +X {w}\n"
        (folder / f"flat{h}x{w}.hdr").write_bytes(head.encode() + flat.tobytes())


def write_oriented(folder, rng):
    image = Image.fromarray(smooth_photo(rng, 24, 40))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(folder / f"exif{orientation}.jpg", quality=90, exif=exif)
        image.save(folder / f"exif{orientation}.png", exif=exif)
        image.save(folder / f"exif{orientation}.tif", tiffinfo={0x0112: orientation})
        image.convert("L").save(folder / f"grey_exif{orientation}.png", exif=exif)


def compare_generated(folder):
    rng = np.random.default_rng(20)
    for write in (write_jpeg, write_png, write_tiff, write_webp, write_bmp, write_hdr, write_oriented):
        target = folder / write.__name__
        target.mkdir()
        write(target, rng)
        compare_with_opencv(sorted(target.iterdir()), write.__name__)


def compare_lossless(folder):
    """What was written must come back bit for bit, in R,G,B order."""
    rng = np.random.default_rng(21)
    expected = {}

    def add(name, image, stored, *options):
        path = str(folder / name)
        assert cv2.imwrite(path, stored, *options)
        expected[path] = image if image.ndim == 3 else image[:, :, None]

    def swapped(image):
        return image[:, :, [2, 1, 0, 3][:image.shape[2]]]

    for h, w in SIZES:
        for dtype, kind in ((np.uint8, "8"), (np.uint16, "16"), (np.float32, "f")):
            grey, rgb, rgba = (noise(rng, (h, w, c), dtype) for c in (1, 3, 4))
            name = f"{kind}_{h}x{w}"
            plain = [cv2.IMWRITE_TIFF_COMPRESSION, 1]
            add(f"grey{name}.tif", grey, grey, plain)
            add(f"rgb{name}.tif", rgb, swapped(rgb), plain)
            add(f"rgba{name}.tif", rgba, swapped(rgba), plain)
            if dtype != np.float32:
                add(f"grey{name}.png", grey, grey)
                add(f"rgb{name}.png", rgb, swapped(rgb))
                add(f"rgba{name}.png", rgba, swapped(rgba))
                add(f"lzw{name}.tif", rgb, swapped(rgb), [cv2.IMWRITE_TIFF_COMPRESSION, 5])
                add(f"deflate{name}.tif", rgb, swapped(rgb), [cv2.IMWRITE_TIFF_COMPRESSION, 8])
            else:
                add(f"grey{name}.pfm", grey, grey)
                add(f"rgb{name}.pfm", rgb, swapped(rgb))
    for (bits, channels), interlaced, (h, w) in itertools.product(
            [(1, 1), (2, 1), (4, 1), (8, 1), (16, 1), (8, 2), (16, 2), (8, 3), (16, 3), (8, 4), (16, 4)], (False, True), SIZES):
        image = noise(rng, (h, w, channels), np.uint16) % (1 << bits)
        path = folder / f"own_{bits}_{channels}_{interlaced}_{h}x{w}.png"
        path.write_bytes(png_bytes(image, bits, interlaced, rng))
        scaled = image * (255 // ((1 << bits) - 1)) if bits < 8 else image
        expected[str(path)] = scaled.astype(np.uint16 if bits == 16 else np.uint8)
    for dtype, order, tile, planar, deflate, channels in itertools.product(
            (np.uint8, np.uint16, np.float32), "<>", (None, (16, 32)), (False, True), (False, True), (1, 2, 3, 4)):
        image = noise(rng, (21, 37, channels), dtype)
        path = folder / f"own_{np.dtype(dtype)}_{ord(order)}_{tile}_{planar}_{deflate}_{channels}.tif"
        path.write_bytes(tiff_bytes(image, order, tile, planar, deflate))
        expected[str(path)] = image
    for path, ours in decode("lossless", expected).items():
        check_equal(ours, expected[path], path)
    hdr = folder / "values.hdr"
    cv2.imwrite(str(hdr), np.abs(noise(rng, (20, 30, 3), np.float32)))
    check_equal(decode("lossless", [hdr])[str(hdr)], cv2.imread(str(hdr), cv2.IMREAD_UNCHANGED)[:, :, ::-1], str(hdr))
    print(f"lossless: {len(expected) + 1} files compared with what was written")


def compare_labels(paths):
    for path, ours in decode("label", paths).items():
        check_equal(ours, np.asarray(Image.open(path))[:, :, None], path)
    print(f"labels: {len(paths)} files compared with Pillow")


def compare_shared(shared):
    images = [p for p in sorted(shared.rglob("*")) if p.suffix.lower() in (".png", ".jpg", ".bmp", ".tif") and p.is_file()]
    bad = shared / "bad"
    compare_with_opencv([p for p in images if bad not in p.parents], "shared data")
    refused = {"truncated.jpg", "truncated.png", "no_iend.png", "zero_bytes.png", "zero_bytes.jpg", "text.png", "crc_idat.png",
               "crc_ihdr.png", "corrupt_deflate.png", "short_rows.png", "animated_gif.png", "bomb_header_60000x60000.png",
               "bomb_real_16000x16000.png", "index_beyond_palette.png"}
    odd = [p for p in images if bad in p.parents]
    compare_with_opencv([p for p in odd if p.name not in refused], "bad and odd files that are valid")
    for path, ours in decode("colour8", [p for p in odd if p.name in refused]).items():
        check(isinstance(ours, str) and "\n" not in ours, f"{path}: read, although it is damaged")
    compare_labels([p for p in images if "labels" in str(p) and bad not in p.parents or p.name in ("good.png", "value_77.png",
                    "grey_index.png", "short_palette.png", "index_beyond_palette.png", "all_void.png")])


with tempfile.TemporaryDirectory() as temporary:
    root = pathlib.Path(temporary)
    compare_generated(root)
    (root / "lossless").mkdir()
    compare_lossless(root / "lossless")
if "CSGIS_SHARED" in os.environ:
    compare_shared(pathlib.Path(os.environ["CSGIS_SHARED"]) / "data")
else:
    print("CSGIS_SHARED is not set: only generated files were compared")
if failures:
    sys.exit(f"{len(failures)} comparisons failed")
