"""Tables of `csgis benchmark` and `evaluate` that must not mislead: methods that fail, records that are not ours."""
import json
import os
import pathlib
import shutil

import numpy as np

import csgis_test as t
from benchmark_test import BenchmarkCase


class Incomplete(BenchmarkCase):
    def test_a_method_that_fails_somewhere_has_no_place(self):
        """It succeeds on the easiest image alone, where it copies the ground truth: the best mean of all."""
        easy = self.held_out()[0]
        mine = self.dir / "mine"
        mine.mkdir()
        shutil.copy(self.data / easy["gt"], mine / f"{easy['key']}.png")
        shown = self.benchmark("--metrics", "ssim:csgis", code=t.ITEMS_FAILED, methods=[
            "gaussian:sigma=2", "l0:lambda=0.02", f"files:dir={mine},name=Part"]).stdout
        results, count = self.results(), len(self.held_out())
        self.assertRegex(shown, rf"(?m)^Part +1 \(1 of {count}\)$")
        summary = {s["method"]: s for s in results["summary"]}
        self.assertEqual((summary["Part"]["count"], summary["Part"]["mean"]), (1, 1))
        self.assertNotIn("interval", summary["Part"])
        self.assertNotIn("Part", {c["against"] for c in results["comparisons"]} | {c["method"] for c in results["comparisons"]})
        for name, mark in (("results.md", f"(1 of {count})"), ("results.tex", f"(1 of {count})")):
            (row,) = [line for line in (self.out / name).read_text(encoding="utf-8").splitlines()
                      if "Part" in line and "1.0000" in line]
            self.assertIn(mark, row)
            self.assertNotIn("**1.0000**", row)
            self.assertNotIn("textbf", row)
        self.assertIn(f"<small>1 of {count}</small>", (self.out / "report.html").read_text(encoding="utf-8"))

    def test_an_unreadable_training_image_does_not_stop_the_tuning(self):
        train = [s for s in t.jsonl(self.data / "samples.jsonl") if s["split"] == "train"]
        os.truncate(self.data / train[0]["blend"], 200)
        self.benchmark("--tune-budget", 3, "--tune-images", 100, methods=["gaussian"], code=t.ITEMS_FAILED)
        self.assertEqual(self.results()["methods"], ["none", "gaussian", "gaussian (tuned)"])
        self.assertEqual({e["stage"] for e in self.errors()}, {"read"})

    def test_a_value_that_is_no_number_fails_its_item(self):
        folder = {name: self.dir / f"float-{name}" for name in ("pred", "gt")}
        for name, path in folder.items():
            path.mkdir()
            for image, size in (("huge", 3e38), ("fine", 0.5)):
                values = np.full((24, 24, 3), 0.25, np.float32)
                values[::2] = size if name == "pred" else 0.5
                values[1::4] = -size if name == "pred" else 0.5
                t.cv2.imwrite(str(path / f"{image}.tif"), values, [t.cv2.IMWRITE_TIFF_COMPRESSION, 1])
        self.expect(t.ITEMS_FAILED, "evaluate", "--pred", folder["pred"], "--gt", folder["gt"], "--score", "float", "--out",
                    self.out)
        rows = {r["image"]: r for r in self.results()["rows"]}
        self.assertEqual((rows["huge"]["status"], rows["fine"]["status"]), ("failed", "ok"))
        self.assertIn("no number", rows["huge"]["error"])
        self.assertNotIn("nan", (self.out / "results.json").read_text().lower())
        self.expect(t.DONE, "report", "--results", self.out / "results.json", "--out", self.dir / "report")


class Records(BenchmarkCase):
    def test_errors_of_another_command_stay(self):
        self.out.mkdir()
        (self.out / "errors.jsonl").write_text("{}\n", encoding="utf-8")
        self.benchmark(code=t.OUTPUT_FAILED)
        self.expect(t.OUTPUT_FAILED, "evaluate", "--pred", self.gt, "--gt", self.gt, "--out", self.out)
        self.assertEqual((self.out / "errors.jsonl").read_text(encoding="utf-8"), "{}\n")

    def test_results_of_another_set_stay(self):
        self.benchmark(methods=["gaussian:sigma=2"])
        before = (self.out / "results.json").read_bytes()
        other = self.dir / "other"
        shutil.copytree(self.data, other)
        result = self.benchmark(source=["--data", other], methods=["gaussian:sigma=2"], code=t.OUTPUT_FAILED)
        self.assertIn("holds a benchmark of", result.stderr)
        self.assertEqual((self.out / "results.json").read_bytes(), before)
        self.benchmark(source=["--data", f"{self.data}/../set"], methods=["gaussian:sigma=2"])  # the same set
        self.benchmark("--overwrite", source=["--data", other], methods=["gaussian:sigma=2"])

    def test_equal_rows_keep_their_cells(self):
        for name in ("one", "two"):
            (self.dir / name).mkdir()
            for sample in self.held_out():
                shutil.copy(self.data / sample["blend"], self.dir / name / f"{sample['key']}.png")
        run = lambda: self.benchmark("--tune-budget", 1, methods=[
            "gaussian", "gaussian:sigma=2", f"files:dir={self.dir}/one,name=one", f"files:dir={self.dir}/two,name=two"])
        run()
        cells = self.cells()
        run()
        self.assertEqual(self.cells(), cells)

    def test_kept_ground_truths_come_back(self):
        self.benchmark(methods=["gaussian:sigma=2"])
        kept = sorted(p.name for p in (self.out / "images/gt").iterdir())
        cells = self.cells()
        shutil.rmtree(self.out / "images/gt")
        self.benchmark(methods=["gaussian:sigma=2"])
        self.assertEqual((sorted(p.name for p in (self.out / "images/gt").iterdir()), self.cells()), (kept, cells))

    def test_names_stay_apart(self):
        self.benchmark(methods=[f"files:dir={self.gt},name=gaussian (tuned)"], code=t.USAGE)
        folder = self.dir / "bytes"
        folder.mkdir()
        image = next(self.gt.glob("*.png"))
        for name in (b"a\xff.png", b"a\xfe.png"):
            shutil.copy(image, os.path.join(os.fsencode(folder), name))
        self.expect(t.DONE, "evaluate", "--pred", folder, "--gt", folder, "--out", self.out)
        self.assertEqual(self.results()["images"], ["a\\xfe", "a\\xff"])
        self.expect(t.DONE, "report", "--results", self.out / "results.json", "--out", self.dir / "report")

    def test_samples_without_a_result_are_listed(self):
        held_out = [s["key"] for s in self.held_out()]
        folder = self.dir / "part"
        folder.mkdir()
        shutil.copy(self.data / self.held_out()[0]["blend"], folder / f"{held_out[0]}.png")
        result = self.expect(t.DONE, "evaluate", "--pred", folder, "--gt", self.data, "--pairing", "dataset", "--out", self.out)
        split = self.held_out()[0]["split"]
        missing = sorted(s["key"] for s in self.held_out() if s["split"] == split and s["key"] != held_out[0])
        self.assertEqual(sorted(self.results()["unmatched"]), missing)
        self.assertIn(f"samples without an image in {folder}: {len(missing)}", result.stderr)


class Changed(BenchmarkCase):
    def test_times_of_files_may_come_later(self):
        mine = self.dir / "mine"
        mine.mkdir()
        for sample in self.held_out():
            shutil.copy(self.data / sample["blend"], mine / f"{sample['key']}.png")
        keys = [s["key"] for s in self.held_out()]
        seconds = lambda: [r["seconds"] for r in self.results()["rows"] if r["method"] == "MyNet"]
        self.benchmark(methods=[f"files:dir={mine},name=MyNet"])
        self.assertEqual(set(seconds()), {None})
        (mine / "times.csv").write_text(f"image,seconds\n{keys[0]}.png,0.25\n{keys[1]},0.5\n{keys[2]},\n", encoding="utf-8")
        self.benchmark(methods=[f"files:dir={mine},name=MyNet"])
        self.assertEqual(seconds()[:3], [0.25, 0.5, None])

    def test_a_program_on_the_path_that_changed(self):
        program = self.script("shutil.copy(sys.argv[1], sys.argv[2])\n")
        words = ["benchmark", "--data", self.data, "--out", self.out, "--timing", "none", "--method",
                 'external:name=P,cmd="program.py {in} {out}"']
        environment = t.environment(PATH=f"{self.dir}:{os.environ['PATH']}")
        self.expect(t.DONE, *words, env=environment)
        times = os.stat(program)
        program.write_text(program.read_text(encoding="utf-8").replace("shutil.copy(", "sys.exit(3) #"), encoding="utf-8")
        os.utime(program, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.expect(t.ITEMS_FAILED, *words, env=environment)
        for timeout in ("1e16", "0", "nan"):
            self.benchmark(methods=[f"external:name=P,cmd={program} {{in}} {{out}},timeout={timeout}"], code=t.USAGE)

    def test_rerun_says_what_is_gone(self):
        self.build("--split-by", "gt", "--val", "2", "--labels", self.labels, "--overwrite", out=self.data)
        self.benchmark("--metrics", "psnr,flatness", methods=["gaussian:sigma=2"])
        path = self.data / "samples.jsonl"
        lines = [{**s, "label": None} for s in t.jsonl(path)]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        again = self.dir / "again"
        result = self.expect(t.ITEMS_FAILED, "rerun", self.out / "results.json", "--out", again)
        self.assertIn("not the same results", result.stdout)
        self.assertIn(f"flatness: {2 * len(self.held_out())} of", result.stdout)
        self.expect(t.OUTPUT_FAILED, "rerun", self.out / "results.json", "--out", again)

    def test_rerun_of_what_failed_says_so(self):
        os.truncate(self.data / self.held_out()[0]["blend"], 200)
        self.benchmark(methods=["gaussian:sigma=2"], code=t.ITEMS_FAILED)
        result = self.expect(t.ITEMS_FAILED, "rerun", self.out / "results.json", "--out", self.dir / "again")
        self.assertIn("the same results", result.stdout)
        self.assertIn("failed; see", result.stderr)
        shutil.move(self.data, self.dir / "elsewhere")
        result = self.expect(t.NOTHING_USABLE, "rerun", self.out / "results.json", "--out", self.dir / "third")
        self.assertIn(f"the benchmark was made in {pathlib.Path.cwd()}", result.stderr)

    def test_words_for_other_commands(self):
        self.benchmark("--pairing", "multi", source=["--in", self.gt, "--gt", self.gt], code=t.USAGE)
        self.benchmark(methods=["gaussian:sigma=2"])
        for words in (["--difference"], ["--layout", "grid"], ["--dpi", 72]):
            self.expect(t.USAGE, "report", "--results", self.out / "results.json", "--out", self.dir / "r", *words)
        self.expect(t.USAGE, "report", "--results", self.out / "results.json", "--cite", "--figure", "x")


if __name__ == "__main__":
    t.main()
