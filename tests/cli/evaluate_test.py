"""`csgis evaluate`: pairing, scores against other programs, what fails a row and what the files say."""
import csv
import json
import math
import os

import numpy as np

import csgis_test as t
import plain_fsim

try:
    from skimage.metrics import structural_similarity
except ImportError:
    structural_similarity = None


def psnr(a, b):
    mse = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return math.inf if mse == 0 else 10 * math.log10(255 ** 2 / mse)


class EvaluateCase(t.Case):
    def setUp(self):
        super().setUp()
        self.pred = self.dir / "mine"
        self.pred.mkdir()

    def pair(self, name, gt_name=None, size=(24, 32), seed=0, noise=20):
        """Writes a prediction and its ground truth and returns both."""
        rng = np.random.default_rng(seed)
        gt = t.photo(rng, *size)
        pred = np.clip(gt.astype(int) + rng.integers(-noise, noise + 1, gt.shape), 0, 255).astype(np.uint8)
        t.write_rgb(self.pred / f"{name}.png", pred)
        t.write_rgb(self.gt / f"{gt_name or name}.png", gt)
        return pred, gt

    def evaluate(self, *options, code=t.DONE, out=True):
        words = ["evaluate", "--pred", self.pred, "--gt", self.gt, *(["--out", self.out] if out else []), *options]
        return self.expect(code, *words)

    def results(self):
        return json.loads((self.out / "results.json").read_text(encoding="utf-8"))

    def row(self, image):
        return next(r for r in self.results()["rows"] if r["image"] == image)


class Values(EvaluateCase):
    def test_against_numpy_and_scikit_image(self):
        if structural_similarity is None:
            self.skipTest("needs python3-skimage")
        pairs = {f"p{i}": self.pair(f"p{i}", seed=i, size=size, noise=5 + 10 * i)
                 for i, size in enumerate([(40, 60), (33, 47), (180, 191)])}
        self.evaluate("--metrics", "psnr,psnr-y,ssim:wang-y,ssim:wang-rgb,ssim:skimage,fsim,fsimc,mae,mse", "--metrics", "ms-ssim")
        gaussian = {"gaussian_weights": True, "sigma": 1.5, "data_range": 255}
        for name, (pred, gt) in pairs.items():
            found = self.row(name)["metrics"]
            y = [np.asarray(i, float) @ [0.299, 0.587, 0.114] for i in (pred, gt)]
            expected = {
                "psnr": psnr(pred, gt), "psnr-y": psnr(*y),
                "ssim:wang-y": structural_similarity(*y, use_sample_covariance=False, **gaussian),
                "ssim:wang-rgb": np.mean([structural_similarity(pred[..., c], gt[..., c], use_sample_covariance=False,
                                                                **gaussian) for c in range(3)]),
                "ssim:skimage": structural_similarity(pred, gt, gaussian_weights=True, channel_axis=2),
                "mae": np.mean(np.abs(pred.astype(int) - gt)), "mse": np.mean((pred.astype(int) - gt) ** 2),
                **dict(zip(("fsim", "fsimc"), plain_fsim.fsim(pred, gt))),
            }
            for metric, value in expected.items():
                self.assertAlmostEqual(found[metric], value, 9, f"{name} {metric}")
        self.assertIn("ms-ssim", self.row("p2")["metrics"])
        self.assertIn("at least 176 pixels", self.row("p0")["skipped"]["ms-ssim"])

    def test_equal_images_are_counted_apart(self):
        pairs = [self.pair(f"p{i}", seed=i) for i in range(3)]
        t.write_rgb(self.pred / "p1.png", pairs[1][1])
        shown = json.loads(self.evaluate("--json").stdout)
        self.assertEqual(self.row("p1")["metrics"]["psnr"], "inf")
        self.assertEqual(self.row("p1")["metrics"]["ssim:csgis"], 1)
        finite = [psnr(*pairs[i]) for i in (0, 2)]
        self.assertEqual((shown["metrics"]["psnr"]["count"], shown["metrics"]["psnr"]["infinite"]), (2, 1))
        self.assertAlmostEqual(shown["metrics"]["psnr"]["mean"], np.mean(finite), 9)
        self.assertIn("1 infinite", self.evaluate(out=False).stdout)

    def test_float_results_score_as_the_written_ones_unless_asked(self):
        pred, gt = self.pair("p", noise=0)
        (self.pred / "p.png").unlink()
        floats = pred.astype(np.float32) / 255 + np.float32(0.3 / 255)
        t.cv2.imwrite(str(self.pred / "p.pfm"), floats[..., ::-1])
        self.evaluate("--metrics", "mse")
        self.assertEqual(self.row("p")["metrics"]["mse"], 0)
        self.evaluate("--metrics", "mse", "--score", "float", "--overwrite")
        self.assertAlmostEqual(self.row("p")["metrics"]["mse"], 0.09, 4)
        self.assertEqual(self.results()["run"]["options"]["score"], "float")

    def test_the_same_bytes_at_any_number_of_threads(self):
        for i in range(9):
            self.pair(f"p{i}", seed=i)
        contents = []
        for threads in (1, 2, 8):
            self.evaluate("--threads", threads, "--overwrite", "--metrics", "psnr,ssim:csgis,edge-f,residual-texture,colour-shift")
            contents.append(t.tree(self.out))
        self.assertEqual(contents[0], contents[1])
        self.assertEqual(contents[0], contents[2])


class Pairs(EvaluateCase):
    def test_nks(self):
        self.pair("S1_T1", "S1", seed=1)
        self.pair("S1_T2_more", "S1", seed=1)
        self.pair("S2_T1", "S2", seed=2)
        self.evaluate("--pairing", "nks")
        self.assertEqual([r["status"] for r in self.results()["rows"]], ["ok"] * 3)

    def test_voc_counts_modulo_the_modulus_not_the_files(self):
        pred, gt = self.pair("163", "13")
        _, other = self.pair("2", "2", seed=5)
        self.evaluate("--pairing", "voc")
        self.assertAlmostEqual(self.row("163")["metrics"]["psnr"], psnr(pred, gt), 9)
        self.pair("8", "1", seed=6)
        self.evaluate("--pairing", "voc", "--voc-modulus", "7", "--overwrite")
        self.assertAlmostEqual(self.row("163")["metrics"]["psnr"], psnr(pred, other), 9)  # 163 is 2 modulo 7
        t.write_rgb(self.pred / "x5.png", pred)
        self.evaluate("--pairing", "voc", "--overwrite", code=t.ITEMS_FAILED)
        self.assertIn("no number", self.row("x5")["error"])

    def test_dataset_by_key(self):
        self.inputs(gts=3, textures=2)
        self.build(out=self.dir / "set")
        samples = t.jsonl(self.dir / "set/samples.jsonl")
        for sample in samples[1:]:
            image = t.read_bgr(self.dir / "set" / sample["blend"])
            t.cv2.imwrite(str(self.pred / f"{sample['key']}.png"), image)
        self.gt = self.dir / "set"
        self.evaluate("--pairing", "dataset")
        for sample in samples[1:]:
            pred, gt = (t.read_bgr(self.dir / "set" / sample[k]) for k in ("blend", "gt"))
            self.assertAlmostEqual(self.row(sample["key"])["metrics"]["psnr"], psnr(pred, gt), 9)

    def test_pair_images(self):
        pred, gt = self.pair("p", size=(20, 30))
        t.write_rgb(self.pred / "p.png", np.hstack([gt, pred]))
        t.write_rgb(self.gt / "p.png", np.hstack([gt, pred // 2]))
        self.evaluate("--crop-right")
        self.assertAlmostEqual(self.row("p")["metrics"]["psnr"], psnr(pred, gt), 9)
        t.write_rgb(self.gt / "p.png", gt)
        self.evaluate("--crop-right", "--overwrite")
        self.assertAlmostEqual(self.row("p")["metrics"]["psnr"], psnr(pred, gt), 9)


class Troubles(EvaluateCase):
    def test_a_bad_image_fails_its_row_alone(self):
        pred, gt = self.pair("good")
        self.pair("small", size=(10, 12))
        t.write_rgb(self.pred / "small.png", pred)
        self.pair("cut")
        os.truncate(self.pred / "cut.png", 300)
        self.pair("alone")
        (self.gt / "alone.png").unlink()
        t.write_rgb(self.gt / "left over.png", gt)
        result = self.evaluate(code=t.ITEMS_FAILED)
        rows = {r["image"]: r for r in self.results()["rows"]}
        self.assertEqual({n: r["status"] for n, r in rows.items()},
                         {"good": "ok", "small": "failed", "cut": "failed", "alone": "failed"})
        self.assertIn("24x32x3 and 10x12x3 differ", rows["small"]["error"])
        self.assertIn("no ground truth alone", rows["alone"]["error"])
        self.assertEqual({e["item"]: e["reason"] for e in self.errors()},
                         {n: r["error"] for n, r in rows.items() if n != "good"})
        self.assertEqual(self.results()["unmatched"], ["left over.png"])
        self.assertIn("1 of 4 images scored", result.stdout)
        self.evaluate("--on-error", "stop", "--overwrite", code=t.ITEMS_FAILED)

    def test_nothing_to_score(self):
        self.evaluate(code=t.NOTHING_USABLE)
        self.pair("p")
        (self.pred / "p.png").rename(self.pred / "q.png")
        self.assertIn("no ground truth q", self.evaluate(code=t.NOTHING_USABLE).stderr)
        self.assertFalse((self.out / "results.json").exists())

    def test_wrong_words(self):
        self.pair("p")
        self.assertIn("'ssim:csgis'", self.evaluate("--metrics", "psnr,ssim:cgis", code=t.USAGE).stderr)
        self.assertIn("twice", self.evaluate("--metrics", "psnr,psnr", code=t.USAGE).stderr)
        self.assertIn("'nks'", self.evaluate("--pairing", "nk", code=t.USAGE).stderr)

    def test_results_are_replaced_only_with_overwrite(self):
        self.pair("p")
        self.evaluate()
        before = t.tree(self.out)
        self.assertIn("--overwrite", self.evaluate("--metrics", "mae", code=t.OUTPUT_FAILED).stderr)
        self.assertEqual(t.tree(self.out), before)
        self.evaluate("--metrics", "mae", "--overwrite")
        self.assertEqual(list(self.row("p")["metrics"]), ["mae"])


class Files(EvaluateCase):
    def test_the_tables_agree(self):
        for i in range(4):
            self.pair(f"p,{i}", seed=i)
        (self.gt / "p,3.png").unlink()
        self.evaluate("--metrics", "psnr,ssim:csgis", code=t.ITEMS_FAILED)
        results = self.results()
        with open(self.out / "results.csv", newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        self.assertEqual([r["image"] for r in table], results["images"])
        for line, row in zip(table, results["rows"]):
            self.assertEqual(line["status"], row["status"])
            for name, value in row.get("metrics", {}).items():
                self.assertEqual(float(line[name]), value)
        means = {s["metric"]: s["mean"] for s in results["summary"]}
        line = (self.out / "results.md").read_text(encoding="utf-8").splitlines()[-1]
        self.assertEqual(line, f"| mine | {means['psnr']:.2f} | {means['ssim:csgis']:.4f} |")

    def test_the_published_line(self):
        pairs = [self.pair(f"p{i}", seed=i) for i in range(3)]
        for _ in range(2):
            self.evaluate("--format", "csgis-txt")
        first, second = (self.out / "result.txt").read_text().splitlines()
        self.assertEqual(first, second)
        self.assertRegex(first, r"^mine   psnr:tensor\(\d+\.\d{4}\)    ssim:tensor\(0\.\d{4}\)$")
        self.assertIn(f"tensor({np.mean([psnr(*p) for p in pairs]):.4f})", first)
        self.assertEqual(self.evaluate("--format", "csgis-txt", out=False).stdout, first + "\n")


if __name__ == "__main__":
    t.main()
