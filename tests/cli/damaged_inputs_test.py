"""Bad inputs made here: each is one line of errors.jsonl, and all good files beside it are built."""
import io
import os
import shutil
import struct
import zlib

import numpy as np
from PIL import Image

import csgis_test as t


class DamagedCase(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=3, textures=2)

    def check_bad(self, folder, names, stage, *options):
        """Builds both layouts; exactly the bad files are in the errors, and the rest is as if they were not there."""
        for layout in ("native", "reference"):
            out = self.dir / f"with-{layout}"
            shutil.rmtree(out, ignore_errors=True)
            result = self.build("--layout", layout, *options, code=t.ITEMS_FAILED, out=out)
            errors = self.errors(out)
            self.assertEqual([(e["item"], e["file"], e["stage"]) for e in errors],
                             sorted((name.rsplit(".", 1)[0], name, stage) for name in names))
            for e in errors:
                self.assertEqual(list(e), ["item", "file", "stage", "reason"])
                self.assertRegex(e["reason"], r"^[^\n]{5,300}$")
                self.assertNotIn(str(self.dir), e["reason"], "where the inputs lay is no part of a dataset")
            self.assertIn("errors.jsonl", result.stderr)
            without = self.dir / f"without-{layout}"
            if not without.exists():
                moved = self.dir / "moved"
                moved.mkdir()
                for name in names:
                    os.rename(folder / name, moved / name)
                self.build("--layout", layout, *options, out=without)
                for name in names:
                    os.rename(moved / name, folder / name)
                moved.rmdir()
            ours, expected = t.tree(out), t.tree(without)
            for tree in (ours, expected):
                tree.pop("dataset.json"), tree.pop("errors.jsonl", None)  # the counts differ
            self.assert_same_tree(ours, expected)
            self.assert_clean(out)


def png_chunks(*chunks):
    data = b"\x89PNG\r\n\x1a\n"
    for kind, payload in chunks:
        data += struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))
    return data


class BadImages(DamagedCase):
    def bad_images(self):
        rng = np.random.default_rng(1)
        image = Image.fromarray(t.photo(rng, 30, 40))
        files = {}
        for extension, options in [("png", {}), ("jpg", {"quality": 90}), ("webp", {"quality": 90}), ("tif", {"compression": "tiff_lzw"}), ("bmp", {})]:
            buffer = io.BytesIO()
            image.save(buffer, {"jpg": "JPEG", "tif": "TIFF"}.get(extension, extension.upper()), **options)
            whole = buffer.getvalue()
            files[f"cut_{extension}.{extension}"] = whole[:len(whole) * 2 // 3]
            files[f"empty_{extension}.{extension}"] = b""
            files[f"head_{extension}.{extension}"] = whole[:12]
        files["text.png"] = b"this is no image\n"
        files["page.jpg"] = b"<html></html>"
        header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
        files["bomb.png"] = png_chunks((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
        files["no_size.png"] = png_chunks((b"IHDR", struct.pack(">IIBBBBB", 0, 5, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
        return files

    def check(self, folder, stage):
        files = self.bad_images()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.check_bad(folder, list(files), stage)

    def test_as_gt(self):
        self.check(self.gt, "gt")

    def test_as_texture(self):
        self.check(self.tx, "texture")

    def test_the_same_bad_name_as_gt_and_as_texture_is_two_items(self):
        for folder in (self.gt, self.tx):
            (folder / "x.png").write_bytes(b"")
        self.build(code=t.ITEMS_FAILED)
        self.assertEqual([(e["item"], e["stage"]) for e in self.errors()], [("x", "gt"), ("x", "texture")])

    def test_the_limit_on_pixels_is_an_option(self):
        self.build("--max-pixels", "600", code=t.NOTHING_USABLE)
        t.write_rgb(self.gt / "large.png", np.zeros((300, 400, 3), np.uint8))
        self.build("--max-pixels", "100000", code=t.ITEMS_FAILED, out=self.dir / "b")
        (error,) = self.errors(self.dir / "b")
        self.assertIn("400 x 300", error["reason"])


class BadLabels(DamagedCase):
    def test_bad_labels_leave_out_their_gt(self):
        rng = np.random.default_rng(2)
        bad = {}
        for name in ("size", "class", "cut", "colour", "deep", "text", "alpha"):
            t.write_rgb(self.gt / f"{name}.png", t.photo(rng, 20, 30))
            t.write_labels(self.labels / f"{name}.png", t.class_map(rng, 20, 30))
            bad[name] = self.labels / f"{name}.png"
        t.write_labels(bad["size"], t.class_map(rng, 30, 20))
        t.write_labels(bad["class"], np.full((20, 30), 77, np.uint8))
        bad["cut"].write_bytes(bad["cut"].read_bytes()[:-30])
        t.write_rgb(bad["colour"], t.noise(rng, 20, 30))
        t.cv2.imwrite(str(bad["deep"]), np.zeros((20, 30), np.uint16))
        bad["text"].write_text("x")
        Image.fromarray(t.noise(rng, 20, 30, 2), "LA").save(bad["alpha"])
        self.build("--labels", self.labels, code=t.ITEMS_FAILED)
        errors = self.errors()
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in errors], [(name, f"{name}.png", "label") for name in sorted(bad)])
        reasons = {e["item"]: e["reason"] for e in errors}
        for name, part in [("size", "20x30"), ("class", "77"), ("colour", "VOC"), ("deep", "16")]:
            self.assertIn(part, reasons[name])
        self.assertEqual({s["gt_id"] for s in self.samples()}, {"gt00", "gt01", "gt02"})

    def test_labels_of_other_formats_and_other_ids(self):
        Image.open(self.labels / "gt01.png").convert("RGB").save(self.labels / "gt01.jpg")
        (self.labels / "gt01.png").unlink()
        (self.labels / "of_no_gt.png").write_text("x")  # never read
        self.build("--labels", self.labels, code=t.ITEMS_FAILED)
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in self.errors()], [("gt01", "gt01.jpg", "label")])


class NoFiles(DamagedCase):
    """What a folder may hold that is no regular file."""

    def test_links_pipes_and_devices(self):
        for folder, stage in [(self.gt, "gt"), (self.tx, "texture")]:
            with self.subTest(stage):
                (folder / "loop_a.png").symlink_to("loop_b.png")
                (folder / "loop_b.png").symlink_to("loop_a.png")
                (folder / "dangling.png").symlink_to("nowhere.png")
                (folder / "null.png").symlink_to("/dev/null")
                (folder / "zero.png").symlink_to("/dev/zero")
                os.mkfifo(folder / "pipe.png")
                names = ["loop_a.png", "loop_b.png", "dangling.png", "null.png", "zero.png", "pipe.png"]
                (folder / "up").symlink_to("..")
                (folder / "folder.png").mkdir()
                (folder / "folder.png" / "inside.png").write_text("x")
                (folder / "to_folder.png").symlink_to("folder.png")
                self.check_bad(folder, names, stage)
                for name in [*names, "up", "to_folder.png"]:
                    (folder / name).unlink()
                shutil.rmtree(self.dir / "without-native")
                shutil.rmtree(self.dir / "without-reference")

    def test_pipes_as_labels_and_lists(self):
        (self.labels / "gt01.png").unlink()
        os.mkfifo(self.labels / "gt01.png")
        self.build("--labels", self.labels, code=t.ITEMS_FAILED, timeout=20)
        self.assertEqual([(e["item"], e["stage"]) for e in self.errors()], [("gt01", "label")])
        for option in ("--gt-list", "--texture-list", "--groups"):
            self.build(option, self.labels / "gt01.png", code=t.NOTHING_USABLE, timeout=20, out=self.dir / "lists")

    def test_links_to_files_are_followed(self):
        self.build(out=self.dir / "plain")
        (self.dir / "elsewhere").mkdir()
        os.rename(self.gt / "gt01.png", self.dir / "elsewhere/x.bin")
        (self.gt / "gt01.png").symlink_to("../elsewhere/x.bin")
        self.build()
        self.assert_same_tree(self.out, self.dir / "plain")

    def test_unreadable_files(self):
        (self.gt / "gt01.png").chmod(0)
        if os.access(self.gt / "gt01.png", os.R_OK):  # root reads everything: ask as nobody
            for path in [self.dir, *self.dir.iterdir()]:
                path.chmod(0o777)
            user = {"user": 65534}
            try:
                readable = t.csgis("--version", **user).returncode == t.DONE
            except OSError:
                readable = False
            if not readable:
                self.skipTest("the program lies where nobody else may run it")
        else:
            user = {}
        self.build(code=t.ITEMS_FAILED, **user)
        (error,) = self.errors()
        self.assertEqual((error["item"], error["file"]), ("gt01", "gt01.png"))
        self.assertIn("Permission denied", error["reason"])
        self.assertEqual(len(self.samples()), 4)

    def test_names_that_fit_no_list(self):
        good = (self.gt / "gt00.png").read_bytes()
        for name in (b"new\nline.png", b"tab\t.png", b"latin\xe9.png"):
            (self.gt / os.fsdecode(name)).write_bytes(good)
        self.build(code=t.ITEMS_FAILED)
        errors = self.errors()
        self.assertEqual([e["file"] for e in errors], ["latin\ufffd.png", "new\nline.png", "tab\t.png"])
        self.assertEqual(len(self.samples()), 6)


class NothingLeft(DamagedCase):
    def test_all_bad(self):
        for folder, stage, option in [(self.tx, "texture", "--textures"), (self.gt, "gt", "--gt")]:
            for path in folder.iterdir():
                path.write_bytes(b"")
            out = self.dir / f"out-{stage}"
            message = self.build(code=t.NOTHING_USABLE, out=out).stderr
            self.assertIn(option, message)
            self.assertEqual([e["file"] for e in self.errors(out) if e["stage"] == stage], sorted(p.name for p in folder.iterdir()))
            self.assertEqual(set(t.tree(out)), {"errors.jsonl"})

    def test_empty_and_missing_folders(self):
        for folder in (self.dir / "lost", self.labels / "gt00.png"):
            self.expect(t.NOTHING_USABLE, "build", "--gt", folder, "--textures", self.tx, "--out", self.out)
            self.expect(t.NOTHING_USABLE, "build", "--gt", self.gt, "--textures", folder, "--out", self.out)
            self.build("--labels", folder, code=t.NOTHING_USABLE)
        (self.dir / "empty").mkdir()
        self.expect(t.NOTHING_USABLE, "build", "--gt", self.dir / "empty", "--textures", self.tx, "--out", self.out)
        self.assertFalse(self.out.exists())

    def test_the_errors_of_an_earlier_dataset_stay(self):
        (self.gt / "bad.png").write_bytes(b"")
        self.build(code=t.ITEMS_FAILED)
        before = t.tree(self.out)
        for path in self.gt.iterdir():
            path.write_bytes(b"")
        self.build(code=t.NOTHING_USABLE)
        self.assert_same_tree(self.out, before)

    def test_on_error_stop(self):
        (self.gt / "gt01.png").write_bytes(b"")
        result = t.csgis(*self.command("--on-error", "stop"))
        self.assertEqual((result.returncode, result.stdout), (t.ITEMS_FAILED, ""))
        self.assertIn("gt01.png", result.stderr)
        self.assertEqual([e["file"] for e in self.errors()], ["gt01.png"])
        self.assertEqual(set(t.tree(self.out)), {"errors.jsonl"})


if __name__ == "__main__":
    t.main()
