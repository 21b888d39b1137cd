"""Every file of the shared collection of bad and odd inputs (its README says what each is), as GT, as texture, as label
and as list: read as OpenCV reads it, or refused by one line, and good files beside it are built."""
import pathlib
import re
import shutil

import numpy as np
from PIL import Image

import csgis_test as t
import reference_peer as peer

BAD = t.shared_data() / "bad"

#: What this program does with the files for which the README leaves a choice.
REFUSED = {"no_iend.png", "animated_gif.png", "bomb_real_16000x16000.png"}
READ = {"jpeg_named.png", "png_named.jpg", "cmyk.jpg", "bmp_named.jpg", "grey16.png", "exif_orientation6.jpg", "rgba.png", "size_1x1.png",
        "size_3x2000.png", "size_2000x2.jpg"}
IGNORED = {".hidden.png", "directory.png"}
LABEL_REFUSED = {"value_77.png", "wrong_size.png", "jpeg.jpg"}
LABEL_READ = {"good.png", "grey_index.png", "rgb_coloured.png", "all_void.png", "all_background.png", "short_palette.png", "index_beyond_palette.png"}


def readme_rows():
    """File -> what the README expects."""
    rows = re.findall(r"^\| `(.+?)` \| \d+ \| .* \| (.+?) \|$", (BAD / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {name: expected for name, expected in rows}


def is_refused(name, expected):
    if name in REFUSED or name in READ:
        return name in REFUSED
    return expected.startswith(("must be refused", "refuse"))


class SharedBadFiles(t.Case):
    def images(self):
        return {name: is_refused(name, expected) for name, expected in readme_rows().items()
                if "/" not in name and pathlib.Path(name).suffix.lower() in (".png", ".jpg") and name not in IGNORED}

    def extensions(self):
        return sorted({pathlib.Path(name).suffix for name in self.images()})

    def test_the_table_is_complete(self):
        rows = readme_rows()
        self.assertGreater(len(rows), 50)
        for name in rows:
            if name != ".hidden.png":
                self.assertTrue((BAD / name).exists(), name)
        self.assertEqual({p.name for p in BAD.iterdir() if p.is_file()} - {"README.md", ".hidden.png"}, {n for n in self.images()})
        self.assertGreaterEqual(sum(self.images().values()), 12)

    def check(self, folder, other, stage):
        rng = np.random.default_rng(4)
        for extension in self.extensions():
            for path in [*folder.iterdir(), *other.iterdir()]:
                path.unlink()
            names = {name: refused for name, refused in self.images().items() if pathlib.Path(name).suffix == extension}
            for name in names:
                shutil.copyfile(BAD / name, folder / name)
            t.write_rgb(folder / "good beside.bmp", t.photo(rng, 20, 31))
            t.write_rgb(other / "o.png", t.photo(rng, 25, 17))
            (folder / ".hidden.png").write_bytes((BAD / "rgb8.png").read_bytes())
            (folder / "directory.png").mkdir()
            shutil.copyfile(BAD / "directory.png/keep.txt", folder / "directory.png/keep.txt")
            out = self.dir / f"out{extension}"
            self.build("--layout", "reference", "--max-pixels", "50000000", code=t.ITEMS_FAILED if any(names.values()) else t.DONE, out=out)
            errors = self.errors(out)
            self.assertEqual([e["file"] for e in errors], sorted((n for n, refused in names.items() if refused), key=lambda n: (n.rsplit(".", 1)[0]).encode()))
            for e in errors:
                self.assertEqual((e["item"], e["stage"]), (e["file"].rsplit(".", 1)[0], stage))
                self.assertNotIn("\n", e["reason"])
            good = sorted([*(n for n, refused in names.items() if not refused), "good beside.bmp"], key=str.encode)
            self.check_pixels(out, [folder / n for n in good], other / "o.png", stage)
            shutil.rmtree(folder / "directory.png")

    def check_pixels(self, out, files, other, stage):
        self.assertEqual({p.name for p in (out / "train").iterdir()}, {f"{i}.png" for i in range(len(files))})
        gts = len(files) if stage == "gt" else 1
        for folder in ("gt", "edge"):
            self.assertEqual({p.name for p in (out / folder).iterdir()}, {f"{i}.png" for i in range(gts)})
        for index, path in enumerate(files):
            gt, texture = (path, other) if stage == "gt" else (other, path)
            image = t.read_bgr(gt)
            blend, _ = peer.blend(image, t.read_bgr(texture))
            np.testing.assert_array_equal(t.read_bgr(out / f"train/{index}.png"), np.hstack([image, blend]), path.name)

    def test_as_gt(self):
        self.check(self.gt, self.tx, "gt")

    def test_as_texture(self):
        self.check(self.tx, self.gt, "texture")

    def test_labels(self):
        rows = {pathlib.Path(name).name: expected for name, expected in readme_rows().items() if name.startswith("labels/") and "image.jpg" not in name}
        self.assertEqual(set(rows), LABEL_REFUSED | LABEL_READ)
        t.write_rgb(self.tx / "o.png", np.zeros((5, 5, 3), np.uint8))
        for name in rows:  # each label file for a GT of its own
            shutil.copyfile(BAD / "labels/image.jpg", self.gt / f"{pathlib.Path(name).stem}.jpg")
            shutil.copyfile(BAD / "labels" / name, self.labels / name)
        self.build("--labels", self.labels, code=t.ITEMS_FAILED)
        self.assertEqual([(e["file"], e["stage"]) for e in self.errors()], [(name, "label") for name in sorted(LABEL_REFUSED)])
        reasons = {e["file"]: e["reason"] for e in self.errors()}
        self.assertIn("77", reasons["value_77.png"])
        self.assertIn("110x80", reasons["wrong_size.png"])
        ours = {s["gt_id"]: np.asarray(Image.open(self.out / s["label"])) for s in self.samples()}
        self.assertEqual(set(ours), {name.rsplit(".", 1)[0] for name in LABEL_READ})
        good = np.asarray(Image.open(BAD / "labels/good.png"))
        for name in ("good", "grey_index", "rgb_coloured"):
            np.testing.assert_array_equal(ours[name], good, name)
        for name in ("short_palette", "index_beyond_palette", "all_void", "all_background"):
            np.testing.assert_array_equal(ours[name], np.asarray(Image.open(BAD / f"labels/{name}.png")), name)
        self.expect(t.DONE, "data", "verify", self.out)

    def test_lists(self):
        first, second = "2007_004189", "2008_002536"
        for name in (first, second):
            t.write_rgb(self.gt / f"{name}.png", np.zeros((5, 6, 3), np.uint8))
        t.write_rgb(self.tx / "o.png", np.zeros((5, 5, 3), np.uint8))
        read = {"crlf.txt", "blank_lines.txt", "no_final_newline.txt", "bom.txt", "with_flags.txt"}
        refused = {"duplicate.txt": (t.USAGE, "twice"), "missing_id.txt": (t.USAGE, "2099_999999"), "traversal.txt": (t.USAGE, "etc/hostname"),
                   "empty.txt": (t.NOTHING_USABLE, "no names"), "binary.txt": (t.USAGE, "no list"), "long_line.txt": (t.USAGE, "too long")}
        self.assertEqual({p.name for p in (BAD / "lists").iterdir()}, read | set(refused))
        for name in read:
            out = self.dir / name
            self.build("--layout", "reference", "--gt-list", BAD / "lists" / name, out=out)
            self.assertEqual((out / "map.txt").read_text(), f"{first},0\n{second},1\n", name)
        for name, (code, part) in refused.items():
            self.assertIn(part, self.build("--gt-list", BAD / "lists" / name, code=code).stderr)


if __name__ == "__main__":
    t.main()
