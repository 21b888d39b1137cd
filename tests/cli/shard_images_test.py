"""`csgis smooth` and `csgis negatives` in shards: merged, they equal the run of one part byte for byte."""
import json

import numpy as np

import csgis_test as t


class ShardCase(t.Case):
    def setUp(self):
        super().setUp()
        self.photos = self.dir / "photos"
        self.photos.mkdir()
        rng = np.random.default_rng(3)
        for i in range(7):
            t.write_rgb(self.photos / f"p{i}.png", t.photo(rng, 24 + i, 40 - i))
        (self.photos / "p3_bad.png").write_bytes(b"no image")

    def run_whole(self, words):
        self.expect(t.ITEMS_FAILED, *words, "--out", self.dir / "whole")
        return self.dir / "whole"

    def run_shards(self, words, count, together=False):
        folders = [self.dir / (f"together-{count}" if together else f"part-{i}-of-{count}") for i in range(count)]
        for i, folder in enumerate(folders):
            self.expect(t.ITEMS_FAILED, *words, "--out", folder, "--shard", f"{i}/{count}")
        return folders

    def merge(self, folders, out, code=t.ITEMS_FAILED):
        return self.expect(code, "data", "merge", *folders, "--out", out)

    def check_all_ways(self, words):
        whole = self.run_whole(words)
        for count in (2, 3, 9):  # of nine, some own nothing
            out = self.dir / f"merged-{count}"
            self.merge(self.run_shards(words, count), out)
            self.assert_same_tree(out, whole, f"{count} shards")
            self.assert_clean(out)
        together = self.run_shards(words, 3, together=True)
        self.assertRegex(self.merge(together[:1], together[0]).stdout, r": \d+ images of 3 shards\n$")
        self.assert_same_tree(together[0], whole)
        self.assertEqual(list(together[0].glob("[!.]*-of-*")), [])
        return whole


class Smooth(ShardCase):
    def words(self, *methods):
        return ["smooth", *(word for method in methods for word in ("--method", method)), "--in", self.photos]

    def test_one_method(self):
        whole = self.check_all_ways(self.words("l0"))
        self.assertEqual(len([p for p in whole.glob("*.png")]), 7)

    def test_several_methods(self):
        whole = self.check_all_ways(self.words("l0", "rgf", "l0:lambda=0.1"))
        self.assertTrue((whole / "methods.json").exists())

    def test_a_merged_folder_is_gone_on_with_as_a_whole_one(self):
        words = self.words("l0", "none")
        self.merge(self.run_shards(words, 2), self.out)
        report = json.loads(self.expect(t.ITEMS_FAILED, *words, "--out", self.out, "--json").stdout)
        self.assertEqual((report["images"], report["resumed"]), (14, 14))

    def test_a_lost_shard_and_one_of_other_options_are_named(self):
        parts = self.run_shards(self.words("l0"), 3)
        self.assertIn("1/3 is lost", self.merge([parts[0], parts[2]], self.out, t.NOTHING_USABLE).stderr)
        other = self.dir / "other"
        self.expect(t.ITEMS_FAILED, *self.words("l0:lambda=0.5"), "--out", other, "--shard", "1/3")
        self.assertIn("lambda=0.5", self.merge([parts[0], other, parts[2]], self.out, t.NOTHING_USABLE).stderr)
        self.assertEqual([p for p in self.out.glob("*.png")] if self.out.exists() else [], [])

    def test_a_changed_result_is_named(self):
        parts = self.run_shards(self.words("l0"), 2)
        victim = sorted(parts[1].glob("*.png"))[0]
        victim.write_bytes(victim.read_bytes()[:-1] + b"x")
        message = self.merge(parts, self.out, t.NOTHING_USABLE).stderr
        self.assertIn(victim.name, message)
        self.assertIn("1/2 again", message)

    def test_one_image_has_no_shards(self):
        self.assertIn("--shard", self.expect(t.USAGE, "smooth", "--method", "l0", "--in", self.photos / "p0.png",
                                             "--out", self.dir / "x.png", "--shard", "0/2").stderr)

    def test_the_scheduler_says_which_part(self):
        words = self.words("l0")
        for rank in range(2):
            self.expect(t.ITEMS_FAILED, *words, "--out", self.out, "--shard", "auto",
                        env=t.environment(OMPI_COMM_WORLD_RANK=str(rank), OMPI_COMM_WORLD_SIZE="2"))
        self.merge([self.out], self.out)
        self.assert_same_tree(self.out, self.run_whole(words))


class Negatives(ShardCase):
    def test_lists_and_files(self):
        words = ["negatives", "--in", self.photos, "--over", "published", "--under", "weak", "--seed", "5"]
        whole = self.check_all_ways(words)
        self.assertEqual(len((whole / "negatives.jsonl").read_text().splitlines()), 7)

    def test_all_methods_of_each_image(self):
        self.check_all_ways(["negatives", "--in", self.photos, "--over", "l0:lambda=0.1", "--over", "rgf",
                             "--negative-pick", "all"])


if __name__ == "__main__":
    t.main()
