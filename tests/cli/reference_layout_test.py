"""`csgis build --layout reference` against an independent twin: pixels, edges, map.txt, numbering, labels, val."""
import itertools
import json
import shutil

import numpy as np
from PIL import Image

import csgis_test as t
import reference_peer as peer


class ReferenceCase(t.Case):
    def build_reference(self, *options, **more):
        return self.build("--layout", "reference", *options, **more)

    def assert_equal_images(self, ours, expected, what):
        self.assertEqual(ours.shape, expected.shape, what)
        different = np.argwhere(ours != expected)
        self.assertEqual(len(different), 0, f"{what}: {len(different)} values differ, first at {different[:1]}")

    def check_against_peer(self, gt_files, texture_files):
        """Every file of the dataset, given the inputs in their order. Returns how many exact ties there were."""
        gts = [t.read_bgr(path) for path in gt_files]
        textures = [t.read_bgr(path) for path in texture_files]
        ties = 0
        for index, (texture, (key, gt)) in enumerate(itertools.product(textures, enumerate(gts))):
            self.assertEqual(index % len(gts), key)
            blend, tied = peer.blend(gt, texture)
            ties += tied
            pair = t.read_bgr(self.out / "train" / f"{index}.png")
            self.assert_equal_images(pair, np.hstack([gt, blend]), f"{gt_files[key].name} + {texture_files[index // len(gts)].name}")
        for key, gt in enumerate(gts):
            self.assert_equal_images(t.read_bgr(self.out / "gt" / f"{key}.png"), gt, f"gt {key}")
            edge = np.asarray(Image.open(self.out / "edge" / f"{key}.png"))
            self.assert_equal_images(edge, peer.edges(gt), f"edge of {gt_files[key].name}")
        lines = "".join(f"{path.name.split('.')[0]},{key}\n" for key, path in enumerate(gt_files))
        self.assertEqual((self.out / "map.txt").read_text(encoding="utf-8"), lines)
        names = {"dataset.json", "map.txt", "train", "edge", "gt"}
        names |= {f"train/{i}.png" for i in range(len(gts) * len(textures))}
        names |= {f"{folder}/{key}.png" for folder in ("edge", "gt") for key in range(len(gts))}
        self.assertEqual(set(t.tree(self.out)), names)
        return ties

    def by_name(self, folder):
        return sorted(folder.iterdir(), key=lambda path: path.name.encode())


class Pixels(ReferenceCase):
    def test_every_mix_of_sizes(self):
        rng = np.random.default_rng(11)
        sizes = [(1, 1), (1, 2), (1, 13), (2, 1), (17, 1), (2, 2), (3, 3), (5, 31), (31, 5), (8, 16), (64, 48)]
        for h, w in sizes:
            t.write_rgb(self.gt / f"g{h}x{w}.png", t.photo(rng, h, w))
            t.write_rgb(self.tx / f"t{h}x{w}.png", t.noise(rng, h, w))
        self.build_reference()
        self.check_against_peer(self.by_name(self.gt), self.by_name(self.tx))

    def test_halves_go_to_the_even_neighbour(self):
        """Two-level textures: the mean over a GT that they tile evenly ends in .5, so every pixel is a tie."""
        rng = np.random.default_rng(12)
        for h, w in [(4, 4), (6, 10), (3, 8)]:
            t.write_rgb(self.gt / f"noise{h}x{w}.png", t.noise(rng, h, w))
        t.write_rgb(self.gt / "ramp.png", np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2))
        for low, high in [(100, 101), (0, 255), (7, 20)]:
            columns = np.tile(np.array([low, high], np.uint8), (2, 1))
            t.write_rgb(self.tx / f"columns{low}_{high}.png", np.repeat(columns[:, :, None], 3, axis=2))
        self.build_reference()
        ties = self.check_against_peer(self.by_name(self.gt), self.by_name(self.tx))
        self.assertGreater(ties, 1000, "the test is about ties")

    def test_saturated_values_are_cut(self):
        for name, level in [("black", 0), ("white", 255), ("grey", 128)]:
            t.write_rgb(self.gt / f"{name}.png", np.full((9, 11, 3), level, np.uint8))
        rng = np.random.default_rng(13)
        t.write_rgb(self.tx / "strong.png", (t.noise(rng, 7, 5) > 128).astype(np.uint8) * 255)
        self.build_reference()
        self.check_against_peer(self.by_name(self.gt), self.by_name(self.tx))

    def test_red_and_blue_of_the_texture_are_swapped_as_published(self):
        t.write_rgb(self.gt / "g.png", np.full((4, 8, 3), 100, np.uint8))
        half = np.zeros((4, 8, 3), np.uint8)
        half[:, :4, 0] = 200  # red: 0.114 of it counts
        t.write_rgb(self.tx / "red.png", half)
        self.build_reference()
        blend = t.read_bgr(self.out / "train/0.png")[:, 8:]
        self.assertEqual(sorted(np.unique(blend)), [89, 111])  # 100 +- 0.114 * 200 / 2 = 100 +- 11.4
        self.build_reference("--luma", "rec601", out=self.dir / "rec601")
        blend = t.read_bgr(self.dir / "rec601/train/0.png")[:, 8:]
        self.assertEqual(sorted(np.unique(blend)), [70, 130])  # 100 +- 0.299 * 200 / 2


class Inputs(ReferenceCase):
    def test_formats_are_read_as_opencv_reads_them(self):
        rng = np.random.default_rng(14)
        rgb = Image.fromarray(t.photo(rng, 20, 30))
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            rgb.save(self.gt / f"exif{orientation}.jpg", quality=92, exif=exif)
        rgb.convert("L").save(self.gt / "grey.png")
        rgb.convert("L").save(self.gt / "grey_lossy.jpeg")
        rgb.convert("L").point(lambda v: 255 * (v > 100), "1").save(self.gt / "onebit.png")
        rgb.quantize(20).save(self.gt / "palette.png")
        rgb.save(self.gt / "progressive.jpg", progressive=True, quality=70)
        for extension in ("bmp", "tif", "PNG"):
            rgb.save(self.gt / f"plain_{extension}.{extension}")
        rgb.save(self.gt / "webp.webp", lossless=True)
        for name, channels, dtype in [("rgb16", 3, np.uint16), ("grey16", 1, np.uint16), ("rgba8", 4, np.uint8), ("rgba16", 4, np.uint16)]:
            values = rng.integers(0, np.iinfo(dtype).max + 1, (12, 17, channels), dtype=dtype)
            t.cv2.imwrite(str(self.gt / f"{name}.png"), values)
        for path in self.gt.iterdir():
            shutil.copy(path, self.tx / ("tx_" + path.name))
        self.build_reference()
        self.check_against_peer(self.by_name(self.gt), self.by_name(self.tx))

    def test_the_bytes_of_the_names_give_the_order(self):
        rng = np.random.default_rng(15)
        for name in ["b.png", "B.png", "a.b.png", "a-b.png", "a b.png", "10.png", "9.png", "é.png", "z.jpg", "Z_1.png"]:
            image = Image.fromarray(t.photo(rng, 8, 9))
            image.save(self.gt / name)
            image.save(self.tx / name)
        self.build_reference()
        order = self.by_name(self.gt)
        self.assertEqual([p.name for p in order[:3]], ["10.png", "9.png", "B.png"])
        self.check_against_peer(order, self.by_name(self.tx))

    def test_lists_give_the_order(self):
        self.inputs(gts=5, textures=3)
        (self.dir / "gts.txt").write_text("gt03\ngt00.png\ngt04\n")
        (self.dir / "map.txt").write_text("tx00,2\ntx02,0\ntx01,1\n")
        self.build_reference("--gt-list", self.dir / "gts.txt", "--texture-list", self.dir / "map.txt")
        self.check_against_peer([self.gt / f"gt{i}.png" for i in ("03", "00", "04")],
                                [self.tx / f"tx{i}.png" for i in ("02", "01", "00")])

    def test_a_map_of_an_earlier_build_gives_its_order(self):
        self.inputs(gts=5, textures=2)
        (self.dir / "gts.txt").write_text("gt03\ngt00\ngt04\ngt01\ngt02")
        self.build_reference("--gt-list", self.dir / "gts.txt")
        again = self.dir / "again"
        self.build_reference("--gt-list", self.out / "map.txt", out=again)
        self.assert_same_tree(self.out, again)

    def test_bad_inputs_leave_no_gap_in_the_numbers(self):
        self.inputs(gts=5, textures=3)
        (self.gt / "gt01.png").write_bytes(b"no image")
        (self.tx / "tx00.png").write_bytes((self.tx / "tx00.png").read_bytes()[:-20])
        self.build_reference(code=t.ITEMS_FAILED)
        self.assertEqual([e["file"] for e in self.errors()], ["gt01.png", "tx00.png"])
        (self.gt / "gt01.png").unlink()
        (self.tx / "tx00.png").unlink()
        (self.out / "errors.jsonl").unlink()
        self.check_against_peer(self.by_name(self.gt), self.by_name(self.tx))


class LabelsAndVal(ReferenceCase):
    def test_seg_keeps_indices_and_the_voc_palette(self):
        self.inputs(gts=4, textures=1)
        self.build_reference("--labels", self.labels)
        for key in range(4):
            seg = Image.open(self.out / f"seg/{key}.png")
            self.assertEqual(seg.mode, "P")
            np.testing.assert_array_equal(np.asarray(seg), np.asarray(Image.open(self.labels / f"gt{key:02}.png")))
            palette = np.array(seg.getpalette(), np.uint8)
            np.testing.assert_array_equal(palette, t.voc_palette().ravel()[:palette.size])
            self.assertEqual(palette.size, 768)

    def test_without_labels_there_is_no_seg(self):
        self.inputs(gts=2, textures=1)
        self.build_reference()
        self.assertFalse((self.out / "seg").exists())

    def test_a_missing_label_must_be_asked_for(self):
        self.inputs(gts=3, textures=1)
        (self.labels / "gt01.png").unlink()
        result = self.build_reference("--labels", self.labels, code=t.USAGE)
        self.assertIn("--missing-label void", result.stderr)
        self.assertIn("gt01.png", result.stderr)
        self.build_reference("--labels", self.labels, "--missing-label", "void")
        seg = np.asarray(Image.open(self.out / "seg/1.png"))
        self.assertEqual(seg.shape, t.read_bgr(self.gt / "gt01.png").shape[:2])
        self.assertTrue((seg == 255).all())
        self.assertEqual(json.loads((self.out / "dataset.json").read_text())["counts"]["without_label"], 1)

    def test_val_moves_pairs_under_their_numbers(self):
        self.inputs(gts=5, textures=4)
        whole = self.dir / "whole"
        self.build_reference("--labels", self.labels, out=whole)
        self.build_reference("--labels", self.labels, "--val", "6", "--seed", "3")
        train, val = ({p.name for p in (self.out / name).iterdir()} for name in ("train", "val"))
        self.assertEqual(len(val), 6)
        self.assertEqual(train | val, {f"{i}.png" for i in range(20)})
        self.assertFalse(train & val)
        expected = t.tree(whole)
        for name in val:
            expected[f"val/{name}"] = expected.pop(f"train/{name}")
        ours = t.tree(self.out)
        for files in (expected, ours):
            files.pop("dataset.json"), files.pop("val", None)
        self.assert_same_tree(ours, expected)
        other = self.dir / "other"
        self.build_reference("--val", "6", "--seed", "4", out=other)
        self.assertNotEqual({p.name for p in (other / "val").iterdir()}, val)

    def test_val_as_a_fraction_counts_pairs(self):
        self.inputs(gts=5, textures=4)
        for text, count in [("0.1", 2), ("0.01", 1), ("1.", 20), ("0", 0), ("0.", 0), ("20", 20)]:
            out = self.dir / f"val{text}"
            self.build_reference("--val", text, out=out)
            val = list((out / "val").iterdir()) if (out / "val").exists() else []
            self.assertEqual(len(val), count, text)
            counts = json.loads((out / "dataset.json").read_text())["counts"]
            self.assertEqual(counts["splits"], {"train": 20 - count, "val": count})
            self.assertEqual(counts["samples"], 20)

    def test_what_makes_no_sense_here_is_refused(self):
        self.inputs(gts=2, textures=2)
        self.assertIn("native", self.build_reference("--split-by", "gt", code=t.USAGE).stderr)
        self.build_reference("--val", "5", code=t.USAGE)
        self.build_reference("--missing-label", "void", code=t.USAGE)
        self.assertEqual(t.tree(self.out) if self.out.exists() else {}, {})


if __name__ == "__main__":
    t.main()
