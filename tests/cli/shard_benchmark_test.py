"""`csgis benchmark` in shards: a run without --shard takes over what they computed, and says what a run alone says."""
import fcntl
import json

import csgis_test as t

METHODS = ["l0", "guided:radius=3", "gaussian", "l0:lambda=0.1"]


class ShardCase(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=6, textures=3, size=(40, 52))
        self.data = self.dir / "set"
        self.build("--split-by", "gt", "--val", "2", out=self.data)

    def benchmark(self, *options, out=None, code=t.DONE):
        methods = [word for method in METHODS for word in ("--method", method)]
        return self.expect(code, "benchmark", "--data", self.data, *methods, "--timing", "none", "--tune-budget", "6",
                           "--tune-images", "2", "--out", out or self.out, *options)

    @staticmethod
    def without_time(out):
        results = json.loads((out / "results.json").read_text())
        for row in results["rows"]:
            row.pop("seconds", None)
        del results["run"]
        return results

    def shards(self, count, *options):
        return [json.loads(self.benchmark("--shard", f"{i}/{count}", "--json", *options).stdout) for i in range(count)]

    def cells(self):
        return t.jsonl(self.out / "cells.jsonl")


class Shards(ShardCase):
    def check(self, count, *options):
        self.benchmark(*options, out=self.dir / "alone")
        reports = self.shards(count, *options)
        self.assertEqual(reports[0]["shard"], f"0/{count}")
        scored = len({(r["method"], r["image"]) for r in self.without_time(self.dir / "alone")["rows"] if "oracle" not in r["method"]})
        self.assertEqual(sum(report["cells"] for report in reports), scored)
        computed = {line["cell"] for part in self.out.glob("cells.*-of-*.jsonl") for line in t.jsonl(part)}
        self.assertFalse((self.out / "results.json").exists())
        self.benchmark(*options)
        self.assertEqual(self.without_time(self.out), self.without_time(self.dir / "alone"))
        self.assertEqual({line["cell"] for line in self.cells()}, computed, "the last run had nothing left to compute")
        self.assertEqual([p.name for p in self.out.iterdir() if "-of-" in p.name and p.name != ".csgis-0-of-1.lock"], [])
        self.assert_same_tree(self.out / "images", self.dir / "alone/images")

    def test_three_shards(self):
        self.check(3)

    def test_more_shards_than_images_and_methods(self):
        self.check(8)

    def test_with_oracle(self):
        self.check(2, "--oracle")

    def test_what_a_lost_shard_would_have_computed_is_computed_by_the_last_run(self):
        self.benchmark(out=self.dir / "alone")
        self.benchmark("--shard", "1/3")
        self.benchmark()
        self.assertEqual(self.without_time(self.out), self.without_time(self.dir / "alone"))

    def test_a_shard_goes_on_where_it_stopped(self):
        self.benchmark("--shard", "0/2")
        path = self.out / "cells.0-of-2.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:3]) + lines[3][:20])
        self.benchmark("--shard", "0/2")
        keys = []
        for line in path.read_text().splitlines():
            try:
                keys.append(json.loads(line)["cell"])
            except json.JSONDecodeError:
                pass
        self.assertEqual(sorted(keys), sorted(json.loads(line)["cell"] for line in lines))

    def test_no_end_while_a_shard_is_at_work(self):
        self.benchmark("--shard", "0/2")
        with open(self.out / ".csgis-0-of-2.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("0-of-2", self.benchmark(code=t.OUTPUT_FAILED).stderr)
        self.assertTrue((self.out / "cells.0-of-2.jsonl").exists())
        self.benchmark()

    def test_errors_are_those_of_a_run_alone(self):
        (self.data / "blend" / f"{self.held_out()}.png").write_bytes(b"damaged")
        self.benchmark(out=self.dir / "alone", code=t.ITEMS_FAILED)
        for i in range(2):
            self.expect_some("--shard", f"{i}/2")
        self.benchmark(code=t.ITEMS_FAILED)
        self.assertEqual((self.out / "errors.jsonl").read_text(), (self.dir / "alone/errors.jsonl").read_text())
        self.assertEqual(list(self.out.glob("errors.*-of-*")), [])

    def expect_some(self, *options):
        methods = [word for method in METHODS for word in ("--method", method)]
        result = t.csgis("benchmark", "--data", self.data, *methods, "--timing", "none", "--tune-budget", "6",
                         "--tune-images", "2", "--out", self.out, *options)
        self.assertIn(result.returncode, (t.DONE, t.ITEMS_FAILED), result.stderr)

    def held_out(self):
        return next(s["key"] for s in t.jsonl(self.data / "samples.jsonl") if s["split"] != "train")


if __name__ == "__main__":
    t.main()
