"""What val holds in the native layout: nothing that train has seen, as --split-by says."""
import itertools

import numpy as np
from PIL import Image

import csgis_test as t


class SplitCase(t.Case):
    def ids(self, split, out=None):
        """GT and texture IDs of the samples of one split."""
        chosen = [s for s in self.samples(out) if s["split"] == split]
        return {s["gt_id"] for s in chosen}, {s["texture_id"] for s in chosen}

    def build_split(self, *options):
        out = self.dir / "built" / "-".join(map(str, options)).replace("/", "_")
        self.build(*options, out=out)
        return out

    def val_gts(self, *options):
        return self.ids("val", self.build_split(*options))[0]

    def counts(self, out):
        splits = [s["split"] for s in self.samples(out)]
        return {name: splits.count(name) for name in set(splits)}


class SplitBy(SplitCase):
    def setUp(self):
        super().setUp()
        self.inputs(gts=10, textures=6, size=(8, 10))

    def check(self, out, gts, textures):
        """Which of the two kinds val may not share with train; the samples are complete."""
        train, val = self.ids("train", out), self.ids("val", out)
        self.assertTrue(val[0] and train[0])
        self.assertEqual(bool(train[0] & val[0]), not gts)
        self.assertEqual(bool(train[1] & val[1]), not textures)
        self.assertEqual(len(self.samples(out)), 60)
        for name in ("train", "val"):
            keys = (out / f"splits/{name}.txt").read_text().split()
            self.assertEqual(keys, [s["key"] for s in self.samples(out) if s["split"] == name])

    def test_both_shares_neither(self):
        for seed in range(4):
            out = self.build_split("--split-by", "both", "--val", "0.3", "--seed", seed)
            self.check(out, gts=True, textures=True)
            val, val_gt, val_texture = (self.ids(name, out) for name in ("val", "val-gt", "val-texture"))
            train = self.ids("train", out)
            self.assertEqual((len(val[0]), len(val[1])), (3, 2))
            self.assertEqual(val_gt, (val[0], train[1]), "val-gt: GT held out, texture seen")
            self.assertEqual(val_texture, (train[0], val[1]), "val-texture: texture held out, GT seen")
            self.assertEqual(self.counts(out), {"train": 28, "val": 6, "val-gt": 12, "val-texture": 14})

    def test_gt_shares_no_gt(self):
        out = self.build_split("--split-by", "gt", "--val", "0.2")
        self.check(out, gts=True, textures=False)
        self.assertEqual(self.counts(out), {"train": 48, "val": 12})

    def test_texture_shares_no_texture(self):
        out = self.build_split("--split-by", "texture", "--val", "0.3")
        self.check(out, gts=False, textures=True)
        self.assertEqual(self.counts(out), {"train": 40, "val": 20})

    def test_pair_shares_both(self):
        out = self.build_split("--split-by", "pair", "--val", "0.2")
        self.check(out, gts=False, textures=False)
        self.assertEqual(self.counts(out), {"train": 48, "val": 12})

    def test_the_default_depends_on_the_number_of_textures(self):
        self.check(self.build_split("--val", "0.2"), gts=True, textures=True)
        for extra in sorted(self.tx.iterdir())[4:]:
            extra.unlink()
        out = self.build_split("--val", "0.2", "--seed", "1")
        self.assertEqual(self.counts(out), {"train": 32, "val": 8})
        self.assertEqual(len(self.ids("val", out)[1]), 4, "with four textures only GTs are held out")


class ValForms(SplitCase):
    def setUp(self):
        super().setUp()
        self.inputs(gts=15, textures=2, size=(8, 10))

    def test_a_point_makes_a_fraction_else_it_is_a_count(self):
        for text, count in [("0.1", 2), ("0.09", 1), ("0.001", 1), (".5", 8), ("0.", 0), ("0.0", 0), ("0", 0), ("1", 1), ("14", 14)]:
            self.assertEqual(len(self.val_gts("--val", text)), count, text)

    def test_train_keeps_at_least_one_gt(self):
        self.assertEqual(len(self.val_gts("--val", "1.")), 14)
        self.assertEqual(len(self.val_gts("--val", "15")), 14)

    def test_a_tenth_is_the_default(self):
        self.assertEqual(self.val_gts(), self.val_gts("--val", "0.1"))

    def test_the_seed_draws(self):
        drawn = {frozenset(self.val_gts("--val", "3", "--seed", seed)) for seed in range(4)}
        self.assertGreater(len(drawn), 1)

    def test_wrong_forms_are_refused(self):
        for text in ("16", "1.1", "-1", "0,1", "x", "", "0.1x", "1e-1", "nan.", "99999999999999999999"):
            message = self.build(f"--val={text}", code=t.USAGE).stderr
            self.assertIn("--val", message)


class Groups(SplitCase):
    def together(self, groups, *options, seeds=12):
        """The GTs of each group are all in val or all in train, and both happens to one of them."""
        sides = set()
        for seed in range(seeds):
            val = self.val_gts("--val", "0.4", "--seed", seed, "--split-by", "gt", *options)
            for group in groups:
                self.assertIn(len(val & group), (0, len(group)), f"seed {seed}: {val}")
                sides.add(bool(val & group))
        self.assertEqual(sides, {True, False})

    def test_groups_of_a_table_stay_together(self):
        self.inputs(gts=10, textures=1, size=(8, 10))
        table = self.dir / "groups.csv"
        table.write_text('group,id\n"walk, 1",gt00\n"walk, 1",gt04\n"walk, 1",gt07\nrun,gt02\nrun,gt03\nother,unknown\n')
        self.together([{"gt00", "gt04", "gt07"}, {"gt02", "gt03"}], "--groups", table)

    def test_near_duplicates_stay_together(self):
        self.inputs(gts=8, textures=1, size=(60, 80))
        image = Image.open(self.gt / "gt03.png")
        image.save(self.gt / "recompressed.jpg", quality=60)
        image.resize((53, 37), Image.BICUBIC).save(self.gt / "small.png")
        image.point(lambda v: min(255, v + 9)).save(self.gt / "brighter.png")
        self.together([{"gt03", "recompressed", "small", "brighter"}])

    def test_different_images_are_no_duplicates(self):
        """Otherwise the test above would prove nothing."""
        self.inputs(gts=8, textures=1, size=(60, 80))
        sizes = {len(self.val_gts("--val", str(n), "--split-by", "gt")) for n in range(1, 8)}
        self.assertEqual(sizes, set(range(1, 8)))

    def test_a_wrong_table_is_refused(self):
        self.inputs(gts=3, textures=1, size=(8, 10))
        table = self.dir / "groups.csv"
        for text, code, part in [("id\ngt00\n", t.NOTHING_USABLE, "group"), ("id,group\ngt00,a\ngt00,b\n", t.USAGE, "gt00")]:
            table.write_text(text)
            self.assertIn(part, self.build("--groups", table, code=code).stderr)


if __name__ == "__main__":
    t.main()
