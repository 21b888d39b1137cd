"""Negatives of `csgis build`: what they are made from, by which method, which are rejected, and where they are listed."""
import json
import math

import numpy as np

import csgis_test as t

OVER = ("bilateral:d=9,sigma-color=80,sigma-space=20", "l0:lambda=0.05")
NEAREST_DB = 35


def psnr(a, b):
    mse = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return math.inf if mse == 0 else 10 * math.log10(255 ** 2 / mse)


class NegativesCase(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=4, textures=3)

    def over(self, *methods):
        return [word for method in methods for word in ("--over", method)]

    def dataset(self, out=None):
        return json.loads(((out or self.out) / "dataset.json").read_text(encoding="utf-8"))

    def assert_is_smoothed(self, negative, source, method):
        """The file is what `csgis smooth` makes of the source with the recorded method."""
        expected = self.dir / "expected.png"
        t.csgis("smooth", "--method", method, "--in", source, "--out", expected, "--overwrite")
        self.assertTrue((t.read_bgr(negative) == t.read_bgr(expected)).all(), f"{negative} {method}")


class Sources(NegativesCase):
    def test_from_the_gt_by_default_one_per_gt_shared_by_its_samples(self):
        self.build(*self.over(*OVER))
        by_gt = {}
        for s in self.samples():
            self.assertEqual(len(s["over"]), 1)
            by_gt.setdefault(s["gt_id"], []).append(s["over"][0])
            self.assertEqual(s["sha256"][s["over"][0]["file"]], t.sha256(self.out / s["over"][0]["file"]))
        for gt, negatives in by_gt.items():
            self.assertTrue(all(n == negatives[0] for n in negatives))
            n = negatives[0]
            name = n["method"].split(":")[0]
            self.assertEqual((n["file"], n["from"]), (f"over/{gt}__{name}.png", "gt"))
            self.assert_is_smoothed(self.out / n["file"], self.gt / f"{gt}.png", n["method"])
            self.assertLess(psnr(t.read_bgr(self.out / n["file"]), t.read_bgr(self.gt / f"{gt}.png")), NEAREST_DB)
        self.assertEqual(len(list((self.out / "over").iterdir())), len(by_gt))
        self.expect(t.DONE, "data", "verify", self.out)

    def test_the_draw_uses_more_than_one_method_and_depends_on_the_seed(self):
        t.make_gts(self.gt, 5, 16)
        drawn = {}
        for seed in ("0", "1"):
            out = self.dir / seed
            self.build(*self.over(*OVER), "--seed", seed, "--per-gt", "1", out=out)
            drawn[seed] = [s["over"][0]["method"] for s in self.samples(out)]
            self.assertEqual(len(set(drawn[seed])), 2)
        self.assertNotEqual(drawn["0"], drawn["1"])

    def test_from_photos_matched_by_id(self):
        photos = self.dir / "photos"
        photos.mkdir()
        sizes = {p.stem: t.read_bgr(p).shape[:2] for p in self.gt.iterdir()}
        rng = np.random.default_rng(3)
        for gt in ("gt00", "gt02"):
            t.write_rgb(photos / f"{gt}.png", t.noise(rng, *sizes[gt]))
        result = self.build(*self.over(OVER[1]), "--photos", photos, "--json")
        self.assertEqual(json.loads(result.stdout)["without_photo"], 2)
        for s in self.samples():
            if s["gt_id"] in ("gt00", "gt02"):
                self.assertEqual(s["over"][0]["from"], "photo")
                self.assert_is_smoothed(self.out / s["over"][0]["file"], photos / f"{s['gt_id']}.png", s["over"][0]["method"])
            else:
                self.assertEqual(s["over"], [])

    def test_a_photo_of_another_size_is_an_error_of_its_gt(self):
        photos = self.dir / "photos"
        photos.mkdir()
        t.write_rgb(photos / "gt01.png", t.noise(np.random.default_rng(0), 5, 7))
        self.build(*self.over(OVER[1]), "--photos", photos, code=t.ITEMS_FAILED)
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in self.errors()], [("gt01", "gt01.png", "photo")])
        self.assertIn("7x5", self.errors()[0]["reason"])
        self.assertNotIn("gt01", {s["gt_id"] for s in self.samples()})

    def test_from_the_blend_one_per_sample(self):
        self.build(*self.over(OVER[0]), "--negatives-from", "blend")
        for s in self.samples():
            n = s["over"][0]
            self.assertEqual((n["file"], n["from"]), (f"over/{s['key']}__bilateral.png", "blend"))
            self.assert_is_smoothed(self.out / n["file"], self.out / s["blend"], n["method"])

    def test_under_comes_from_the_blend_and_none_is_the_blend_itself(self):
        self.build("--under", "none", "--under", "l0:lambda=0.0001", "--negative-pick", "all")
        for s in self.samples():
            none, l0 = s["under"]
            self.assertEqual(none, {"file": s["blend"], "method": "none", "from": "blend"})
            self.assertEqual(l0["file"], f"under/{s['key']}__l0.png")
            self.assert_is_smoothed(self.out / l0["file"], self.out / s["blend"], l0["method"])
        self.assertFalse(list((self.out / "under").glob("*none*")))
        self.expect(t.DONE, "data", "verify", self.out)


class Methods(NegativesCase):
    def test_all_methods_and_second_settings(self):
        self.build(*self.over("l0:lambda=0.05", "l0:lambda=0.1", OVER[0]), "--negative-pick", "all")
        for s in self.samples():
            names = [n["file"] for n in s["over"]]
            self.assertEqual(names, [f"over/{s['gt_id']}__{name}.png" for name in ("l0", "l0-2", "bilateral")])

    def test_a_range_makes_several_strengths(self):
        self.build("--over-range", "l0:lambda=0.05..0.2/3", "--negative-pick", "all")
        methods = [n["method"] for n in self.samples()[0]["over"]]
        self.assertEqual(methods, [f"l0:lambda={x},kappa=2" for x in ("0.05", "0.1", "0.2")])

    def test_published_and_weak_stand_for_lists(self):
        self.build(*self.over("published"), "--under", "weak", "--negative-pick", "all", "--per-gt", "1")
        made = self.dataset()["options"]
        self.assertEqual([m.split(":")[0] for m in made["over"]], ["bilateral", "rgf-cv", "rtv", "l0"])
        self.assertEqual([m.split(":")[0] for m in made["under"]], ["l0", "rtv", "bilateral"])

    def test_nearer_than_35_db_is_rejected_counted_and_no_error(self):
        self.build(*self.over("none"))
        self.assertTrue(all(s["over"] == [] for s in self.samples()))
        over = self.dataset()["negatives"]["over"]
        self.assertEqual((over["made"], over["rejected"], over["items_without"]), (0, 4, 4))

    def test_a_draw_that_is_rejected_gives_the_next_of_the_order(self):
        self.build(*self.over("none", "l0:lambda=0.05"))
        self.assertTrue(all(s["over"][0]["method"].startswith("l0:") for s in self.samples()))
        self.assertEqual(self.dataset()["negatives"]["over"]["items_without"], 0)

    def test_the_report_is_that_of_the_files(self):
        self.build(*self.over(OVER[0]))
        values = sorted(psnr(t.read_bgr(self.out / s["over"][0]["file"]), t.read_bgr(self.out / s["gt"]))
                        for s in {s["gt_id"]: s for s in self.samples()}.values())
        report = self.dataset()["negatives"]["over"]["psnr"]
        self.assertAlmostEqual(report["min"], values[0], places=9)
        self.assertAlmostEqual(report["median"], values[len(values) // 2], places=9)
        self.assertAlmostEqual(report["max"], values[-1], places=9)

    def test_wrong_usage(self):
        for words, expected in (
                (["--over", "publishd"], "published"),
                (["--over", "l0:lamda=1"], "lambda"),
                (["--over", "l0", "--over", "l0:lambda=0.01"], "twice"),
                (["--over-range", "l0:lambda=0.1"], "LOW..HIGH/COUNT"),
                (["--over-range", "l0:lambda=0.2..0.1/3"], "LOW < HIGH"),
                (["--over", "pnls:step=4,patch=3"], "step"),
                (["--photos", self.gt], "--over"),
                (["--over", "l0", "--negatives-from", "photo"], "--photos"),
                (["--negatives-from", "gt"], "--over")):
            with self.subTest(words=words):
                self.assertIn(expected, self.build(*words, code=t.USAGE).stderr)
                self.assertFalse((self.out / "dataset.json").exists())


class Layouts(NegativesCase):
    def test_reference_has_one_over_image_per_key(self):
        self.build(*self.over(*OVER), "--layout", "reference")
        self.assertEqual(sorted(p.name for p in (self.out / "over").iterdir()), [f"{k}.png" for k in range(4)])
        self.expect(t.DONE, "data", "verify", self.out)

    def test_reference_refuses_what_it_has_no_place_for(self):
        for words in (["--over", "l0", "--negatives-from", "blend"], ["--under", "none"],
                      ["--over", "l0", "--negative-pick", "all"]):
            self.build("--layout", "reference", *words, code=t.USAGE)

    def test_same_bytes_from_threads_and_shards(self):
        words = [*self.over(*OVER), "--under", "none", "--under", "l0:lambda=0.001"]
        self.build(*words, "--threads", "1")
        for threads in ("2", "5"):
            out = self.dir / f"threads{threads}"
            self.build(*words, "--threads", threads, out=out)
            self.assert_same_tree(self.out, out)
        parts = []
        for i in range(3):
            parts.append(self.dir / f"part{i}")
            self.build(*words, "--shard", f"{i}/3", out=parts[-1])
        merged = self.dir / "merged"
        self.expect(t.DONE, "data", "merge", *parts, "--out", merged)
        self.assert_same_tree(self.out, merged)

    def test_a_lost_negative_is_made_again_and_a_changed_one_is_found(self):
        words = [*self.over(*OVER), "--under", "l0:lambda=0.001"]
        self.build(*words)
        whole = t.tree(self.out)
        next((self.out / "over").iterdir()).unlink()
        changed = next((self.out / "under").iterdir())
        changed.write_bytes(changed.read_bytes()[:-1])
        result = self.expect(t.ITEMS_FAILED, "data", "verify", self.out)
        self.assertIn(changed.name, result.stdout + result.stderr)
        self.build(*words)
        self.assert_same_tree(whole, self.out)


class Command(t.Case):
    """`csgis negatives`: the same without a build."""

    def setUp(self):
        super().setUp()
        self.inputs(gts=4, textures=1)
        self.command = ["negatives", "--in", self.gt, "--out", self.out]

    def lines(self):
        return t.jsonl(self.out / "negatives.jsonl")

    def test_over_and_under_of_every_image(self):
        self.expect(t.DONE, *self.command, "--over", OVER[0], "--over", OVER[1], "--under", "l0:lambda=0.01",
                    "--negative-pick", "all")
        self.assertEqual([line["id"] for line in self.lines()], [f"gt{i:02}" for i in range(4)])
        for line in self.lines():
            self.assertEqual([n["file"] for n in line["over"]], [f"over/{line['id']}__{n}.png" for n in ("bilateral", "l0")])
            self.assertEqual([n["file"] for n in line["under"]], [f"under/{line['id']}__l0.png"])
            for n in line["over"] + line["under"]:
                expected = self.dir / "expected.png"
                t.csgis("smooth", "--method", n["method"], "--in", self.gt / line["file"], "--out", expected, "--overwrite")
                self.assertTrue((t.read_bgr(self.out / n["file"]) == t.read_bgr(expected)).all())

    def test_a_draw_is_that_of_a_build_with_the_same_seed(self):
        words = ["--over", OVER[0], "--over", OVER[1], "--seed", "4"]
        self.expect(t.DONE, *self.command, *words)
        built = self.dir / "built"
        self.expect(t.DONE, "build", "--gt", self.gt, "--textures", self.tx, "--out", built, *words)
        self.assertEqual({p.name: t.sha256(p) for p in (self.out / "over").iterdir()},
                         {p.name: t.sha256(p) for p in (built / "over").iterdir()})

    def test_bad_images_are_named_and_a_second_run_goes_on(self):
        (self.gt / "bad.png").write_bytes(b"no image")
        result = self.expect(t.ITEMS_FAILED, *self.command, "--over", OVER[1], "--json")
        self.assertEqual((json.loads(result.stdout)["images"], json.loads(result.stdout)["errors"]), (4, 1))
        self.assertEqual([e["file"] for e in self.errors()], ["bad.png"])
        whole = t.tree(self.out)
        next((self.out / "over").iterdir()).unlink()
        result = self.expect(t.ITEMS_FAILED, *self.command, "--over", OVER[1], "--json")
        self.assertEqual(json.loads(result.stdout)["resumed"], 3)
        self.assert_same_tree(whole, self.out)
        self.assert_clean()

    def test_other_options_in_the_folder_and_nothing_to_do(self):
        self.expect(t.DONE, *self.command, "--over", OVER[1])
        self.expect(t.OUTPUT_FAILED, *self.command, "--over", OVER[0])
        self.expect(t.USAGE, "negatives", "--in", self.gt, "--out", self.dir / "other")

    def test_rejected_ones_are_counted(self):
        self.expect(t.DONE, *self.command, "--over", "none", "--under", "none")
        summary = json.loads((self.out / "negatives.json").read_text())["negatives"]
        self.assertEqual([(k, summary[k]["made"], summary[k]["rejected"]) for k in ("over", "under")],
                         [("over", 0, 4), ("under", 0, 4)])


if __name__ == "__main__":
    t.main()
