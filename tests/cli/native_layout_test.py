"""`csgis build` in the native layout: every file and field, labels and instances, options that change pixels."""
import json
import pathlib

import numpy as np
from PIL import Image

import csgis_test as t
import reference_peer as peer

REC601 = (114, 587, 299)


def indices(path):
    image = Image.open(path)
    assert image.mode == "P", image.mode
    return np.asarray(image)


class NativeCase(t.Case):
    def dataset(self, out=None):
        return json.loads(((out or self.out) / "dataset.json").read_text(encoding="utf-8"))

    def blends(self, out=None):
        return {s["key"]: t.read_bgr((out or self.out) / s["blend"]) for s in self.samples(out)}

    def inputs_by_id(self, folder):
        return {path.stem: t.read_bgr(path) for path in folder.iterdir()}


class Manifest(NativeCase):
    def setUp(self):
        super().setUp()
        self.inputs(gts=6, textures=5)
        (self.labels / "gt02.png").unlink()
        self.result = self.build("--labels", self.labels, "--licence", "CC0 \"x\"", "--seed", "9", "--json")

    def test_every_field_of_samples(self):
        samples = self.samples()
        keys = sorted(f"gt{g:02}__tx{x:02}" for g in range(6) for x in range(5))
        self.assertEqual([s["key"] for s in samples], keys)
        for s in samples:
            self.assertEqual(list(s), ["key", "gt_id", "texture_id", "split", "gt", "blend", "edge", "label", "over", "under", "recipe", "sha256"])
            gt, texture = s["key"].split("__")
            label = None if gt == "gt02" else f"label/{gt}.png"
            self.assertEqual((s["gt_id"], s["texture_id"]), (gt, texture))
            self.assertEqual((s["gt"], s["edge"], s["label"]), (f"gt/{gt}.png", f"edge/{gt}.png", label))
            self.assertEqual(s["blend"], f"blend/{s['key']}.png")
            self.assertEqual((s["over"], s["under"]), ([], []))
            files = {s["gt"], s["blend"], s["edge"]} | ({label} if label else set())
            self.assertEqual(s["sha256"], {name: t.sha256(self.out / name) for name in files})
        for line in (self.out / "samples.jsonl").read_text().splitlines():
            self.assertNotIn(" ", line.replace("CC0 ", ""), "one compact object a line")

    def test_every_field_of_dataset_json(self):
        d = self.dataset()
        self.assertEqual((d["schema"], d["layout"], d["label_kind"], d["seed"], d["licence"]), (1, "native", "class", 9, 'CC0 "x"'))
        self.assertRegex(d["toolkit"], r"^csgis \d+\.\d+\.\d+")
        self.assertEqual({k: d["options"][k] for k in ("layout", "luma", "strength", "edge-threshold", "edge-channel", "split-by", "val", "per-gt")},
                         {"layout": "native", "luma": "rec601", "strength": 1.0, "edge-threshold": 50, "edge-channel": "max", "split-by": "both", "val": "0.1",
                          "per-gt": None})
        for name in ("gt", "textures", "out", "threads", "shard", "quiet"):
            self.assertNotIn(name, d["options"], "paths and ways of running are no part of the result")
        self.assertEqual([g["file"] for g in d["inputs"]["gt"]], [f"gt{i:02}.png" for i in range(6)])
        for g in d["inputs"]["gt"]:
            self.assertEqual(g["sha256"], t.sha256(self.gt / g["file"]))
            if g["file"] == "gt02.png":
                self.assertIsNone(g["label"])
            else:
                self.assertEqual(g["label"], {"file": g["file"], "sha256": t.sha256(self.labels / g["file"])})
        self.assertEqual({x["file"]: x["sha256"] for x in d["inputs"]["textures"]}, {p.name: t.sha256(p) for p in self.tx.iterdir()})
        splits = [s["split"] for s in self.samples()]
        self.assertEqual(d["counts"], {"gt": 6, "textures": 5, "without_label": 1, "samples": 30, "errors": 0,
                                       "splits": {name: splits.count(name) for name in ("train", "val", "val-gt", "val-texture")}})

    def test_split_files_list_the_keys(self):
        for name in ("train", "val", "val-gt", "val-texture"):
            keys = (self.out / f"splits/{name}.txt").read_text().splitlines()
            self.assertEqual(keys, [s["key"] for s in self.samples() if s["split"] == name])
            self.assertTrue(keys, name)

    def test_nothing_else_is_written(self):
        expected = {name for s in self.samples() for name in s["sha256"]}
        expected |= {"gt", "blend", "edge", "label", "splits", "samples.jsonl", "dataset.json"}
        expected |= {f"splits/{p.name}" for p in (self.out / "splits").iterdir()}
        self.assertEqual(set(t.tree(self.out)), expected)
        self.assertEqual(sorted(p.name for p in self.out.iterdir() if p.name.startswith(".")), [".csgis-0-of-1.lock"])

    def test_nothing_says_where_or_when_it_was_built(self):
        for name in ("dataset.json", "samples.jsonl", "splits/train.txt"):
            self.assertNotIn(str(self.dir), (self.out / name).read_text())

    def test_the_report_is_one_object(self):
        report = json.loads(self.result.stdout)
        self.assertEqual(report.pop("blends"), self.dataset()["blends"])
        self.assertEqual(report, {"out": str(self.out), "samples": 30, "resumed": 0, "gt": 6, "textures": 5, "without_label": 1, "errors": 0})


class Pixels(NativeCase):
    def check_blends(self, options, weights=REC601, strength=(1, 1)):
        out = self.dir / "built" / "-".join(options)
        self.build("--headroom", "none", "--tiling", "repeat", *options, out=out)
        gts, textures = self.inputs_by_id(self.gt), self.inputs_by_id(self.tx)
        for s in self.samples(out):
            expected, _ = peer.blend(gts[s["gt_id"]], textures[s["texture_id"]], weights, strength)
            np.testing.assert_array_equal(t.read_bgr(out / s["blend"]), expected, s["key"])
            np.testing.assert_array_equal(t.read_bgr(out / s["gt"]), gts[s["gt_id"]])

    def test_blends_agree_with_the_twin(self):
        self.inputs(gts=3, textures=3)
        self.check_blends([])
        self.check_blends(["--luma", "reference"], weights=(299, 587, 114))
        self.check_blends(["--strength", "0.5"], strength=(1, 2))
        self.check_blends(["--strength", "2.25"], strength=(9, 4))

    def test_edge_options(self):
        self.inputs(gts=4, textures=1)
        gts = self.inputs_by_id(self.gt)
        seen = set()
        for channel, threshold in [("max", 50), ("blue", 50), ("luma", 50), ("luma", 8), ("max", 0), ("max", 255)]:
            out = self.dir / f"{channel}{threshold}"
            self.build("--edge-channel", channel, "--edge-threshold", threshold, out=out)
            for gt_id, gt in gts.items():
                ours = np.asarray(Image.open(out / f"edge/{gt_id}.png"))
                np.testing.assert_array_equal(ours, peer.edges(gt, channel, threshold), f"{channel} {threshold} {gt_id}")
                seen.add((gt_id, ours.tobytes()))
        self.assertGreater(len(seen), 12, "the options make a difference")

    def test_per_gt_draws_textures(self):
        self.inputs(gts=6, textures=5)
        def picks(*options):
            out = self.dir / "-".join(options)
            self.build(*options, out=out)
            found = {}
            for s in self.samples(out):
                found.setdefault(s["gt_id"], []).append(s["texture_id"])
            return found
        two = picks("--per-gt", "2", "--seed", "1")
        self.assertEqual([len(set(names)) for names in two.values()], [2] * 6)
        self.assertGreater(len({tuple(names) for names in two.values()}), 1, "each GT draws for itself")
        self.assertNotEqual(two, picks("--per-gt", "2", "--seed", "2"))
        self.assertEqual([len(set(names)) for names in picks("--per-gt", "99").values()], [5] * 6)


class Labels(NativeCase):
    def test_indices_and_palette_are_kept(self):
        self.inputs(gts=3, textures=1)
        self.build("--labels", self.labels)
        for i in range(3):
            path = self.out / f"label/gt{i:02}.png"
            np.testing.assert_array_equal(indices(path), indices(self.labels / f"gt{i:02}.png"))
            np.testing.assert_array_equal(np.array(Image.open(path).getpalette(), np.uint8), t.voc_palette().ravel())

    def test_grey_and_coloured_label_files_give_the_same_labels(self):
        self.inputs(gts=1, textures=1)
        expected = indices(self.labels / "gt00.png")
        Image.fromarray(expected).save(self.labels / "gt00.png")
        self.build("--labels", self.labels, out=self.dir / "grey")
        Image.fromarray(t.voc_palette()[expected]).save(self.labels / "gt00.png")
        self.build("--labels", self.labels, out=self.dir / "colour")
        for name in ("grey", "colour"):
            np.testing.assert_array_equal(indices(self.dir / name / "label/gt00.png"), expected)

    def test_missing_label_void(self):
        self.inputs(gts=3, textures=1)
        (self.labels / "gt01.png").unlink()
        self.build("--labels", self.labels, "--missing-label", "void")
        self.assertTrue((indices(self.out / "label/gt01.png") == 255).all())
        self.assertEqual([s["label"] for s in self.samples()], [f"label/gt{i:02}.png" for i in range(3)])

    def test_without_labels_the_field_is_null(self):
        self.inputs(gts=2, textures=1)
        self.build()
        self.assertEqual([s["label"] for s in self.samples()], [None, None])
        self.assertIsNone(self.dataset()["label_kind"])
        self.assertFalse((self.out / "label").exists())

    def object_maps(self):
        rng = np.random.default_rng(3)
        self.inputs(gts=2, textures=1)
        maps = {}
        for i in range(2):
            shape = t.read_bgr(self.gt / f"gt{i:02}.png").shape[:2]
            maps[f"gt{i:02}"] = rng.integers(0, 4, shape).astype(np.uint8) * 50
            Image.fromarray(maps[f"gt{i:02}"]).save(self.labels / f"gt{i:02}.png")
        return maps

    def test_object_numbers_are_no_classes(self):
        self.object_maps()
        self.build("--labels", self.labels, code=t.NOTHING_USABLE)
        self.assertEqual({(e["file"], e["stage"]) for e in self.errors()}, {("gt00.png", "label"), ("gt01.png", "label")})

    def test_instance_labels_are_kept_as_they_are(self):
        maps = self.object_maps()
        self.build("--labels", self.labels, "--label-kind", "instance")
        self.assertEqual(self.dataset()["label_kind"], "instance")
        for name, expected in maps.items():
            np.testing.assert_array_equal(indices(self.out / f"label/{name}.png"), expected)

    def test_label_map_makes_classes_and_keeps_both(self):
        maps = self.object_maps()
        table = self.dir / "objects.csv"
        table.write_text("id,note,label,voc_class\n" + "".join(
            f'gt{g:02},"a, ""b""",{label},{voc}\n' for g in range(2) for label, voc in [(50, 3 + g), (100, 0), (150, 20)]))
        self.build("--labels", self.labels, "--label-map", table)
        for g, (name, expected) in enumerate(maps.items()):
            np.testing.assert_array_equal(indices(self.out / f"instance/{name}.png"), expected)
            classes = np.select([expected == 50, expected == 150], [3 + g, 20], 0)
            np.testing.assert_array_equal(indices(self.out / f"label/{name}.png"), classes)
        for s in self.samples():
            self.assertEqual(s["instance"], f"instance/{s['gt_id']}.png")
            self.assertIn(s["instance"], s["sha256"])
        self.assertEqual(self.dataset()["label_kind"], "class")
        self.assertEqual(self.dataset()["inputs"]["tables"], {"label-map": t.sha256(table)})

    def test_an_object_that_the_table_lacks_is_an_item_error(self):
        self.object_maps()
        table = self.dir / "objects.csv"
        table.write_text("id,label,voc_class\ngt00,50,1\ngt00,100,2\ngt00,150,3\ngt01,50,1\n")
        self.build("--labels", self.labels, "--label-map", table, code=t.ITEMS_FAILED)
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in self.errors()], [("gt01", "gt01.png", "label")])
        self.assertEqual([s["gt_id"] for s in self.samples()], ["gt00"])

    def test_wrong_tables_and_combinations_are_refused(self):
        self.object_maps()
        table = self.dir / "objects.csv"
        for text, part in [("id,label\ngt00,1\n", "voc_class"), ("", "empty"), ("id,label,voc_class\ngt00,300,1\n", "300"),
                           ("id,label,voc_class\ngt00,5,21\n", "21"), ("id,label,voc_class\ngt00,5\n", "line 2")]:
            table.write_text(text)
            self.assertIn(part, self.build("--labels", self.labels, "--label-map", table, code=t.NOTHING_USABLE).stderr)
        self.build("--label-map", table, code=t.USAGE)
        self.build("--missing-label", "void", code=t.USAGE)
        self.build("--labels", self.labels, "--label-map", table, "--label-kind", "instance", code=t.USAGE)
        self.build("--labels", self.labels, "--label-map", self.dir / "lost.csv", code=t.NOTHING_USABLE)


class Names(NativeCase):
    def test_two_inputs_with_one_id_are_named(self):
        for folder, option in [(self.gt, "--gt"), (self.tx, "--textures"), (self.labels, "--labels")]:
            with self.subTest(option):
                for used in (self.gt, self.tx, self.labels):
                    for path in used.iterdir():
                        path.unlink()
                self.inputs(gts=2, textures=2)
                first = sorted(folder.iterdir())[0]
                Image.open(first).convert("RGB").save(first.with_suffix(".jpg"))
                message = self.build("--labels", self.labels, code=t.USAGE).stderr
                for part in (option, first.name, first.with_suffix(".jpg").name):
                    self.assertIn(part, message)

    def test_two_pairs_with_one_key_are_named(self):
        rng = np.random.default_rng(5)
        for folder, name in [(self.gt, "a"), (self.gt, "a__b"), (self.tx, "c"), (self.tx, "b__c")]:
            t.write_rgb(folder / f"{name}.png", t.photo(rng, 8, 8))
        message = self.build(code=t.USAGE).stderr
        for part in ("'a__b__c'", "a.png with b__c.png", "a__b.png with c.png"):
            self.assertIn(part, message)
        self.build("--layout", "reference")  # numbers never collide

    def test_odd_names_stay_what_they_are(self):
        rng = np.random.default_rng(6)
        names = ["name with spaces", "näme_画像_ñ", "comma,semi;colon", "quote'and\"double", "-dash", "percent%20%s%n", "a.b.c", "x" * 120]
        for name in names:
            t.write_rgb(self.gt / f"{name}.png", t.photo(rng, 9, 9))
            t.write_rgb(self.tx / f"{name}.PNG", t.noise(rng, 4, 4))
        self.build()
        self.assertEqual({s["key"] for s in self.samples()}, {f"{a}__{b}" for a in names for b in names})
        keys = [s["key"] for s in self.samples()]
        self.assertEqual(keys, sorted(keys, key=str.encode))
        self.expect(t.DONE, "data", "verify", self.out)

    def test_what_is_no_image_file_is_ignored(self):
        self.inputs(gts=2, textures=1)
        (self.gt / "notes.txt").write_text("x")
        (self.gt / ".hidden.png").write_bytes(b"x")
        (self.gt / "folder.png").mkdir()
        (self.gt / "no_extension").write_bytes(b"x")
        (self.gt / "up").symlink_to("..")
        (self.tx / "Thumbs.db").write_bytes(b"x")
        self.build()
        self.assertEqual(len(self.samples()), 2)

    def test_trailing_slashes_and_relative_folders_change_nothing(self):
        self.inputs(gts=2, textures=1)
        self.build()
        self.expect(t.DONE, "build", "--gt", "gt/", "--textures", "./tx", "--out", "other/deep/out/", cwd=self.dir)
        self.assert_same_tree(self.out, self.dir / pathlib.Path("other/deep/out"))


if __name__ == "__main__":
    t.main()
