"""`csgis smooth` of one file: what is in the result, for every kind of input and output, and how it is refused."""
import io
import json
import os

import numpy as np
from PIL import Image, ImageCms, TiffImagePlugin

import csgis_test as t
from image_bytes import tiff_bytes

cv2 = t.cv2


def read(path):
    """The samples as the file has them, in the order R,G,B[,A]."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image is not None, f"OpenCV cannot read {path}"
    if image.ndim == 2:
        return image
    return image[:, :, [2, 1, 0, 3][:image.shape[2]]]


def write16(path, rgb):
    cv2.imwrite(str(path), rgb if rgb.ndim == 2 else rgb[:, :, [2, 1, 0, 3][:rgb.shape[2]]])


def unit(samples):
    """Integer samples as values in [0,1], rounded once to float32."""
    return samples.astype(np.float32) / np.float32(np.iinfo(samples.dtype).max)


def tiff_tags(path):
    """Tags of the first page; Pillow opens no image of several floats a pixel."""
    with open(path, "rb") as file:
        tags = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
        file.seek(tags.next)
        tags.load(file)
    return dict(tags)


class SmoothCase(t.Case):
    def setUp(self):
        super().setUp()
        self.rng = np.random.default_rng(5)
        self.rgb = t.photo(self.rng, 24, 32)
        self.source = self.dir / "photo.png"
        t.write_rgb(self.source, self.rgb)

    def smooth(self, source, out, *options, method="none", code=t.DONE, **run):
        return self.expect(code, "smooth", "--method", method, "--in", source, "--out", self.dir / out, *options, **run)

    def result(self, source, out, *options, **run):
        self.smooth(source, out, *options, **run)
        return read(self.dir / out)

    def refused(self, code, source, out, *options, names=(), **run):
        """The one message of a refusal, which leaves no output."""
        message = self.smooth(source, out, *options, code=code, **run).stderr
        for part in names:
            self.assertIn(part, message)
        self.assertFalse(os.path.isfile(self.dir / out))
        return message


class Depths(SmoothCase):
    """With the method `none` the output holds the samples of the input."""

    def sources(self):
        """Every depth, in grey and colour: file -> samples in the order R,G,B."""
        deep = self.rng.integers(0, 65536, (11, 14, 3), dtype=np.uint16)
        floats = (self.rng.random((11, 14, 3)) * 3 - 1).astype(np.float32)
        files = {self.source: self.rgb}
        for name, samples in [("grey.png", self.rgb[:, :, 1]), ("deep.png", deep), ("deep_grey.png", deep[:, :, 0])]:
            files[self.dir / name] = samples
            write16(self.dir / name, samples)
        for name, samples in [("eight.tif", self.rgb), ("deep.tif", deep), ("float.tif", floats), ("float_grey.tif", floats[:, :, :1])]:
            files[self.dir / name] = samples[:, :, 0] if samples.shape[2] == 1 else samples
            (self.dir / name).write_bytes(tiff_bytes(samples, "<"))
        return files

    def expected(self, samples, depth):
        values = samples if samples.dtype == np.float32 else unit(samples)
        if depth == "float":
            return values
        white, kind = (255, np.uint8) if depth == "8" else (65535, np.uint16)
        return np.rint(np.clip(values, 0, 1) * np.float32(white)).astype(kind)

    def check(self, path, samples, out, depth, *options):
        with self.subTest(source=path.name, out=out, options=options):
            read_back = self.result(path, out, "--overwrite", *options)
            expected = self.expected(samples, depth)
            self.assertEqual((read_back.dtype, read_back.shape), (expected.dtype, expected.shape))
            self.assertTrue(np.array_equal(read_back, expected))

    def test_automatic(self):
        for path, samples in self.sources().items():
            self.check(path, samples, "out.tif", "float")
            self.check(path, samples, "out.png", "16" if samples.dtype == np.uint16 else "8")

    def test_as_asked(self):
        for path, samples in self.sources().items():
            for depth in ("8", "16", "float"):
                self.check(path, samples, "out.tiff", depth, "--depth", depth)
            for depth in ("8", "16"):
                self.check(path, samples, "out.PNG", depth, "--depth", depth)

    def test_eight_bits_come_back_equal(self):
        every_byte = np.arange(256, dtype=np.uint8).reshape(16, 16)
        t.write_rgb(self.source, every_byte)
        for out in ("same.png", "same8.tif"):
            back = self.result(self.source, out, *(["--depth", "8"] if out.endswith(".tif") else []))
            self.assertTrue(np.array_equal(back, every_byte))

    def test_pillow_reads_the_results(self):
        for path, samples in self.sources().items():
            for out, options in [("a.png", []), ("a.jpg", []), ("a.tif", ["--depth", "8"])] + [("b.tif", [])] * (samples.ndim == 2):
                with self.subTest(source=path.name, out=out):
                    self.smooth(path, out, "--overwrite", *options)
                    with Image.open(self.dir / out) as image:
                        image.load()
                        self.assertEqual(image.size, samples.shape[1::-1])
                        grey = samples.ndim == 2
                        self.assertEqual(len(image.getbands()), 1 if grey else 3, "grey stays grey")
                        if out == "b.tif":
                            self.assertTrue(np.array_equal(np.asarray(image), self.expected(samples, "float")))

    def test_float_tiff_is_plain(self):
        self.smooth(self.source, "out.tif")
        tags = tiff_tags(self.dir / "out.tif")
        self.assertEqual((tags[262], tags[277], tags[258], tags[339], tags[284]), (2, 3, (32,) * 3, (3,) * 3, 1))
        self.assertIn(tags[259], (1, 8), "uncompressed or Deflate")

    def test_jpeg_is_close(self):
        for samples in (self.rgb, self.rgb[:, :, 0]):
            t.write_rgb(self.source, samples)
            back = self.result(self.source, "out.jpeg", "--overwrite")
            self.assertEqual(back.shape, samples.shape)
            self.assertLessEqual(np.abs(back.astype(int) - samples).max(), 12)

    def test_depths_that_a_format_cannot_hold_are_wrong_usage(self):
        for out, depth in [("x.jpg", "16"), ("x.jpg", "float"), ("x.png", "float")]:
            self.refused(t.USAGE, self.source, out, "--depth", depth, names=["--depth", depth if depth == "float" else "16"])
        self.refused(t.USAGE, self.dir / "missing.png", "x.jpg", "--depth", "16")

    def test_one_pixel_and_lines(self):
        for shape in [(1, 1), (1, 9), (7, 1)]:
            samples = t.noise(self.rng, *shape)
            t.write_rgb(self.source, samples)
            for method in ("none", "l0"):
                self.assertEqual(self.result(self.source, "out.png", "--overwrite", method=method).shape, samples.shape)


class Values(SmoothCase):
    """The smoothed values, not only the way there and back."""

    def test_smoothing_does_something_and_float_keeps_it(self):
        exact = self.result(self.source, "l0.tif", method="l0:lambda=0.05")
        self.assertGreater(np.abs(exact - unit(self.rgb)).max(), 0.02)
        eight = self.result(self.source, "l0.png", method="l0:lambda=0.05")
        self.assertTrue(np.array_equal(eight, np.rint(np.clip(exact, 0, 1) * np.float32(255))))

    def test_exact_is_near_and_not_the_same(self):
        fast, exact = (self.result(self.source, f"{name}.tif", *options, method="rgf")
                       for name, options in [("fast", []), ("exact", ["--exact"])])
        self.assertLess(np.abs(fast - exact).max(), 1e-3)
        self.assertFalse(np.array_equal(fast, exact))

    def test_crop_right_smooths_the_right_half_alone(self):
        half = self.dir / "half.png"
        t.write_rgb(half, self.rgb[:, 16:])
        cropped = self.result(self.source, "cropped.tif", "--crop-right", method="l0")
        self.assertTrue(np.array_equal(cropped, self.result(half, "half.tif", method="l0")))

    def test_crop_right_of_an_odd_width(self):
        t.write_rgb(self.source, self.rgb[:, :31])
        self.refused(t.NOTHING_USABLE, self.source, "x.png", "--crop-right", names=["photo.png", "31", "odd"])

    def write_float(self, values):
        path = self.dir / "float.tif"
        path.write_bytes(tiff_bytes(values.astype(np.float32), "<"))
        return path

    def test_normalise(self):
        values = unit(self.rgb) * 7 - 2
        source = self.write_float(values)
        back = self.result(source, "none.tif", "--normalise")
        self.assertLess(np.abs(back - values).max(), 2e-6)
        low, span = values.min(), values.max() - values.min()
        inside = self.write_float((values - low) / span)
        expected = self.result(inside, "inside.tif", method="l0") * span + low
        source = self.write_float(values)
        self.assertLess(np.abs(self.result(source, "l0.tif", "--normalise", method="l0") - expected).max(), 1e-5)
        self.assertGreater(np.abs(self.result(source, "plain.tif", method="l0") - expected).max(), 0.01)

    def test_normalise_of_a_constant(self):
        source = self.write_float(np.full((4, 5, 3), 12.5))
        self.assertTrue((self.result(source, "out.tif", "--normalise") == 12.5).all())

    def test_values_that_a_method_refuses(self):
        source = self.write_float(unit(self.rgb) * 2)
        self.refused(t.NOTHING_USABLE, source, "x.tif", method="pnls", names=["float.tif", "pnls", "--normalise"])
        self.smooth(source, "pnls.tif", "--normalise", method="pnls")

    def test_values_that_are_no_number(self):
        for value in (np.nan, np.inf):
            values = unit(self.rgb).copy()
            values[3, 7, 1] = value
            for method in ("none", "l0"):
                self.refused(t.NOTHING_USABLE, self.write_float(values), "x.tif", method=method, names=["column 7", "row 3"])


class Alpha(SmoothCase):
    def rgba(self):
        alpha = np.zeros((24, 32), np.uint8)
        alpha[:, 10:] = 255
        alpha[:, 20:26] = self.rng.integers(1, 255, (24, 6))
        return np.dstack([self.rgb, alpha])

    def test_alpha_passes_unchanged_at_every_depth(self):
        eight = self.rgba()
        deep = eight.astype(np.uint16) * 257 + self.rng.integers(0, 1, eight.shape, dtype=np.uint16)
        deep[:, 20:26, 3] -= 5
        for samples, white in ((eight, 255), (deep, 65535)):
            write16(self.source, samples)
            for method in ("none", "l0"):
                out = self.result(self.source, "out.png", "--overwrite", method=method)
                self.assertEqual(out.dtype, samples.dtype)
                self.assertTrue(np.array_equal(out[:, :, 3], samples[:, :, 3]))
            floats = self.result(self.source, "out.tif", "--overwrite")
            self.assertEqual(floats.shape, samples.shape)
            self.assertTrue(np.array_equal(floats[:, :, 3], samples[:, :, 3].astype(np.float32) / np.float32(white)))

    def test_visible_colours_come_back(self):
        samples = self.rgba()
        write16(self.source, samples)
        visible = samples[:, :, 3] > 0
        out = self.result(self.source, "out.png")
        self.assertTrue(np.array_equal(out[visible], samples[visible]))
        self.assertFalse(out[~visible].any(), "nothing is left under transparent pixels")

    def test_hidden_colours_do_not_bleed(self):
        samples = self.rgba()
        hidden = samples[:, :, 3] == 0
        wild, black = samples.copy(), samples.copy()
        wild[hidden, :3] = t.noise(self.rng, 1, int(hidden.sum()))[0]
        black[hidden, :3] = 0
        for method in ("l0:lambda=0.05", "rgf", "ils-welsch"):
            outs = []
            for content in (wild, black):
                write16(self.source, content)
                outs.append(self.result(self.source, "out.png", "--overwrite", method=method))
            self.assertTrue(np.array_equal(*outs), method)

    def test_premultiplied_tiff(self):
        """Its colours are multiplied already, and come back straight."""
        alpha = np.full((8, 8, 1), 0.5, np.float32)
        straight = (self.rng.random((8, 8, 3))).astype(np.float32)
        content = tiff_bytes(np.dstack([straight * alpha, alpha]), "<").replace(b"\x52\x01\x03\x00\x01\x00\x00\x00\x02", b"\x52\x01\x03\x00\x01\x00\x00\x00\x01")
        source = self.dir / "multiplied.tif"
        source.write_bytes(content)
        out = self.result(source, "out.tif")
        self.assertTrue(np.array_equal(out, np.dstack([straight, alpha])))
        self.assertEqual(tiff_tags(self.dir / "out.tif")[338], (2,), "straight alpha")

    def test_grey_with_alpha(self):
        samples = np.dstack([self.rgb[:, :, 0], np.full((24, 32), 90, np.uint8)])
        Image.fromarray(samples, "LA").save(self.source)
        self.smooth(self.source, "out.png")
        with Image.open(self.dir / "out.png") as image:
            self.assertEqual(image.mode, "LA")
            self.assertTrue(np.array_equal(np.asarray(image), samples))

    def test_crop_right_crops_alpha_too(self):
        samples = self.rgba()
        write16(self.source, samples)
        out = self.result(self.source, "out.png", "--crop-right")
        self.assertTrue(np.array_equal(out[:, :, 3], samples[:, 16:, 3]))

    def test_jpeg_cannot_hold_it(self):
        write16(self.source, self.rgba())
        self.refused(t.NOTHING_USABLE, self.source, "x.jpg", names=["photo.png", "alpha", ".png"])


class Profiles(SmoothCase):
    def profile_of(self, path):
        with Image.open(path) as image:
            return image.info.get("icc_profile")

    def test_a_profile_is_kept(self):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        for name in ("in.png", "in.tif", "in.jpg"):
            Image.fromarray(self.rgb).save(self.dir / name, icc_profile=profile)
            for out in ("out.png", "out.tif", "out.jpg"):
                with self.subTest(name=name, out=out):
                    options = ["--overwrite"] + ["--depth", "8"] * out.endswith(".tif")
                    self.smooth(self.dir / name, out, *options, method="l0")
                    self.assertEqual(self.profile_of(self.dir / out), profile)

    def test_a_large_profile_and_none(self):
        profile = bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()) + self.rng.bytes(200_000)
        Image.fromarray(self.rgb).save(self.source, icc_profile=profile)
        for out in ("out.png", "out.tif", "out.jpg"):
            self.smooth(self.source, out, *(["--depth", "8"] if out.endswith(".tif") else []))
            self.assertEqual(self.profile_of(self.dir / out), profile)
        t.write_rgb(self.source, self.rgb)
        for out in ("out.png", "out.tif", "out.jpg"):
            self.smooth(self.source, out, "--overwrite", "--depth", "8")
            self.assertIsNone(self.profile_of(self.dir / out))

    def test_a_profile_of_inks_is_not_given_to_colours(self):
        header = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        header[16:20] = b"CMYK"
        source = self.dir / "cmyk.jpg"
        Image.fromarray(self.rgb).convert("CMYK").save(source, icc_profile=bytes(header))
        self.assertIsNotNone(self.profile_of(source))
        self.assertEqual(self.result(source, "out.png").shape, self.rgb.shape)
        self.assertIsNone(self.profile_of(self.dir / "out.png"))


class Orientation(SmoothCase):
    def test_every_orientation_is_applied_once(self):
        turned = {1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud,
                  5: lambda a: a.swapaxes(0, 1), 6: lambda a: np.rot90(a, -1), 7: lambda a: np.rot90(a.swapaxes(0, 1), 2), 8: np.rot90}
        plain = self.dir / "plain.jpg"
        Image.fromarray(self.rgb).save(plain, quality=95)
        upright = self.result(plain, "plain.png")
        for number, turn in turned.items():
            exif = Image.Exif()
            exif[274] = number
            source = self.dir / "turned.jpg"
            Image.fromarray(self.rgb).save(source, quality=95, exif=exif)
            self.assertTrue(np.array_equal(self.result(source, "out.png", "--overwrite"), turn(upright)), number)
            self.smooth(source, "out.jpg", "--overwrite")
            with Image.open(self.dir / "out.jpg") as image:
                self.assertEqual(image.getexif().get(274, 1), 1, "turned, so no longer to be turned")
                self.assertEqual(image.size, turn(upright).shape[1::-1])


class OtherFormats(SmoothCase):
    def test_inputs_that_are_not_written(self):
        for name in ("a.webp", "a.bmp"):
            Image.fromarray(self.rgb).save(self.dir / name, lossless=True)
            self.assertTrue(np.array_equal(self.result(self.dir / name, "out.png", "--overwrite"), self.rgb))
            self.refused(t.USAGE, self.dir / name, "x" + name, names=["x" + name, ".tif"])
        stored = (self.rng.random((6, 7, 3)) * 4 - 1).astype(np.float32)
        cv2.imwrite(str(self.dir / "a.pfm"), stored)
        self.assertTrue(np.array_equal(self.result(self.dir / "a.pfm", "out.tif"), stored[:, :, ::-1]))

    def test_names_that_are_no_output(self):
        for out in ("x", "x.gif", "x.png.txt", "png"):
            self.refused(t.USAGE, self.source, out, names=[out, ".png"])

    def test_the_bytes_decide_what_an_input_is(self):
        os.rename(self.source, self.dir / "photo.jpg")
        self.assertTrue(np.array_equal(self.result(self.dir / "photo.jpg", "out.png"), self.rgb))


class Files(SmoothCase):
    def test_nothing_but_the_file_is_left(self):
        self.smooth(self.source, "new/deep/out.png", method="l0")
        self.assertEqual(sorted(os.listdir(self.dir / "new/deep")), ["out.png"])
        self.assertEqual(sorted(p.name for p in self.dir.iterdir() if p.is_file()), ["photo.png"])

    def test_an_existing_folder_takes_the_name_of_the_input(self):
        (self.dir / "folder").mkdir()
        self.smooth(self.source, "folder")
        self.assertEqual(os.listdir(self.dir / "folder"), ["photo.png"])
        self.smooth(self.source, "folder", code=t.OUTPUT_FAILED)
        self.smooth(self.source, "folder", "--overwrite")

    def test_an_existing_output(self):
        out = self.dir / "out.png"
        out.write_text("mine")
        message = self.smooth(self.source, "out.png", code=t.OUTPUT_FAILED).stderr
        for part in (str(out), "--overwrite"):
            self.assertIn(part, message)
        self.assertEqual(out.read_text(), "mine")
        self.assertTrue(np.array_equal(self.result(self.source, "out.png", "--overwrite"), self.rgb))

    def test_a_failure_leaves_the_old_file(self):
        out = self.dir / "out.png"
        out.write_text("mine")
        self.source.write_bytes(self.source.read_bytes()[:-20])
        self.smooth(self.source, "out.png", "--overwrite", code=t.NOTHING_USABLE)
        self.assertEqual(out.read_text(), "mine")
        self.assertEqual(sorted(p.name for p in self.dir.iterdir() if p.is_file()), ["out.png", "photo.png"])

    def test_the_input_is_never_the_output(self):
        before = self.source.read_bytes()
        os.link(self.source, self.dir / "hard.png")
        (self.dir / "soft.png").symlink_to("photo.png")
        for out in ("photo.png", "gt/../photo.png", "hard.png", "soft.png", "."):
            for more in ([], ["--overwrite"]):
                self.assertIn("same file", self.smooth(self.source, out, *more, code=t.USAGE).stderr)
        self.assertEqual(self.source.read_bytes(), before)

    def test_inputs_that_cannot_be_read(self):
        content = self.source.read_bytes()
        for name, data in [("empty.png", b""), ("text.png", b"hello"), ("cut.png", content[:-30]), ("gif.png", b"GIF89a" + bytes(40))]:
            (self.dir / name).write_bytes(data)
            self.refused(t.NOTHING_USABLE, self.dir / name, "x.png", names=[name])
        os.mkfifo(self.dir / "pipe.png")
        (self.dir / "loop.png").symlink_to("loop.png")
        for name in ("missing.png", "pipe.png", "loop.png", "photo.png/inside.png", "n" * 300 + ".png"):
            self.refused(t.NOTHING_USABLE, self.dir / name, "x.png", names=[name], timeout=20)
        self.refused(t.NOTHING_USABLE, self.source, "x.png", "--max-pixels", "700", names=["photo.png", "--max-pixels"])

    def test_a_truncated_jpeg_is_not_accepted(self):
        stream = io.BytesIO()
        Image.fromarray(t.noise(self.rng, 60, 60)).save(stream, "JPEG")
        for end in (len(stream.getvalue()) // 2, -2):
            (self.dir / "cut.jpg").write_bytes(stream.getvalue()[:end])
            self.refused(t.NOTHING_USABLE, self.dir / "cut.jpg", "x.png", names=["cut.jpg"])

    def test_outputs_that_cannot_be_written(self):
        folder = self.read_only_folder()
        (self.dir / "loop").symlink_to("loop")
        (self.dir / "folder.png").mkdir()
        for out in (folder / "x.png", folder / "new/x.png", self.source / "x.png", "n" * 300 + ".png", "loop/x.png", "/dev/null/x.png"):
            self.assertIn("cannot write", self.refused(t.OUTPUT_FAILED, self.source, out))
        self.smooth(self.dir / "gt/../photo.png", "folder.png/photo.png/x.png")

    def test_a_limit_on_file_sizes(self):
        message = self.refused(t.OUTPUT_FAILED, self.source, "x.tif", preexec_fn=t.limit_file_size(1000))
        self.assertIn("File too large", message)
        self.assertEqual([p.name for p in self.dir.iterdir() if p.is_file()], ["photo.png"])


class Words(SmoothCase):
    def test_unknown_methods_and_options_name_the_nearest(self):
        for method, names in [("l1", ["'l1'", "'l0'"]), ("guidd", ["'guided'"]), ("l0:lamda=1", ["lamda", "lambda"]), ("", ["method"]),
                              ("l0:lambda=0,01", ["0"]), ("l0:lambda=-1", ["lambda", "-1"]), ("l0:lambda=nan", ["lambda"]), ("none:x=1", ["none", "x"])]:
            self.refused(t.USAGE, self.source, "x.png", method=method, names=names)

    def test_options_that_contradict_each_other(self):
        self.refused(t.USAGE, self.source, "x.png", method="pnls:patch=3,step=4", names=["pnls", "step 4"])
        self.refused(t.USAGE, self.gt, "x", method="pnls:window=8", names=["pnls", "window 8"])

    def test_wrong_usage(self):
        for words, names in [(["--depth", "12"], ["--depth", "12"]), (["--device", "cuda"], ["cuda"]), (["--device", "gpu"], ["gpu", "cpu"]),
                             (["--max-pixels", "0"], ["--max-pixels"]), (["stray"], ["stray"]), (["--exakt"], ["--exact"]),
                             (["--method", "none"], ["none", "twice"])]:
            self.refused(t.USAGE, self.source, "x.png", *words, names=names)
        self.expect(t.USAGE, "smooth", "--in", self.source, "--out", self.out)
        self.expect(t.USAGE, "smooth", "--method", "none", "--out", self.out)
        self.expect(t.USAGE, "smooth", "--method", "none", "--in", self.source)
        self.expect(t.USAGE, "smooth", "--method", "none", "--in", "", "--out", self.out)

    def test_json_and_quiet(self):
        result = self.smooth(self.source, "a.png", "--json", "--quiet")
        self.assertEqual(json.loads(result.stdout), {"out": str(self.dir / "a.png"), "images": 1, "resumed": 0, "errors": 0})
        self.assertEqual((result.stdout.count("\n"), result.stderr), (1, ""))
        self.assertEqual(self.smooth(self.source, "b.png").stdout, "")

    def test_json_of_a_name_that_is_no_utf8(self):
        out = os.fsdecode(os.fsencode(self.dir) + b"/latin\xe9.png")
        result = self.smooth(self.source, out, "--json")
        self.assertIn("latin\ufffd.png", json.loads(result.stdout)["out"])
        self.assertTrue(os.path.exists(out))

    def test_the_help_lists_every_method(self):
        text = self.expect(t.DONE, "help", "smooth").stdout
        for name in ("none", "l0", "bilateral", "rgf", "rgf-cv", "ils-welsch", "ils-lnorm", "guided", "guided-cov", "pnls"):
            self.assertRegex(text, rf"(?m)^  {name} +\w")


class Threads(SmoothCase):
    def test_same_bytes_at_any_number_of_threads(self):
        t.write_rgb(self.source, t.photo(self.rng, 130, 170) // 2 + t.noise(self.rng, 130, 170) // 4)
        for method in ("l0", "ils-welsch", "ils-lnorm", "bilateral", "rgf", "rgf-cv", "guided", "guided-cov", "pnls:iterations=2"):
            outs = {self.result(self.source, "out.tif", "--overwrite", "--threads", threads, method=method).tobytes() for threads in (1, 2, 3)}
            self.assertEqual(len(outs), 1, method)


if __name__ == "__main__":
    t.main()
