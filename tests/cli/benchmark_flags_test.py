"""`csgis benchmark` says where a method is scored on ground truths that it made or was trained on."""
import csv
import json
import pathlib
import shutil
import tempfile

import numpy as np

import csgis_test as t

MADE, TRAINED, CHOSEN = "made-gt", "trained-on-gt", "chosen-on-gt"


class FlagCase(t.Case):
    def benchmark(self, *options, methods, source=None, code=t.DONE):
        words = ["benchmark", *(source or ["--data", self.dir / "set"]), "--out", self.out, "--timing", "none", "--overwrite",
                 "--tune-budget", "0", *options]
        for method in methods:
            words += ["--method", method]
        self.expect(code, *words)
        self.results = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        return self.results

    def flagged(self, method, word):
        """The ground truths of the rows of that method with that word."""
        gt_of = {i["image"]: i["gt_id"] for i in self.results["image_records"]}
        return {gt_of[r["image"]] for r in self.results["rows"] if r["method"] == method and word in r.get("flags", [])}

    def sentences(self, method):
        return next(r["flags"] for r in self.results["method_records"] if r["name"] == method)


class Makers(FlagCase):
    """Ground truths that csgis gt made: of p0 and p1 with l0, of p2 and p3 with gaussian."""

    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(3)
        self.photos, self.made = self.dir / "photos", self.dir / "made"
        self.photos.mkdir()
        for k in range(4):
            t.write_rgb(self.photos / f"p{k}.png", t.photo(rng, 40, 52 + k))
        t.make_textures(self.tx, 1, 2)
        self.expect(t.DONE, "gt", "--photos", self.photos, "--candidate", "l0:lambda=0.01", "--candidate",
                    "gaussian:sigma=1", "--least-score", "0", "--out", self.made)
        run = t.jsonl(self.made / "journal.jsonl")[0]["identity"]
        choices = [{"id": f"p{k}", "candidate": "l0" if k < 2 else "gaussian"} for k in range(4)]
        (self.dir / "choices.json").write_text(json.dumps({"csgis": "gt-choices", "run": run, "choices": choices}))
        self.expect(t.DONE, "gt", "--choices", self.dir / "choices.json", "--out", self.made)

    def build_set(self, *options, name="set"):
        self.expect(t.DONE, "build", "--gt", f"{self.made}/gt/", "--textures", self.tx, "--out", self.dir / name, *options)

    def makers(self):
        gts = json.loads((self.dir / "set/dataset.json").read_text())["inputs"]["gt"]
        return {gt["file"]: gt.get("made_by", "").split(":")[0] for gt in gts}

    def test_a_method_is_flagged_where_it_made_the_ground_truth(self):
        self.build_set()
        self.assertEqual(self.makers(), {"p0.png": "l0", "p1.png": "l0", "p2.png": "gaussian", "p3.png": "gaussian"})
        self.benchmark("--split", "all", methods=["l0:lambda=0.3", "gaussian", "guided"])
        self.assertEqual(self.flagged("l0:lambda=0.3", MADE), {"p0", "p1"})
        self.assertEqual(self.flagged("gaussian", MADE), {"p2", "p3"})
        for method in ("none", "guided"):
            self.assertEqual(self.flagged(method, MADE), set())
        self.assertIn("made 2 of the 4 ground truths it is scored on", self.sentences("gaussian"))
        self.assertFalse([s for s in self.sentences("guided") if "ground truths" in s])
        self.assertTrue([n for n in self.results["notes"] if "2 gaussian, 2 l0" in n])
        means = {(s["value"], s["count"]) for s in self.results["strata"] if s["stratum"] == "structure source"}
        self.assertEqual(means, {("smoothed by l0", 4), ("smoothed by gaussian", 4)})

    def test_every_rendering_says_so(self):
        self.build_set()
        self.benchmark("--split", "all", methods=["gaussian", "guided"])
        with open(self.out / "results.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({(r["method"], r["image"].split("__")[0]) for r in rows if r["flags"] == MADE},
                         {("gaussian", "p2"), ("gaussian", "p3")})
        self.assertTrue(all(r["flags"] == "" for r in rows if r["method"] != "gaussian"))
        markdown = (self.out / "results.md").read_text(encoding="utf-8")
        self.assertIn("| gaussian \u2020 |", markdown)
        self.assertIn("| guided |", markdown)
        self.assertIn("- gaussian: made 2 of the 4 ground truths", markdown)
        latex = (self.out / "results.tex").read_text(encoding="utf-8")
        self.assertEqual(latex.count("gaussian$^\\dagger$"), 1)
        self.assertIn("Had a hand in ground truths", latex)
        page = (self.out / "report.html").read_text(encoding="utf-8")
        self.assertIn('<span class="flag">made 2 of the 4 ground truths it is scored on</span>', page)

    def test_the_same_with_other_sources_of_images(self):
        blends = self.dir / "blends"
        blends.mkdir()
        for k in range(4):
            shutil.copy(self.photos / f"p{k}.png", blends / f"p{k}.png")
        self.benchmark(methods=["gaussian"], source=["--in", blends, "--gt", self.made / "gt"])
        self.assertEqual(self.flagged("gaussian", MADE), {"p2", "p3"})
        self.build_set("--layout", "reference", name="ref")
        self.benchmark(methods=["l0"], source=["--pairs", self.dir / "ref/train"])
        self.assertEqual(self.flagged("l0", MADE), {"0", "1"})

    def test_an_image_that_was_changed_is_nobodys(self):
        image = t.read_bgr(self.made / "gt/p0.png")
        t.cv2.imwrite(str(self.made / "gt/p0.png"), 255 - image)
        self.build_set()
        self.assertEqual(self.makers(), {"p0.png": "", "p1.png": "l0", "p2.png": "gaussian", "p3.png": "gaussian"})
        self.benchmark("--split", "all", methods=["l0"])
        self.assertEqual(self.flagged("l0", MADE), {"p1"})

    def test_records_of_somebody_else_say_nothing(self):
        (self.made / "samples.jsonl").write_text("{}\n[1]\nno json", encoding="utf-8")
        self.build_set()
        self.assertEqual(set(self.makers().values()), {""})

    def test_ground_truths_that_csgis_smooth_made(self):
        inputs = ["--in", self.photos]
        self.expect(t.DONE, "smooth", "--method", "guided", *inputs, "--out", self.dir / "one")
        self.expect(t.DONE, "smooth", "--method", "guided", "--method", "gaussian:sigma=2", *inputs, "--out", self.dir / "two")
        for gt, maker in (("one", "guided"), ("two/guided", "guided"), ("two/gaussian", "gaussian")):
            self.benchmark(methods=["guided", "gaussian"], source=["--in", self.photos, "--gt", self.dir / gt])
            for method in ("guided", "gaussian"):
                expected = {f"p{k}" for k in range(4)} if method == maker else set()
                self.assertEqual(self.flagged(method, MADE), expected, gt)


class Networks(FlagCase):
    """A network trained for two steps on a set of six ground truths, two of them held out."""

    @classmethod
    def setUpClass(cls):
        cls.data = pathlib.Path(tempfile.mkdtemp(prefix="csgis-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.data, ignore_errors=True)
        for folder in ("gt", "tx", "other"):
            (cls.data / folder).mkdir()
        t.make_gts(cls.data / "gt", 4, 6, (48, 56))
        t.make_textures(cls.data / "tx", 4, 2)
        t.make_textures(cls.data / "other", 9, 2)
        cls.set, cls.net = cls.data / "set", cls.data / "net"
        cls.make_set(cls.set, "tx", "--val", "2")
        cls.train(cls.set, cls.net, "--epochs", "1")
        samples = t.jsonl(cls.set / "samples.jsonl")
        cls.trained = {s["gt_id"] for s in samples if s["split"] == "train"}
        cls.held_out = {s["gt_id"] for s in samples if s["split"] != "train"}

    @classmethod
    def make_set(cls, out, textures, *options, gt=None):
        t.csgis("build", "--gt", gt or cls.data / "gt", "--textures", cls.data / textures, "--out", out,
                *options).check_returncode()

    @classmethod
    def train(cls, data, out, *options):
        t.csgis("train", "--data", data, "--out", out, "--network", "lite", "--width", "4", "--blocks", "2", "--patch", "32",
                "--val-crop", "32", "--batch", "2", "--threads", "1", *options).check_returncode()

    def score(self, weights, *options, source=None):
        self.name = f"net:weights={weights}"
        self.benchmark(*options, methods=[self.name], source=source or ["--data", self.set])

    def test_trained_on_and_chosen_on(self):
        self.score(self.net / "weights.safetensors", "--split", "all")
        self.assertEqual((self.flagged(self.name, TRAINED), self.flagged(self.name, CHOSEN)), (self.trained, set()))
        self.assertIn("trained on 4 of the 6 ground truths it is scored on", self.sentences(self.name))
        self.score(self.net / "weights.safetensors")
        self.assertFalse([r for r in self.results["rows"] if "flags" in r])
        self.score(self.net / "best.safetensors")
        self.assertEqual((self.flagged(self.name, TRAINED), self.flagged(self.name, CHOSEN)), (set(), self.held_out))

    def test_pixels_count_not_names_files_and_textures(self):
        renamed = self.dir / "renamed"
        renamed.mkdir()
        for k, name in enumerate(sorted(self.trained | self.held_out)):
            image = t.read_bgr(self.data / "gt" / f"{name}.png")
            if k == 0:
                image[0, 0] ^= 1
            t.cv2.imwrite(str(renamed / f"z{name}.bmp"), image)
        self.make_set(self.dir / "again", "other", gt=renamed)
        self.score(self.net / "weights.safetensors", "--split", "all", source=["--data", self.dir / "again"])
        changed = min(self.trained | self.held_out)
        self.assertEqual(self.flagged(self.name, TRAINED), {f"z{name}" for name in self.trained - {changed}})

    def test_packed_files_and_pair_images(self):
        self.expect(t.DONE, "data", "pack", self.set, "--out", self.dir / "packed.csgis")
        self.train(self.dir / "packed.csgis", self.dir / "net", "--steps", "1")
        self.score(self.dir / "net/weights.safetensors", "--split", "all")
        self.assertEqual(self.flagged(self.name, TRAINED), self.trained)
        self.make_set(self.dir / "ref", "tx", "--layout", "reference")
        self.score(self.net / "weights.safetensors", source=["--pairs", self.dir / "ref/train"])
        places = {str(k) for k, name in enumerate(sorted(self.trained | self.held_out)) if name in self.trained}
        self.assertEqual(self.flagged(self.name, TRAINED), places)

    def test_what_initial_weights_saw_counts(self):
        (self.dir / "gt1").mkdir()
        t.make_gts(self.dir / "gt1", 77, 3, (48, 56))
        self.make_set(self.dir / "new", "other", gt=self.dir / "gt1")
        self.train(self.dir / "new", self.dir / "net", "--steps", "1", "--init", self.net / "weights.safetensors")
        self.score(self.dir / "net/weights.safetensors", "--split", "all")
        self.assertEqual(self.flagged(self.name, TRAINED), self.trained)

    def test_weights_without_a_record(self):
        whole = (self.net / "weights.safetensors").read_bytes()
        size = int.from_bytes(whole[:8], "little")
        header = json.loads(whole[8:8 + size])
        del header["__metadata__"]["training"]
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        bare = self.dir / "bare.safetensors"
        bare.write_bytes(len(text).to_bytes(8, "little") + text + whole[8 + size:])
        self.score(bare)
        self.assertIn("not recorded: what it was trained on", self.sentences(self.name))
        self.train(self.set, self.dir / "net", "--steps", "1", "--init", bare)
        self.score(self.dir / "net/weights.safetensors")
        self.assertIn("not recorded: what its initial weights were trained on", self.sentences(self.name))
        self.benchmark(methods=["net"], source=["--data", self.set])
        self.assertFalse([s for s in self.sentences("net") if "recorded" in s], "the network that ships saw drawings alone")


if __name__ == "__main__":
    t.main()
