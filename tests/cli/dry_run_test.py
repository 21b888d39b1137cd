"""--dry-run of build, negatives and benchmark: writes nothing, counts as the run does, and comes near to its size."""
import json
import pathlib
import signal
import time

import csgis_test as t

# Estimated bytes against those of the run. Images of a test are small, so that records and samples differ a lot.
FACTOR = 1.5


def files_of(folder):
    return [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]


class DryRunCase(t.Case):
    def setUp(self):
        super().setUp()
        # Its scratch folders, and no others, lie here.
        self.scratch = self.dir / "scratch"
        self.scratch.mkdir()
        self.environment = t.environment(TMPDIR=str(self.scratch))

    def forecast(self, *words, code=t.DONE):
        """The answer of a command with --dry-run, which leaves nothing anywhere."""
        before = {path: path.stat().st_mtime_ns for path in self.dir.rglob("*")}
        result = self.expect(code, *words, "--dry-run", "--json", env=self.environment)
        after = {path: path.stat().st_mtime_ns for path in self.dir.rglob("*")}
        before[self.scratch] = after[self.scratch]  # things came and went
        self.assertEqual(before, after)
        return json.loads(result.stdout) if code in (t.DONE, t.ITEMS_FAILED) else result.stderr

    def assert_comes_near(self, forecast, folder=None):
        """Of numbers that are estimates: bytes and files."""
        files = files_of(folder or self.out)
        written = sum(path.stat().st_size for path in files)
        self.assertLess(forecast["bytes"], FACTOR * written)
        self.assertGreater(forecast["bytes"], written / FACTOR)
        self.assertLess(abs(forecast["files"] - len(files)), 6 + 0.1 * len(files))
        self.assertGreater(forecast["cpu_seconds"], 0)
        self.assertGreater(forecast["seconds"], 0)


class Build(DryRunCase):
    def compare(self, *options):
        forecast = self.forecast(*self.command(*options))
        self.assertFalse(self.out.exists())
        report = json.loads(self.build(*options, "--json").stdout)
        for name in ("gt", "textures", "samples", "without_label", "errors"):
            self.assertEqual(forecast[name], report[name], name)
        self.assert_comes_near(forecast)
        return forecast

    def test_native(self):
        self.inputs(gts=10, textures=7, size=(60, 80))
        forecast = self.compare("--labels", self.labels)
        self.assertEqual(forecast["samples"], 70)
        self.assertIn("of 70 samples", forecast["measured"]["items"])
        self.assertEqual(forecast["notes"], [])

    def test_reference(self):
        self.inputs(gts=10, textures=7, size=(60, 80))
        self.compare("--layout", "reference")

    def test_webdataset(self):
        self.inputs(gts=6, textures=4, size=(60, 80))
        self.compare("--layout", "webdataset")

    def test_negatives_and_few_textures_of_each_gt(self):
        self.inputs(gts=6, textures=5, size=(40, 60))
        self.compare("--per-gt", "2", "--over", "l0:lambda=0.05", "--under", "none", "--preset", "realistic")

    def test_a_shard_and_the_whole(self):
        self.inputs(gts=9, textures=5, size=(40, 60))
        forecast = self.forecast(*self.command("--shard", "1/4"))
        report = json.loads(self.build("--shard", "1/4", "--json").stdout)
        self.assertEqual(forecast["samples"], report["samples"])
        self.assert_comes_near(forecast)
        whole = self.dir / "whole"
        report = json.loads(self.build("--json", out=whole).stdout)
        self.assertEqual(forecast["whole"]["samples"], report["samples"])
        self.assert_comes_near(forecast["whole"], whole)

    def test_bad_inputs_as_in_the_run(self):
        self.inputs(gts=4, textures=3)
        (self.gt / "gt01.png").write_bytes(b"no image")
        forecast = self.forecast(*self.command(), code=t.ITEMS_FAILED)
        self.assertEqual((forecast["gt"], forecast["samples"], forecast["errors"]), (3, 9, 1))
        said = t.csgis(*self.command("--dry-run")).stderr
        self.assertIn("gt01.png: ", said)
        self.assertIn(self.build(code=t.ITEMS_FAILED) and self.errors()[0]["reason"], said)

    def test_what_ends_a_run_ends_it(self):
        self.inputs(gts=2, textures=2)
        (self.gt / "gt00.png").write_bytes(b"no image")
        empty = self.dir / "empty"
        empty.mkdir()
        for code, *options in ((t.USAGE, "--val", "none"), (t.USAGE, "--over", "10"), (t.USAGE, "--shard", "5/4"),
                               (t.USAGE, "--layout", "webdataset", "--shard", "0/2"),
                               (t.ITEMS_FAILED, "--on-error", "stop"), (t.NOTHING_USABLE, "--photos", empty, "--over", "l0")):
            dry = self.expect(code, *self.command(*options, "--dry-run"), env=self.environment)
            self.assertFalse(self.out.exists())
            run = self.expect(code, *self.command(*options))
            self.assertEqual(dry.stderr.splitlines()[-1], run.stderr.splitlines()[-1])
            t.shutil.rmtree(self.out, ignore_errors=True)

    def test_a_folder_with_files_is_left_alone(self):
        self.inputs(gts=2, textures=2)
        self.build()
        before = t.tree(self.out)
        (note,) = self.forecast(*self.command())["notes"]
        self.assertIn("holds files already", note)
        self.assertEqual(t.tree(self.out), before)

    def test_ctrl_c_leaves_nothing(self):
        self.inputs(gts=4, textures=3, size=(300, 400))
        process = t.subprocess.Popen([t.BINARY, *map(str, self.command("--dry-run", "--over", "pnls"))],
                                     env=self.environment, stdout=t.subprocess.PIPE, stderr=t.subprocess.PIPE, text=True)
        until = time.monotonic() + 60 * t.SLOWNESS
        while process.poll() is None and not any(self.scratch.iterdir()) and time.monotonic() < until:
            time.sleep(0.002)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120 * t.SLOWNESS)
        self.assertEqual(process.returncode, t.CANCELLED)
        self.assertEqual(list(self.scratch.iterdir()), [])
        self.assertFalse(self.out.exists())

    def test_in_words(self):
        self.inputs(gts=2, textures=2)
        said = self.expect(t.DONE, *self.command("--dry-run", "--threads", "1"), env=self.environment).stdout
        for words in ("nothing is written", "on 1 thread", "4 samples", "estimated from", "files"):
            self.assertIn(words, said)


class Negatives(DryRunCase):
    def words(self, *options):
        return ["negatives", "--in", self.gt, "--out", self.out, "--over", "l0:lambda=0.05", *options]

    def test_counts_and_size(self):
        t.make_gts(self.gt, 3, 12, (60, 80))
        (self.gt / "bad.png").write_bytes(b"no image")
        words = self.words("--under", "weak", "--negative-pick", "all")
        forecast = self.forecast(*words, code=t.ITEMS_FAILED)
        self.assertFalse(self.out.exists())
        report = json.loads(self.expect(t.ITEMS_FAILED, *words, "--json").stdout)
        self.assertEqual((forecast["images"], forecast["errors"]), (report["images"], report["errors"]))
        self.assertEqual(forecast["images"], 12)
        self.assert_comes_near(forecast)

    def test_what_ends_a_run_ends_it(self):
        self.forecast(*self.words(), code=t.NOTHING_USABLE)
        (self.gt / "bad.png").write_bytes(b"no image")
        self.assertIn("none of the 1 images can be used", self.forecast(*self.words(), code=t.NOTHING_USABLE))
        self.forecast(*self.words("--under", "nonsense"), code=t.USAGE)
        self.forecast("negatives", "--in", self.gt, "--out", self.out, code=t.USAGE)


class Benchmark(DryRunCase):
    def setUp(self):
        super().setUp()
        self.inputs(gts=6, textures=3, size=(60, 80))
        self.data = self.dir / "set"
        self.build("--split-by", "gt", "--val", "2", out=self.data)

    def words(self, *options):
        return ["benchmark", "--data", self.data, "--out", self.out, *options]

    def test_counts_and_size(self):
        words = self.words("--method", "guided", "--method", "gaussian:sigma=1", "--tune-budget", "5", "--tune-images", "4")
        forecast = self.forecast(*words)
        self.assertFalse(self.out.exists())
        self.expect(t.DONE, *words)
        results = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        self.assertEqual(forecast["images"], len(results["images"]))
        self.assertEqual(forecast["methods"], len(results["methods"]))
        self.assertEqual(forecast["tuning_images"], len(results["run"]["tuned_on"]))
        self.assertEqual(forecast["tuning_runs"], 5 * 4)
        self.assertEqual(forecast["cells"], len(t.jsonl(self.out / "cells.jsonl")))
        self.assert_comes_near(forecast)

    def test_oracle_and_nothing_kept(self):
        words = self.words("--method", "guided", "--tune-budget", "3", "--tune-images", "2", "--oracle", "--keep", "nothing",
                           "--timing", "none")
        forecast = self.forecast(*words)
        self.expect(t.DONE, *words)
        results = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        self.assertEqual(forecast["methods"], len(results["methods"]))
        self.assert_comes_near(forecast)

    def test_bad_inputs_as_in_the_run(self):
        sample = next(s for s in t.jsonl(self.data / "samples.jsonl") if s["split"] != "train")
        (self.data / sample["blend"]).write_bytes(b"no image")
        words = self.words("--method", "gaussian:sigma=1")
        self.assertEqual(self.forecast(*words, code=t.ITEMS_FAILED)["errors"], 1)
        self.expect(t.ITEMS_FAILED, *words)
        self.forecast(*self.words("--method", "nonsense"), code=t.USAGE)
        empty = self.dir / "empty"
        empty.mkdir()
        self.forecast("benchmark", "--pairs", empty, "--out", self.out, code=t.NOTHING_USABLE)


if __name__ == "__main__":
    t.main()
