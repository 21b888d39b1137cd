"""`csgis evaluate` with several ground truths, with labels, and without ground truth."""
import json
import math
import os
import shutil

import numpy as np
from PIL import Image

import csgis_test as t
from evaluate_test import EvaluateCase


class SeveralGroundTruths(EvaluateCase):
    """The form of the EPS benchmark: 0001_1.png .. 0001_3.png."""

    def setUp(self):
        super().setUp()
        self.images = {}
        rng = np.random.default_rng(3)
        for i, size in enumerate([(20, 30), (25, 17), (31, 22)], 1):
            base = t.photo(rng, *size)
            gts = [np.clip(base.astype(int) + rng.integers(-9, 10, base.shape), 0, 255).astype(np.uint8) for _ in range(3)]
            t.write_rgb(self.pred / f"{i:04}.png", base)
            for k, gt in enumerate(gts, 1):
                t.write_rgb(self.gt / f"{i:04}_{k}.png", gt)
            self.images[f"{i:04}"] = base, gts
        self.weights = np.round(rng.random((3, 3)), 3)
        self.table = self.dir / "weights.tsv"

    def write(self, *lines):
        self.table.write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))

    def several(self, *options, code=t.DONE):
        return self.evaluate("--pairing", "multi", "--metrics", "wmae,wrmse", "--overwrite", *options, code=code)

    def expected(self, weights):
        """The published formula: pooled over the set."""
        ae = se = n = 0
        for w, (pred, gts) in zip(weights, self.images.values()):
            ae += sum(wk * np.abs(pred.astype(float) - g).sum() for wk, g in zip(w, gts))
            se += sum(wk * ((pred.astype(float) - g) ** 2).sum() for wk, g in zip(w, gts))
            n += pred.size
        return ae / n, math.sqrt(se / n)

    def means(self):
        return [next(s["mean"] for s in self.results()["summary"] if s["metric"] == m) for m in ("wmae", "wrmse")]

    def test_pooled_as_published(self):
        self.write(*self.weights)
        self.several("--gt-weights", self.table)
        np.testing.assert_allclose(self.means(), self.expected(self.weights), rtol=1e-12)
        pred, gts = self.images["0002"]
        own = sum(w * np.abs(pred.astype(float) - g).mean() for w, g in zip(self.weights[1], gts))
        self.assertAlmostEqual(self.row("0002")["metrics"]["wmae"], own, 9)
        self.several()
        np.testing.assert_allclose(self.means(), self.expected(np.full((3, 3), 1 / 3)), rtol=1e-12)

    def test_a_header_and_names(self):
        self.write(("a", "b", "c"), *self.weights)
        self.several("--gt-weights", self.table)
        np.testing.assert_allclose(self.means(), self.expected(self.weights), rtol=1e-12)
        named = [(name, *w) for name, w in zip(self.images, self.weights)]
        self.write(("image", 1, 2, 3), ("0999", 1, 1, 1), *reversed(named))
        self.several("--gt-weights", self.table)
        np.testing.assert_allclose(self.means(), self.expected(self.weights), rtol=1e-12)
        self.write(("image", 1, 2, 3), *named[:2])
        self.several("--gt-weights", self.table, code=t.ITEMS_FAILED)
        self.assertIn("no line for it", self.row("0003")["error"])

    def test_uneven_ground_truths_fail_their_image(self):
        (self.gt / "0002_3.png").unlink()
        shutil.copy(self.gt / "0003_1.png", self.gt / "0003_7.png")
        (self.gt / "0003_2.png").unlink()
        shutil.copy(self.gt / "0003_1.png", self.gt / "stray.png")
        self.several(code=t.ITEMS_FAILED)
        self.assertIn("2 ground truths, where 3", self.row("0002")["error"])
        self.assertIn("not numbered from 1 to 3", self.row("0003")["error"])
        self.assertEqual(self.row("0001")["status"], "ok")
        self.assertEqual(self.results()["unmatched"], ["stray.png"])

    def test_other_metrics_say_why_they_do_not_apply(self):
        self.evaluate("--pairing", "multi", "--metrics", "psnr,wmae")
        self.assertIn("several", self.row("0001")["skipped"]["psnr"])

    def test_bad_tables(self):
        good = [list(w) for w in self.weights]
        for lines, words in [
            ([], "empty"), (good[:2], "2 lines of weights for 3 images"), (good + good[:1], "line 4"),
            ([good[0], good[1][:2], good[2]], "line 2: has 2 fields, not 3"), ([good[0], [1, "x", 1], good[2]], "'x' is no weight"),
            ([good[0], [1, -1, 1], good[2]], "'-1'"), ([good[0], [1, "nan", 1], good[2]], "'nan'"),
            ([good[0], [1, "inf", 1], good[2]], "'inf'"), ([good[0], [1, "", 1], good[2]], "''"),
            ([("image", "a")] + [("0001", 1)] * 2, "names 0001 again"), ([("image",)], "no column"),
        ]:
            self.write(*lines)
            result = self.several("--gt-weights", self.table, code=t.NOTHING_USABLE)
            self.assertIn(words, result.stderr)
            self.assertIn("weights.tsv", result.stderr)
        self.table.unlink()
        self.several("--gt-weights", self.table, code=t.NOTHING_USABLE)
        self.evaluate("--gt-weights", self.table, code=t.USAGE)


class Labels(EvaluateCase):
    def test_flatness_of_a_folder_and_of_a_dataset(self):
        self.pair("a", noise=60)
        self.pair("b", noise=60)
        labels = self.dir / "marks"
        labels.mkdir()
        t.write_labels(labels / "a.png", np.zeros((24, 32), np.uint8))
        self.evaluate("--labels", labels, "--metrics", "flatness,mae")
        self.assertLess(self.row("a")["metrics"]["flatness"], 0.1)
        self.assertIn("label map", self.row("b")["skipped"]["flatness"])
        t.write_labels(labels / "a.png", np.zeros((24, 31), np.uint8))
        self.evaluate("--labels", labels, "--overwrite", code=t.ITEMS_FAILED)
        self.assertIn("24x31", self.row("a")["error"])

    def test_labels_of_a_dataset(self):
        self.inputs(gts=2, textures=1)
        self.build("--labels", self.labels, out=self.dir / "set")
        for sample in t.jsonl(self.dir / "set/samples.jsonl"):
            shutil.copy(self.dir / "set" / sample["gt"], self.pred / f"{sample['key']}.png")
        self.gt = self.dir / "set"
        self.evaluate("--pairing", "dataset", "--metrics", "flatness")
        for row in self.results()["rows"]:
            self.assertIn("flatness", row["metrics"])


class WithoutGroundTruth(EvaluateCase):
    """Synthetic scenes with labels, textured by the blends of a dataset."""

    def setUp(self):
        super().setUp()
        source = self.dir / "synth"
        self.expect(t.DONE, "synth", "--out", source, "--scenes", 2, "--textures", 2, "--quiet")
        self.expect(t.DONE, "build", "--gt", source / "scenes", "--textures", source / "textures", "--labels",
                    source / "labels", "--out", self.dir / "set", "--quiet")
        self.photos, self.marks = self.dir / "photos", self.dir / "marks"
        self.photos.mkdir()
        self.marks.mkdir()
        for sample in t.jsonl(self.dir / "set/samples.jsonl"):
            shutil.copy(self.dir / "set" / sample["blend"], self.photos / f"{sample['key']}.png")
            shutil.copy(self.dir / "set" / sample["label"], self.marks / f"{sample['key']}.png")

    def trade_off(self, *options, code=t.DONE):
        return self.expect(code, "evaluate", "--photos", self.photos, "--labels", self.marks, "--out", self.out, "--overwrite", *options)

    def test_controls_lose(self):
        self.trade_off("--method", "rtv", "--method", "rgf", "--strengths", 6)
        results = self.results()
        points = {p["text"]: p["metrics"] for p in results["sweeps"]}
        self.assertEqual(points["none"], {"detail-removed": 0, "boundary-kept": 1, "colour-shift": 0})
        kept = {(v["family"], v["at"]): v["value"] for v in results["curve_values"] if v["metric"] == "boundary-kept"}
        self.assertNotIn("none", {family for family, _ in kept})  # it never removes anything
        for level in (0.5, 0.7):
            for family in ("rtv", "rgf"):
                self.assertGreater(kept[family, level], kept["gaussian", level] + 0.02, (family, level))
        for family in ("gaussian", "rtv"):
            removed = [p["metrics"]["detail-removed"] for p in results["sweeps"] if p["family"] == family]
            self.assertEqual(removed, sorted(removed), f"{family} removes more as it gets stronger")
        rows = [r for r in results["rows"] if r["method"] == "rtv:lambda=0.06"]
        mean = np.mean([r["metrics"]["boundary-kept"] for r in rows])
        self.assertAlmostEqual(points["rtv:lambda=0.06"]["boundary-kept"], mean, 12)

    def test_results_in_a_folder(self):
        for photo in self.photos.iterdir():
            image = Image.open(photo).convert("RGB")
            image.resize((image.width // 4, image.height // 4), Image.BOX).resize(image.size).save(self.pred / photo.name)
        self.trade_off("--pred", self.pred)
        results = self.results()
        self.assertEqual(results["methods"], ["mine"])
        self.assertNotIn("sweeps", results)
        for row in results["rows"]:
            self.assertGreater(row["metrics"]["detail-removed"], 0.3)
            self.assertLess(row["metrics"]["boundary-kept"], 0.9)

    def test_the_same_bytes_at_any_number_of_threads_and_one_setting(self):
        contents = []
        for threads in (1, 3):
            self.trade_off("--threads", threads, "--method", "l0:lambda=0.02", "--strengths", 2)
            contents.append(t.tree(self.out))
        self.assertEqual(contents[0], contents[1])
        families = [p["text"] for p in self.results()["sweeps"]]
        self.assertEqual(families, ["none", "gaussian:sigma=0.3", "gaussian:sigma=12", "l0:lambda=0.02"])

    def test_a_network_from_weak_to_strong(self):
        self.trade_off("--method", "net", "--strengths", 4)
        points = [p for p in self.results()["sweeps"] if p["family"] == "net"]
        self.assertEqual([p["text"] for p in points],
                         [f"net:scale=0.7,limit={n}" for n in ("2", "6.35", "20.16", "64")])
        removed = [p["metrics"]["detail-removed"] for p in points]
        self.assertEqual(removed, sorted(removed))
        kept = {v["family"]: v["value"] for v in self.results()["curve_values"]
                if v["metric"] == "boundary-kept" and v["at"] == 0.5}
        self.assertGreater(kept["net"], kept["gaussian"] + 0.02)
        self.trade_off("--method", "net:amount=0.5", "--strengths", 5)
        self.assertEqual([p["text"] for p in self.results()["sweeps"] if p["family"] != "gaussian"], ["none", "net:amount=0.5"])

    def test_a_photo_without_labels_fails_alone(self):
        photos = sorted(self.photos.iterdir())
        (self.marks / photos[0].name).unlink()
        t.write_labels(self.marks / photos[1].name, np.zeros((5, 6), np.uint8))
        os.truncate(self.marks / photos[2].name, 60)
        self.trade_off("--method", "l0", "--strengths", 2, code=t.ITEMS_FAILED)
        failed = {r["image"]: r["error"] for r in self.results()["rows"] if r["status"] == "failed"}
        self.assertIn("no label map", failed[photos[0].stem])
        self.assertIn("5x6", failed[photos[1].stem])
        self.assertIn(f"label map {photos[2].name}: ", failed[photos[2].stem])
        self.assertNotIn(str(self.dir), failed[photos[2].stem])  # results name no folders
        self.assertEqual(len(failed), 3)

    def test_wrong_words(self):
        run = ["evaluate", "--photos", self.photos]
        self.assertIn("--labels", self.expect(t.USAGE, *run).stderr)
        self.assertIn("exclude", self.expect(t.USAGE, *run, "--pred", self.pred, "--gt", self.gt).stderr)
        self.assertIn("'rtv'", self.trade_off("--method", "rtw", code=t.USAGE).stderr)
        self.assertIn("--method", self.expect(t.USAGE, "evaluate", "--pred", self.pred, "--gt", self.gt, "--method", "l0").stderr)
        self.assertIn("--pred", self.expect(t.USAGE, "evaluate").stderr)


if __name__ == "__main__":
    t.main()
