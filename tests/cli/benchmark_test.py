"""`csgis benchmark`: what is scored, kept and computed again, own methods as rows, tuning, and what fails a cell."""
import json
import os
import pathlib
import random
import shutil
import signal
import stat
import time

import numpy as np

import csgis_test as t

METHODS = ["l0:lambda=0.02", "gaussian:sigma=2", "guided:radius=3"]


class BenchmarkCase(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=6, textures=3, size=(40, 52))
        self.data = self.dir / "set"
        self.build("--split-by", "gt", "--val", "2", out=self.data)

    def benchmark(self, *options, methods=METHODS, code=t.DONE, source=None, out=None, **run):
        words = ["benchmark", *(source or ["--data", self.data]), "--out", out or self.out, "--timing", "none"]
        for method in methods:
            words += ["--method", method]
        return self.expect(code, *words, *options, **run)

    def results(self, out=None):
        return json.loads(((out or self.out) / "results.json").read_text(encoding="utf-8"))

    def scores(self, out=None):
        """(method, image) -> what must not depend on the run."""
        return {(r["method"], r["image"]): (r["status"], r.get("metrics"), r.get("skipped"), r.get("file"))
                for r in self.results(out)["rows"]}

    def cells(self):
        return len(t.jsonl(self.out / "cells.jsonl"))

    def held_out(self):
        return [s for s in t.jsonl(self.data / "samples.jsonl") if s["split"] != "train"]

    def script(self, text):
        path = self.dir / "program.py"
        path.write_text("#!/usr/bin/python3\nimport sys, shutil, os, time\n" + text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path


class Scores(BenchmarkCase):
    def test_kept_images_score_the_same_when_they_are_evaluated(self):
        self.benchmark("--metrics", "psnr,ssim:csgis,mae")
        results = self.results()
        self.assertEqual(results["methods"], ["none", *METHODS])
        self.assertEqual(results["images"], sorted(s["key"] for s in self.held_out()))
        for method, folder in zip(results["methods"], ("none", "l0", "gaussian", "guided")):
            scored = self.dir / f"scored-{folder}"
            self.expect(t.DONE, "evaluate", "--pred", self.out / "images" / folder, "--gt", self.data, "--pairing",
                        "dataset", "--metrics", "psnr,ssim:csgis,mae", "--out", scored)
            for row in self.results(scored)["rows"]:
                _, metrics, _, file = self.scores()[(method, row["image"])]
                self.assertEqual(metrics, row["metrics"])
                self.assertEqual(file, f"images/{folder}/{row['image']}.png")

    def test_inputs_and_ground_truths_lie_beside_the_results(self):
        self.benchmark()
        for record, sample in zip(self.results()["image_records"], self.held_out()):
            self.assertEqual((record["gt_id"], record["texture_id"]), (sample["gt_id"], sample["texture_id"]))
            for name, source in (("input", "blend"), ("gt", "gt")):
                self.assertTrue((t.read_bgr(self.out / record[name]) == t.read_bgr(self.data / sample[source])).all())

    def test_figures_follow_from_the_rows(self):
        self.benchmark("--metrics", "psnr,mae")
        results = self.results()
        values = {m: {r["image"]: r["metrics"] for r in results["rows"] if r["method"] == m} for m in results["methods"]}
        for summary in results["summary"]:
            own = values[summary["method"]]
            metric, sign = summary["metric"], {"psnr": 1, "mae": -1}[summary["metric"]]
            self.assertAlmostEqual(summary["mean"], np.mean([v[metric] for v in own.values()]), 9)
            self.assertLessEqual(summary["interval"]["low"], summary["mean"])
            self.assertGreaterEqual(summary["interval"]["high"], summary["mean"])
            gain = np.mean([sign * (own[i][metric] - values["none"][i][metric]) for i in own])
            self.assertAlmostEqual(summary["gain"], gain, 9)
            wins = sum(all(sign * own[i][metric] >= sign * v[i][metric] for v in values.values()) for i in own)
            self.assertEqual(summary["wins"], wins)
        ranks = [s["rank_by_gt"] for s in results["summary"] if s["metric"] == "psnr"]
        self.assertAlmostEqual(sum(ranks), sum(range(1, len(ranks) + 1)), 9)
        for comparison in results["comparisons"]:
            a, b = values[comparison["method"]], values[comparison["against"]]
            metric = comparison["metric"]
            self.assertAlmostEqual(comparison["difference"], np.mean([a[i][metric] - b[i][metric] for i in a]), 9)
            self.assertGreaterEqual(comparison["p_holm"], comparison["p"])
        self.assertTrue(any("Ground truths: 2, fewer than 8" in note for note in results["notes"]))
        strata = [s for s in results["strata"] if s["stratum"] == "texture" and s["method"] == "none"]
        self.assertEqual(sum(s["count"] for s in strata if s["metric"] == "psnr"), len(results["images"]))

    def test_groups_of_ground_truths(self):
        gts = sorted({s["gt_id"] for s in t.jsonl(self.data / "samples.jsonl") if s["split"] != "train"})
        table = self.dir / "groups.csv"
        table.write_text("id,group\n" + "".join(f"{gt},from {k}\n" for k, gt in enumerate(gts)))
        self.benchmark("--groups", table, "--split", "all", methods=["gaussian"])
        results = self.results()
        means = {s["value"]: s for s in results["strata"]
                 if (s["stratum"], s["method"], s["metric"]) == ("structure source", "gaussian", "psnr")}
        self.assertEqual(sorted(means), [f"from {k}" for k in range(len(gts))])
        gt_of = {i["image"]: i["gt_id"] for i in results["image_records"]}
        for k, gt in enumerate(gts):
            own = [r["metrics"]["psnr"] for r in results["rows"] if r["method"] == "gaussian" and gt_of[r["image"]] == gt]
            self.assertAlmostEqual(means[f"from {k}"]["mean"], np.mean(own), 9)
        table.write_text(f"id,group\n{gts[0]},a\n{gts[0]},b\n")
        self.assertIn("listed twice", self.benchmark("--groups", table, code=t.USAGE).stderr)

    def test_without_images_in_common_there_is_no_gain(self):
        self.benchmark("--metrics", "psnr,mae", methods=["gaussian:sigma=2"], source=["--in", self.gt, "--gt", self.gt])
        summaries = {(s["method"], s["metric"]): s for s in self.results()["summary"]}
        self.assertEqual(summaries["none", "psnr"]["infinite"], 6)
        self.assertNotIn("gain", summaries["gaussian:sigma=2", "psnr"])  # the psnr of `none` is infinite everywhere
        self.assertLess(summaries["gaussian:sigma=2", "mae"]["gain"], 0)

    def test_a_method_that_makes_it_worse_is_flagged(self):
        self.benchmark(methods=["gaussian:sigma=30", "l0"])
        flags = {r["name"]: r["flags"] for r in self.results()["method_records"]}
        self.assertTrue(any("below the unsmoothed input" in flag for flag in flags["gaussian:sigma=30"]))

    def test_labels_of_the_dataset_are_used(self):
        self.build("--split-by", "gt", "--val", "2", "--labels", self.labels, out=self.dir / "labelled")
        self.data = self.dir / "labelled"
        self.benchmark("--metrics", "psnr,flatness", methods=["gaussian:sigma=4"])
        self.expect(t.DONE, "evaluate", "--pred", self.out / "images/gaussian", "--gt", self.data, "--pairing", "dataset",
                    "--metrics", "flatness", "--out", self.dir / "scored")
        for row in self.results(self.dir / "scored")["rows"]:
            self.assertEqual(self.scores()[("gaussian:sigma=4", row["image"])][1]["flatness"], row["metrics"]["flatness"])

    def test_threads_do_not_matter(self):
        self.benchmark("--threads", 1)
        other = self.dir / "other"
        self.benchmark("--threads", 3, out=other)
        self.assertEqual(self.scores(), self.scores(other))

    def test_float_scores(self):
        self.benchmark("--score", "float", methods=["l0:lambda=0.02"])
        exact = self.scores()
        other = self.dir / "other"
        self.benchmark(methods=["l0:lambda=0.02"], out=other)
        image = self.held_out()[0]["key"]
        key = ("l0:lambda=0.02", image)
        self.assertNotEqual(exact[key][1], self.scores(other)[key][1])
        self.assertAlmostEqual(exact[key][1]["psnr"], self.scores(other)[key][1]["psnr"], 1)
        self.assertEqual(exact[key][3], f"images/l0/{image}.tif")

    def test_pair_images(self):
        self.build("--layout", "reference", out=self.dir / "ref")
        self.benchmark(source=["--pairs", self.dir / "ref/train"])
        results = self.results()
        records = {r["image"]: r for r in results["image_records"]}
        self.assertEqual(len(records), 18)
        self.assertEqual({r["gt_id"] for r in records.values()}, {str(k) for k in range(6)})
        self.assertEqual(records["13"]["gt_id"], "1")
        self.assertEqual(records["13"]["texture_id"], "2")
        pair = t.read_bgr(self.dir / "ref/train/13.png")
        gt, blend = np.split(pair, 2, axis=1)
        mse = np.mean((gt.astype(float) - blend) ** 2)
        self.assertAlmostEqual(self.scores()[("none", "13")][1]["psnr"], 10 * np.log10(255 ** 2 / mse), 9)

    def test_two_folders(self):
        blends, gts = self.dir / "blends", self.dir / "gts"
        blends.mkdir(), gts.mkdir()
        for s in self.held_out():
            shutil.copy(self.data / s["blend"], blends / f"{s['gt_id']}_{s['texture_id']}.png")
            shutil.copy(self.data / s["gt"], gts / f"{s['gt_id']}.png")
        t.write_rgb(blends / "alone_x.png", np.zeros((9, 9, 3), np.uint8))
        self.benchmark(source=["--in", blends, "--gt", gts, "--pairing", "nks"], code=t.ITEMS_FAILED)
        self.assertEqual([(e["item"], e["stage"]) for e in self.errors()], [("alone_x", "pair")])
        self.benchmark(out=self.dir / "other")
        other = {(m, i.replace("__", "_")): v[1] for (m, i), v in self.scores(self.dir / "other").items()}
        self.assertEqual({k: v[1] for k, v in self.scores().items()}, other)


class Kept(BenchmarkCase):
    def test_a_second_run_computes_nothing_and_a_new_method_its_own_cells(self):
        self.benchmark()
        first, cells = self.scores(), self.cells()
        self.assertEqual(cells, 4 * len(self.held_out()))
        self.benchmark()
        self.assertEqual((self.scores(), self.cells()), (first, cells))
        self.benchmark(methods=[*METHODS, "rgf:iterations=2"])
        self.assertEqual(self.cells(), cells + len(self.held_out()))
        self.assertEqual({k: v for k, v in self.scores().items() if k in first}, first)
        self.benchmark("--metrics", "psnr")
        self.assertEqual(self.cells(), cells + len(self.held_out()))

    def test_a_changed_input_or_kept_image_is_computed_again(self):
        self.benchmark()
        cells, sample = self.cells(), self.held_out()[0]
        kept = self.out / "images/l0" / f"{sample['key']}.png"
        good = kept.read_bytes()
        kept.write_bytes(good[:-9])
        self.benchmark()
        self.assertEqual((self.cells(), kept.read_bytes()), (cells + 1, good))
        before = self.scores()
        image = t.read_bgr(self.data / sample["blend"])
        t.cv2.imwrite(str(self.data / sample["blend"]), image // 2)
        self.benchmark()
        self.assertEqual(self.cells(), cells + 1 + 4)
        changed = {image for (method, image), v in self.scores().items() if v != before[(method, image)]}
        self.assertEqual(changed, {sample["key"]})

    def test_killed_at_any_moment(self):
        draw = random.Random(3)
        self.benchmark("--threads", 2, out=self.dir / "whole")
        expected = self.scores(self.dir / "whole")
        for i in range(8):
            out = self.dir / f"killed{i}"
            words = ["benchmark", "--data", self.data, "--out", out, "--timing", "none"]
            for method in METHODS:
                words += ["--method", method]
            process = t.start(*words)
            self.wait_for_images(process, draw.randrange(1, 4 * len(self.held_out())), out / "images")
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.benchmark(out=out)
            self.assertEqual(self.scores(out), expected)
            self.assert_clean(out)

    def test_interrupted_by_ctrl_c(self):
        slow = self.script("time.sleep(0.4); shutil.copy(sys.argv[1], sys.argv[2])\n")
        words = ["benchmark", "--data", self.data, "--out", self.out, "--timing", "none", "--method", "l0:lambda=0.02",
                 "--method", f"external:name=slow,cmd={slow} {{in}} {{out}}"]
        process = t.start(*words)
        self.wait_for_images(process, 2, self.out / "images")
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, t.CANCELLED)
        self.assertGreater(self.cells(), 0)
        self.assertFalse((self.out / "results.json").exists())
        self.expect(t.DONE, *words)

    def test_results_of_somebody_else_are_not_replaced(self):
        self.out.mkdir()
        (self.out / "results.json").write_text("{}", encoding="utf-8")
        self.benchmark(code=t.OUTPUT_FAILED)
        self.assertEqual((self.out / "results.json").read_text(encoding="utf-8"), "{}")
        self.benchmark("--overwrite")

    def test_nothing_is_kept_when_not_wanted(self):
        self.benchmark("--keep", "nothing")
        self.assertFalse((self.out / "images").exists())
        self.benchmark()
        kept = self.out / "images" / "l0"
        self.assertEqual(len(list(kept.iterdir())), len(self.held_out()))


class Own(BenchmarkCase):
    def test_files_are_scored_with_their_times(self):
        mine = self.dir / "mine"
        mine.mkdir()
        for i, sample in enumerate(self.held_out()):
            shutil.copy(self.data / sample["gt" if i == 0 else "blend"], mine / f"{sample['key']}.png")
        key = self.held_out()[0]["key"]
        (mine / "times.csv").write_text(f"image,seconds\n{key},0.25\n", encoding="utf-8")
        self.benchmark(methods=[f"files:dir={mine},name=MyNet"])
        rows = {r["image"]: r for r in self.results()["rows"] if r["method"] == "MyNet"}
        self.assertEqual(rows[key]["metrics"]["psnr"], "inf")
        self.assertEqual(rows[key]["seconds"], 0.25)
        other = self.held_out()[1]["key"]
        self.assertIsNone(rows[other]["seconds"])
        self.assertEqual(rows[other]["metrics"], self.scores()[("none", other)][1])
        summary = next(s for s in self.results()["summary"] if s["method"] == "MyNet" and s["metric"] == "psnr")
        self.assertEqual(summary["infinite"], 1)
        (mine / f"{other}.png").unlink()
        self.benchmark(methods=[f"files:dir={mine},name=MyNet"], code=t.ITEMS_FAILED)
        self.assertIn(f"no image {other}", self.errors()[0]["reason"])

    def test_a_program_per_image(self):
        script = self.script("import cv2\ncv2.imwrite(sys.argv[2], cv2.GaussianBlur(cv2.imread(sys.argv[1]), (0, 0), 2))\n")
        name = "x'y $HOME"  # blanks and what a shell would eat reach the program as they are
        link = self.dir / name
        link.symlink_to(script)
        self.benchmark(methods=["gaussian:sigma=2", f'external:name=CV,cmd="\\"{link}\\" {{in}} {{out}}"'])
        for sample in self.held_out():
            image = t.read_bgr(self.out / "images/CV" / f"{sample['key']}.png")
            expected = t.cv2.GaussianBlur(t.read_bgr(self.data / sample["blend"]), (0, 0), 2)
            self.assertTrue((image == expected).all())
        rows = [r for r in self.results()["rows"] if r["method"] == "CV"]
        self.assertTrue(all(r["seconds"] > 0 for r in rows))
        cells = self.cells()
        time.sleep(1.1)
        script.write_text(script.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        self.benchmark(methods=["gaussian:sigma=2", f'external:name=CV,cmd="\\"{link}\\" {{in}} {{out}}"'])
        self.assertEqual(self.cells(), cells + len(rows), "a changed program is run again")

    def test_programs_that_fail(self):
        bad = self.script("print('no licence', file=sys.stderr); sys.exit(7)\n")
        lazy = self.dir / "lazy.py"
        lazy.write_text("#!/usr/bin/python3\n", encoding="utf-8")
        lazy.chmod(0o755)
        slow = self.dir / "slow.py"
        slow.write_text("#!/usr/bin/python3\nimport time\ntime.sleep(60)\n", encoding="utf-8")
        slow.chmod(0o755)
        self.benchmark(methods=["l0:lambda=0.02", f"external:name=bad,cmd={bad} {{in}} {{out}}",
                                f"external:name=lazy,cmd={lazy} {{in}} {{out}}",
                                f"external:name=slow,cmd={slow} {{in}} {{out}},timeout=0.3",
                                "external:name=gone,cmd=/no/such/program {in} {out}"], code=t.ITEMS_FAILED)
        reasons = {e["item"].split("/")[0]: e["reason"] for e in self.errors()}
        self.assertEqual(set(reasons), {"bad", "lazy", "slow", "gone"})
        self.assertIn("code 7: no licence", reasons["bad"])
        self.assertIn("wrote no {out}", reasons["lazy"])
        self.assertIn("longer than 0.3 s", reasons["slow"])
        self.assertIn("cannot be started", reasons["gone"])
        rows = self.scores()
        self.assertTrue(all(v[0] == ("ok" if m in ("none", "l0:lambda=0.02") else "failed") for (m, _), v in rows.items()))


class Tuned(BenchmarkCase):
    def test_tuned_and_oracle(self):
        self.benchmark("--tune-budget", 14, "--tune-images", 4, "--oracle", methods=["l0", "gaussian", "l0:lambda=0.3"])
        results = self.results()
        self.assertEqual(results["methods"], ["none", "l0", "l0 (tuned)", "gaussian", "gaussian (tuned)", "l0:lambda=0.3",
                                              "gaussian (oracle)", "l0 (oracle)"])
        records = {r["name"]: r for r in results["method_records"]}
        self.assertEqual({n: r["setting"] for n, r in records.items()},
                         {"none": "none", "l0": "default", "l0 (tuned)": "tuned", "gaussian": "default",
                          "gaussian (tuned)": "tuned", "l0:lambda=0.3": "given", "gaussian (oracle)": "oracle",
                          "l0 (oracle)": "oracle"})
        for family in ("l0", "gaussian"):
            points = [p for p in results["sweeps"] if p["family"] == family]
            self.assertLessEqual(len(points), 14)
            self.assertEqual(points[0]["text"], records[family]["text"], "the published setting is tried first")
            best = max(points, key=lambda p: p["metrics"]["ssim:csgis"])
            self.assertEqual(records[f"{family} (tuned)"]["text"], best["text"])
            self.assertTrue({"psnr", "residual-texture", "edge-gradient"} <= set(best["metrics"]))
        scores = self.scores()
        for image in results["images"]:
            for family in ("l0", "gaussian"):
                oracle = scores[(f"{family} (oracle)", image)][1]["ssim:csgis"]
                for setting in (family, f"{family} (tuned)"):
                    self.assertGreaterEqual(oracle, scores[(setting, image)][1]["ssim:csgis"])
        train = {s["key"] for s in t.jsonl(self.data / "samples.jsonl") if s["split"] == "train"}
        self.assertTrue(set(results["run"]["tuned_on"]) <= train)
        self.assertEqual(len(results["run"]["tuned_on"]), 4)
        parts = [key.split("__") for key in results["run"]["tuned_on"]]
        self.assertEqual(len({texture for _, texture in parts}), 3, "all textures before one comes twice")
        self.assertEqual(len({gt for gt, _ in parts}), 4)
        self.assertTrue(any("Best in psnr" in note for note in results["notes"]))
        self.assertFalse([c for c in results["comparisons"] if "(oracle)" in c["against"]])
        for figure in ("wins", "rank_by_gt", "rank_by_texture"):
            self.assertFalse([s for s in results["summary"] if "(oracle)" in s["method"] and figure in s])
        self.assertFalse([note for note in results["notes"] if "better than they are" in note])
        cells = self.cells()
        self.benchmark("--tune-budget", 14, "--tune-images", 4, "--oracle", methods=["l0", "gaussian", "l0:lambda=0.3"])
        self.assertEqual((self.scores(), self.cells()), (scores, cells))

    def test_a_metric_where_less_is_better(self):
        self.benchmark("--tune-budget", 10, "--tune-images", 3, "--tune-metric", "mae", "--metrics", "mae", methods=["gaussian"])
        points = self.results()["sweeps"]
        best = min(points, key=lambda p: p["metrics"]["mae"])
        records = {r["name"]: r for r in self.results()["method_records"]}
        self.assertEqual(records["gaussian (tuned)"]["text"], best["text"])

    def test_scored_images_that_were_tuned_on_are_named(self):
        self.benchmark("--tune-budget", 2, "--tune-images", 3, "--split", "all", methods=["gaussian"])
        results = self.results()
        note = (f"Settings were chosen on 3 of the {len(results['images'])} scored images: the tuned rows look better than "
                "they are.")
        self.assertIn(note, results["notes"])
        self.assertIn(note, (self.out / "report.html").read_text(encoding="utf-8"))

    def test_without_training_images_nothing_is_tuned(self):
        self.build("--layout", "reference", out=self.dir / "ref")
        self.benchmark(source=["--pairs", self.dir / "ref/train"], methods=["gaussian"])
        self.assertEqual(self.results()["methods"], ["none", "gaussian"])
        self.assertTrue(any("no training images" in note for note in self.results()["notes"]))


class Rerun(BenchmarkCase):
    def rerun(self, *options, code=t.DONE, out="again"):
        return self.expect(code, "rerun", self.out / "results.json", "--out", self.dir / out, *options)

    def test_the_same_results(self):
        self.benchmark("--tune-budget", 6, "--tune-images", 2, "--seed", 5, "--metrics", "psnr,mae", methods=["gaussian"])
        self.assertIn("the same results", self.rerun().stdout)
        again = self.results(self.dir / "again")
        self.assertEqual(again["run"], self.results()["run"])
        for part in ("rows", "summary", "comparisons", "sweeps"):
            strip = [{k: v for k, v in r.items() if k != "seconds"} for r in again[part]]
            self.assertEqual(strip, [{k: v for k, v in r.items() if k != "seconds"} for r in self.results()[part]])
        self.expect(t.USAGE, "rerun", self.out / "results.json", "--out", self.out)

    def test_a_changed_input_shows(self):
        self.benchmark(methods=["gaussian:sigma=2"])
        sample = self.held_out()[0]
        image = t.read_bgr(self.data / sample["blend"])
        t.cv2.imwrite(str(self.data / sample["blend"]), image // 2)
        report = json.loads(self.rerun("--json", code=t.ITEMS_FAILED).stdout)
        self.assertFalse(report["equal"])
        psnr = report["metrics"]["psnr"]
        self.assertEqual((psnr["compared"], psnr["differing"]), (2 * len(self.held_out()), 2))
        self.assertIn(sample["key"], psnr["where"])
        os.truncate(self.data / sample["blend"], 100)
        report = json.loads(self.rerun("--json", code=t.ITEMS_FAILED, out="third").stdout)
        self.assertEqual(sum("fails now" in change for change in report["changes"]), 2)

    def test_files_that_are_no_benchmark(self):
        self.benchmark(methods=["gaussian:sigma=2"])
        path = self.out / "results.json"
        whole = json.loads(path.read_text(encoding="utf-8"))
        for change in ({"command": "evaluate"}, {"options": 3}, {"options": {**whole["run"]["options"], "no-such": 1}},
                       {"options": {**whole["run"]["options"], "tune-budget": "x"}}, {"inputs": {}}, {"seed": "x"}):
            path.write_text(json.dumps({**whole, "run": {**whole["run"], **change}}), encoding="utf-8")
            result = t.csgis("rerun", path, "--out", self.dir / "again")
            self.assertIn(result.returncode, (t.USAGE, t.NOTHING_USABLE), change)
        self.expect(t.NOTHING_USABLE, "rerun", self.dir / "none.json", "--out", self.dir / "again")


class Timed(BenchmarkCase):
    def test_times_are_a_pass_of_their_own(self):
        words = ["benchmark", "--data", self.data, "--out", self.out, "--threads", 2, "--tune-budget", 0]
        self.expect(t.DONE, *words, "--method", "l0", "--method", "gaussian")
        times = self.results()["times"]
        self.assertEqual([(r["method"], r["threads"]) for r in times],
                         [("l0", 1), ("l0", 2), ("gaussian", 1), ("gaussian", 2)])
        for record in times:
            self.assertGreaterEqual(record["repeats"], 3)
            self.assertTrue(0 < record["lower_quartile"] <= record["median"] <= record["upper_quartile"])
            self.assertTrue(record["machine"])


class Troubles(BenchmarkCase):
    def test_a_bad_image_fails_its_cells_alone(self):
        sample = self.held_out()[0]
        os.truncate(self.data / sample["blend"], 200)
        self.benchmark(code=t.ITEMS_FAILED)
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in self.errors()],
                         [(sample["key"], pathlib.Path(sample["blend"]).name, "read")])
        for (_, image), row in self.scores().items():
            self.assertEqual(row[0], "failed" if image == sample["key"] else "ok")
        self.benchmark("--on-error", "stop", code=t.ITEMS_FAILED)

    def test_a_bad_ground_truth_is_named(self):
        sample = self.held_out()[0]
        os.truncate(self.data / sample["gt"], 200)
        self.benchmark(code=t.ITEMS_FAILED)
        self.assertIn(f"ground truth {pathlib.Path(sample['gt']).name}", self.errors()[0]["reason"])

    def test_nothing_usable(self):
        for sample in self.held_out():
            os.truncate(self.data / sample["blend"], 200)
        self.benchmark(code=t.NOTHING_USABLE)
        self.benchmark(source=["--data", self.dir / "nowhere"], code=t.NOTHING_USABLE)
        self.benchmark(source=["--pairs", self.dir / "nowhere"], code=t.NOTHING_USABLE)
        self.benchmark("--split", "val-texture", code=t.NOTHING_USABLE)

    def test_wrong_usage(self):
        data = ["--data", self.data]
        for source, methods, options in [
                (["--gt", self.gt], METHODS, []), ([*data, "--pairs", self.gt], METHODS, []), (["--in", self.gt], METHODS, []),
                (data, ["l00"], []), (data, ["l0", "l0"], []), (data, ["l0:lambda=-1"], []), (data, ["files:name=x"], []),
                (data, ["external:name=x"], []), (data, ["external:name=x,cmd=prog {in}"], []),
                (data, ["external:name=x,cmd='prog {in} {out}"], []), (data, METHODS, ["--metrics", "pnsr"]),
                (data, METHODS, ["--tune-metric", "pnsr"]), (data, METHODS, ["--split", "test"]),
                (data, METHODS, ["--metrics", "psnr,psnr"])]:
            with self.subTest(methods=methods, options=options, source=source):
                self.benchmark(*options, source=source, methods=methods, code=t.USAGE)
        self.assertFalse((self.out / "cells.jsonl").exists())

    def test_damaged_cells_are_computed_again(self):
        self.benchmark()
        expected, path = self.scores(), self.out / "cells.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + b"{\"cell\":1}\nnull\n[]\n\xff\xfe\n" + b"".join(lines[1:-1]) + lines[-1][:30])
        self.benchmark()
        self.assertEqual(self.scores(), expected)
        self.benchmark()
        self.assertEqual(self.scores(), expected)


if __name__ == "__main__":
    t.main()
