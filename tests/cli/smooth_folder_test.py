"""`csgis smooth` of a folder: names, several methods, bad images, going on after an end that nobody wanted."""
import json
import os
import random
import shutil
import signal
import time

import numpy as np
from PIL import Image

import csgis_test as t

METHODS = ["l0:lambda=0.03", "rgf"]


class FolderCase(t.Case):
    def setUp(self):
        super().setUp()
        self.photos = self.dir / "photos"
        self.photos.mkdir()

    def make_photos(self, count=4, size=(24, 32)):
        rng = np.random.default_rng(11)
        for i in range(count):
            t.write_rgb(self.photos / f"p{i:02}.png", t.photo(rng, size[0] + i % 3, size[1] + 2 * (i % 4)))

    def words(self, *options, methods=("l0",), out=None, source=None):
        named = [word for method in methods for word in ("--method", method)]
        return ["smooth", *named, "--in", source or self.photos, "--out", out or self.out, *options]

    def smooth(self, *options, code=t.DONE, timeout=120, **words):
        return self.expect(code, *self.words(*options, **words), timeout=timeout)

    def names(self, out=None):
        return set(t.tree(out or self.out))


class Folder(FolderCase):
    def test_names_and_extensions_are_kept_and_each_file_is_as_if_alone(self):
        rng = np.random.default_rng(2)
        rgb = t.photo(rng, 20, 30)
        for name in ("a.b.PNG", "c.tif", "d.tiff", "e.jpg", "f.JPEG", "ä ö.png", "-g.png", "grey.png"):
            t.write_rgb(self.photos / name, rgb if name != "grey.png" else rgb[:, :, 0])
        t.cv2.imwrite(str(self.photos / "deep.png"), rng.integers(0, 65536, (9, 8, 3), dtype=np.uint16))
        (self.photos / "notes.txt").write_text("x")
        (self.photos / ".hidden.png").write_text("x")
        (self.photos / "sub").mkdir()
        names = {p.name for p in self.photos.iterdir()} - {"notes.txt", ".hidden.png", "sub"}
        result = self.smooth()
        self.assertEqual(result.stdout, f"{self.out}: 9 images\n")
        self.assertEqual(self.names(), names)
        self.assert_clean()
        for name in names:
            self.expect(t.DONE, "smooth", "--method", "l0", "--in", self.photos / name, "--out", self.dir / "alone" / name)
        self.assert_same_tree(self.out, self.dir / "alone")

    def test_several_methods_have_a_folder_each(self):
        self.make_photos()
        methods = ["l0", "rgf", "l0:lambda=0.1", "none"]
        result = self.smooth(methods=methods)
        self.assertEqual(result.stdout, f"{self.out}: 16 images\n")
        folders = ["l0", "rgf", "l0-2", "none"]
        self.assertEqual({name for name in self.names() if "/" not in name}, {*folders, "methods.json"})
        listed = json.loads((self.out / "methods.json").read_text())
        self.assertEqual(listed["schema"], 1)
        self.assertEqual([entry["folder"] for entry in listed["methods"]], folders)
        self.assertRegex(listed["methods"][2]["method"], r"^l0:lambda=0\.1,")
        for folder, method in zip(folders, methods):
            alone = self.dir / f"alone-{folder}"
            self.smooth(methods=[method], out=alone)
            self.assert_same_tree(self.out / folder, alone)

    def test_several_methods_on_one_file(self):
        self.make_photos(1)
        source = self.photos / "p00.png"
        before = source.read_bytes()
        self.smooth(methods=METHODS, source=source)
        self.assertEqual({n for n, digest in t.tree(self.out).items() if digest}, {"l0/p00.png", "rgf/p00.png", "methods.json"})
        self.smooth(methods=METHODS, source=self.dir / "missing.png", out=self.dir / "x", code=t.NOTHING_USABLE)
        self.assertEqual(source.read_bytes(), before)

    def test_threads_change_no_byte(self):
        self.make_photos(5)
        methods = ["l0", "ils-welsch", "bilateral", "rgf", "guided-cov"]
        self.smooth("--threads", "1", methods=methods)
        for threads in (2, 3, 8):
            out = self.dir / f"threads{threads}"
            self.smooth("--threads", threads, methods=methods, out=out)
            self.assert_same_tree(out, self.out, f"{threads} threads")

    def test_json(self):
        self.make_photos()
        expected = {"out": str(self.out), "images": 8, "resumed": 0, "errors": 0}
        self.assertEqual(json.loads(self.smooth("--json", methods=METHODS).stdout), expected)
        self.assertEqual(json.loads(self.smooth("--json", methods=METHODS).stdout), {**expected, "resumed": 8})
        self.assertIn("8 images, 8 of them from an earlier run", self.smooth(methods=METHODS).stdout)
        (self.photos / "bad.png").write_bytes(b"")
        result = self.smooth("--json", methods=METHODS, out=self.dir / "b", code=t.ITEMS_FAILED)
        self.assertEqual((json.loads(result.stdout)["errors"], json.loads(result.stdout)["images"]), (1, 8))

    def test_crop_right_of_pairs(self):
        self.make_photos()
        halves = self.dir / "halves"
        halves.mkdir()
        for path in self.photos.iterdir():
            pixels = np.asarray(Image.open(path))
            t.write_rgb(halves / path.name, pixels[:, pixels.shape[1] // 2:])
        self.smooth("--crop-right")
        self.smooth(source=halves, out=self.dir / "expected")
        self.assert_same_tree(self.out, self.dir / "expected")


class BadImages(FolderCase):
    def setUp(self):
        super().setUp()
        self.make_photos()
        self.smooth(methods=METHODS, out=self.dir / "good")

    def check(self, expected, *options, methods=METHODS, reasons=()):
        """The errors are these (item, file, stage); the other images are as without the bad ones."""
        self.smooth(*options, methods=methods, code=t.ITEMS_FAILED)
        errors = self.errors()
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in errors], expected)
        for error, part in zip(errors, reasons):
            self.assertIn(part, error["reason"])
            self.assertNotIn(str(self.dir), error["reason"])
        self.assert_clean()

    def assert_good_ones(self, methods=METHODS):
        ours = t.tree(self.out)
        ours.pop("errors.jsonl")
        self.assert_same_tree(ours, self.dir / "good")

    def test_one_bad_image(self):
        content = (self.photos / "p01.png").read_bytes()
        (self.photos / "bad.png").write_bytes(content[:-40])
        self.check([("bad", "bad.png", "image")])
        self.assert_good_ones()
        (self.photos / "bad.png").unlink()  # bad inputs are no part of the identity
        self.smooth(methods=METHODS)
        self.assert_same_tree(self.out, self.dir / "good")

    def test_what_is_no_file(self):
        os.mkfifo(self.photos / "pipe.png")
        (self.photos / "lost.png").symlink_to("nowhere.png")
        (self.photos / "folder.png").mkdir()
        self.check([("lost", "lost.png", "image"), ("pipe", "pipe.png", "image")])
        self.assert_good_ones()

    def test_formats_that_are_not_written(self):
        Image.open(self.photos / "p00.png").save(self.photos / "x.webp", lossless=True)
        Image.open(self.photos / "p00.png").save(self.photos / "y.bmp")
        self.check([("x", "x.webp", "image"), ("y", "y.bmp", "image")], reasons=[".tif", ".tif"])
        self.assert_good_ones()

    def test_names_that_no_record_can_hold(self):
        content = (self.photos / "p00.png").read_bytes()
        for name in (b"latin\xe9.png", b"new\nline.png"):
            (self.photos / os.fsdecode(name)).write_bytes(content)
        self.check([("latin\ufffd", "latin\ufffd.png", "image"), ("new\nline", "new\nline.png", "image")], reasons=["UTF-8", "control"])
        self.assert_good_ones()

    def test_depths_that_a_format_cannot_hold(self):
        Image.open(self.photos / "p00.png").save(self.photos / "x.jpg")
        Image.open(self.photos / "p00.png").save(self.photos / "y.tif")
        self.check([("x", "x.jpg", "image")], "--depth", "16", reasons=["JPEG cannot hold"])
        self.assertEqual(t.cv2.imread(str(self.out / "l0/y.tif"), -1).dtype, np.uint16)
        for path in self.photos.glob("*.png"):
            path.unlink()
        shutil.rmtree(self.out)
        (self.photos / "y.tif").unlink()
        message = self.smooth("--depth", "float", code=t.NOTHING_USABLE).stderr
        self.assertIn("x.jpg", message)

    def test_alpha_in_a_jpeg_name(self):
        Image.fromarray(t.noise(np.random.default_rng(1), 6, 6, 4)).save(self.photos / "x.jpg", "PNG")
        self.check([("x", "x.jpg", "smooth")], reasons=["alpha"])
        self.assert_good_ones()

    def test_an_odd_width_is_one_error_however_many_methods(self):
        t.write_rgb(self.photos / "odd.png", t.noise(np.random.default_rng(1), 6, 7))
        self.check([("odd", "odd.png", "smooth")], "--crop-right", reasons=["width 7 is odd"])
        result = self.smooth("--crop-right", "--json", methods=METHODS, code=t.ITEMS_FAILED)
        self.assertEqual(json.loads(result.stdout)["errors"], 1)
        self.assertIn("1 item failed", result.stderr)

    def test_values_that_one_method_refuses(self):
        t.cv2.imwrite(str(self.photos / "x.pfm"), np.zeros((5, 5, 3), np.float32))
        from image_bytes import tiff_bytes
        (self.photos / "z.tif").write_bytes(tiff_bytes(np.full((9, 9, 3), 3, np.float32), "<"))
        methods = ["l0", "pnls:iterations=1"]
        self.check([("x", "x.pfm", "image"), ("z", "z.tif", "smooth")], methods=methods, reasons=[".tif", "--normalise"])
        self.assertIn("l0/z.tif", self.names())
        self.assertNotIn("pnls/z.tif", self.names())
        self.smooth("--normalise", methods=methods, out=self.dir / "n", code=t.ITEMS_FAILED)
        self.assertIn("pnls/z.tif", self.names(self.dir / "n"))

    def test_all_bad(self):
        for path in self.photos.iterdir():
            path.write_bytes(b"x")
        message = self.smooth(code=t.NOTHING_USABLE).stderr
        self.assertIn("p00.png", message)
        self.assertEqual(self.names(), {"errors.jsonl"})
        self.assertEqual(len(self.errors()), 4)

    def test_nothing_there(self):
        (self.dir / "empty").mkdir()
        self.smooth(source=self.dir / "empty", code=t.NOTHING_USABLE)
        self.assertFalse(self.out.exists())

    def test_on_error_stop(self):
        (self.photos / "a_bad.png").write_bytes(b"")
        result = t.csgis(*self.words("--on-error", "stop"))
        self.assertEqual((result.returncode, result.stdout), (t.ITEMS_FAILED, ""))
        self.assertIn("a_bad.png", result.stderr)
        self.assertEqual([e["file"] for e in self.errors()], ["a_bad.png"])

    def test_two_files_of_one_id(self):
        Image.open(self.photos / "p00.png").save(self.photos / "p00.tif")
        message = self.smooth(code=t.USAGE).stderr
        self.assertIn("p00.png", message)
        self.assertIn("p00.tif", message)


class Places(FolderCase):
    def setUp(self):
        super().setUp()
        self.make_photos()

    def test_the_input_folder_is_never_the_output(self):
        before = t.tree(self.photos)
        (self.dir / "link").symlink_to("photos")
        for out in (self.photos, self.dir / "link", self.dir / "gt/../photos"):
            for more in ([], ["--overwrite"]):
                self.assertIn("same folder", self.smooth(*more, out=out, code=t.USAGE).stderr)
        self.assert_same_tree(self.photos, before)
        self.assertEqual([p.name for p in self.photos.glob(".csgis*")], [])

    def test_the_input_is_not_a_folder_of_a_method(self):
        source = self.out / "l0"
        shutil.copytree(self.photos, source)
        for where in (source, source / "p00.png"):
            for more in ([], ["--overwrite"]):
                self.smooth(*more, methods=METHODS, source=where, code=t.USAGE)
        self.assert_same_tree(source, self.photos)

    def test_an_output_inside_the_input(self):
        out = self.photos / "smooth"
        self.smooth(out=out)
        self.smooth(out=out)
        self.assertEqual(self.names(out), {f"p{i:02}.png" for i in range(4)})

    def test_other_options_belong_into_another_folder(self):
        self.smooth(methods=METHODS)
        before = t.tree(self.out)
        for options, methods, names in [(["--exact"], METHODS, ["/options/exact"]), (["--depth", "16"], METHODS, ["/options/depth"]),
                                        ([], ["l0", "rgf"], ["/options/method/0"]), ([], METHODS[:1], ["/options/method"]),
                                        (["--normalise"], METHODS, ["normalise"]), (["--crop-right"], METHODS, ["crop-right"])]:
            message = self.smooth(*options, methods=methods, code=t.OUTPUT_FAILED).stderr
            for part in [*names, "--overwrite", str(self.out)]:
                self.assertIn(part, message)
        self.assert_same_tree(self.out, before)
        self.smooth("--threads", "1", "--quiet", "--progress", "never", methods=METHODS)
        self.smooth("--exact", "--overwrite", methods=METHODS)
        self.smooth(methods=METHODS, code=t.OUTPUT_FAILED)

    def test_other_inputs_belong_into_another_folder(self):
        self.smooth()
        t.write_rgb(self.photos / "p01.png", t.noise(np.random.default_rng(3), 9, 9))
        self.assertIn("/inputs/1/sha256", self.smooth(code=t.OUTPUT_FAILED).stderr)

    def test_a_folder_of_somebody_else(self):
        for name, methods in [("p02.png", ["l0"]), ("l0/mine.png", METHODS), ("methods.json", METHODS)]:
            out = self.dir / name.replace("/", "_")
            (out / name).parent.mkdir(parents=True)
            (out / name).write_text("mine")
            self.assertIn("no journal", self.smooth(methods=methods, out=out, code=t.OUTPUT_FAILED).stderr)
            self.assertEqual((out / name).read_text(), "mine")
            self.smooth("--overwrite", methods=methods, out=out)

    def test_what_is_not_in_the_way_stays(self):
        self.out.mkdir()
        (self.out / "mine.png").write_text("mine")
        self.smooth()
        self.assertEqual((self.out / "mine.png").read_text(), "mine")

    def test_outputs_that_cannot_be_written(self):
        folder = self.read_only_folder()
        (self.dir / "file").write_text("mine")
        (self.dir / "loop").symlink_to("loop")
        for out in (folder, folder / "new", self.dir / "file", self.dir / "file/x", self.dir / "loop", self.dir / ("n" * 300)):
            self.assertIn("cannot write", self.smooth(out=out, code=t.OUTPUT_FAILED).stderr)
            self.smooth(methods=METHODS, out=out, code=t.OUTPUT_FAILED)
        (self.out / "rgf").parent.mkdir()
        (self.out / "rgf").write_text("mine")
        self.smooth(methods=METHODS, code=t.OUTPUT_FAILED)
        self.assertEqual((self.out / "rgf").read_text(), "mine")

    def test_a_full_disk(self):
        disk = self.dir / "disk"
        t.mount_tmpfs(self, disk, "size=28k")
        self.assertIn("No space left", self.smooth(out=disk / "out", methods=METHODS, code=t.OUTPUT_FAILED).stderr)
        self.assert_clean(disk / "out")
        t.remount(disk, "size=8m")
        self.smooth(out=disk / "out", methods=METHODS)
        self.smooth(methods=METHODS)
        self.assert_same_tree(disk / "out", self.out)


class Unfinished(FolderCase):
    COUNT = 20

    def setUp(self):
        super().setUp()
        self.make_photos(self.COUNT, (130, 170))
        (self.photos / "bad.png").write_bytes(b"x")
        self.total = 2 * self.COUNT
        whole = self.dir / "whole"
        began = time.monotonic()
        self.smooth(methods=METHODS, out=whole, code=t.ITEMS_FAILED)
        self.seconds = time.monotonic() - began
        self.expected = t.tree(whole)

    def start(self, *options, out=None):
        process = t.start(*self.words("--quiet", *options, methods=METHODS, out=out))
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def resume(self, *options, out=None):
        result = json.loads(self.smooth("--json", *options, methods=METHODS, out=out, code=t.ITEMS_FAILED).stdout)
        self.assertEqual((result["images"], result["errors"]), (self.total, 1))
        self.assert_same_tree(out or self.out, self.expected)
        self.assert_clean(out)
        return result["resumed"]

    def test_killed_at_random_moments(self):
        draw = random.Random(5)
        killed_inside = 0
        for i in range(12):
            out = self.dir / f"out{i}"
            process = self.start("--threads", 1 + i % 3, out=out)
            if i % 3 == 0:
                time.sleep(draw.random() * 1.1 * self.seconds)
            else:
                self.wait_for_images(process, draw.randrange(1, self.total), out)
            process.kill()
            process.wait()
            killed_inside += 0 < self.images(out) < self.total
            self.resume("--threads", 1 + (i + 1) % 3, out=out)
        self.assertGreater(killed_inside, 4, "the moments must lie within the work")

    def test_interrupted(self):
        process = self.start()
        self.wait_for_images(process, 10)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60 * t.SLOWNESS)
        self.assertEqual((process.returncode, out), (t.CANCELLED, ""), err)
        self.assert_clean()
        self.assertLess(self.images(), self.total)
        self.assertGreater(self.resume(), 5, "Ctrl-C keeps the journal")

    def test_changed_and_lost_results_are_made_again(self):
        self.smooth(methods=METHODS, code=t.ITEMS_FAILED)
        self.assertEqual(self.resume(), self.total)
        (self.out / "l0/p03.png").unlink()
        (self.out / "rgf/p04.png").write_bytes(b"")
        (self.out / "methods.json").unlink()
        self.assertEqual(self.resume(), self.total - 2)


if __name__ == "__main__":
    t.main()
