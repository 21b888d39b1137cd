"""`csgis build` beyond the published blend: contrast, headroom, models, placement, regions, presets, and their records."""
import json
import shutil

import numpy as np
from PIL import Image

import csgis_test as t
import reference_peer as peer


def grey_gt(folder, name, value, size=(96, 120)):
    t.write_rgb(folder / f"{name}.png", np.full((*size, 3), value, np.uint8))


def waves(folder, name, seed, size=(50, 60)):
    """A coloured texture without sharp steps, of contrast about 30."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size[0], :size[1]]
    planes = [128 + 30 * np.sin(rng.uniform(.3, .8) * y + rng.uniform(0, 6)) + 30 * np.sin(rng.uniform(.3, .8) * x + rng.uniform(0, 6)) for _ in range(3)]
    t.write_rgb(folder / f"{name}.png", np.stack(planes, 2).astype(np.uint8))


def peer_psnr(a, b):
    return 10 * np.log10(255 ** 2 / np.mean((a.astype(float) - b.astype(float)) ** 2))


class BlendCase(t.Case):
    def pixels(self, out, path):
        return np.asarray(Image.open((out or self.out) / path).convert("RGB")).astype(float)

    def added(self, sample, out=None):
        return self.pixels(out, sample["blend"]) - self.pixels(out, sample["gt"])

    def textures(self, count=4, prefix="tx"):
        for i in range(count):
            waves(self.tx, f"{prefix}{i:02}", 100 + i)


class Contrast(BlendCase):
    def setUp(self):
        super().setUp()
        for i in range(3):
            grey_gt(self.gt, f"gt{i}", 120 + i)
        self.textures()

    def test_blends_have_the_contrast_that_was_drawn(self):
        self.build("--texture-std", "weak,35")
        stds = [s["recipe"]["regions"][0]["std"] for s in self.samples()]
        for s, std in zip(self.samples(), stds):
            self.assertTrue(6 <= std <= 35)
            self.assertAlmostEqual(np.sqrt((self.added(s) ** 2).mean()), std, delta=0.01 * std)
        self.assertGreater(len(set(stds)), 9)
        self.assertGreater(max(stds) - min(stds), 10)

    def test_levels_are_numbers(self):
        for level, std in [("weak", 6), ("nks", 11), ("medium", 20), ("strong", 35), ("7.5", 7.5)]:
            self.build("--texture-std", level, out=self.dir / level)
            self.assertEqual({s["recipe"]["regions"][0]["std"] for s in self.samples(self.dir / level)}, {std})

    def test_records_say_what_the_images_say(self):
        self.build("--texture-std", "10,60", "--headroom", "none", "--texture-colour", "colour")
        for s in self.samples():
            recipe, mse = s["recipe"], (self.added(s) ** 2).mean()
            self.assertAlmostEqual(recipe["input_psnr"], 10 * np.log10(255 ** 2 / mse), delta=0.001)
            self.assertEqual((recipe["model"], recipe["colour"], recipe["headroom"]), ("additive", "colour", "none"))
            self.assertEqual(recipe["regions"][0]["texture"], s["texture_id"])
        summary = json.loads((self.out / "dataset.json").read_text())["blends"]
        values = sorted(s["recipe"]["std"] for s in self.samples())
        self.assertEqual(summary["std"], {"min": values[0], "median": values[6], "max": values[-1]})
        self.assertEqual(summary["samples"], 12)

    def test_a_published_blend_at_a_contrast_is_scaled_alone(self):
        """The draw changes the strength of the published blend and nothing else."""
        self.build("--preset", "reference", "--texture-std", "20")
        for s in self.samples():
            texture = t.read_bgr(self.tx / f"{s['texture_id']}.png").astype(float) @ np.array([.299, .587, .114])
            tiled = peer.tiled(texture, 96, 120)
            expected = np.clip(np.rint(t.read_bgr(self.out / s["gt"]) + (20 / tiled.std() * (tiled - tiled.mean()))[:, :, None]), 0, 255)
            self.assertLessEqual(np.abs(t.read_bgr(self.out / s["blend"]) - expected).max(), 1)
            self.assertLess((t.read_bgr(self.out / s["blend"]) != expected).mean(), 0.001)

    def test_colour_is_in_the_blend_when_asked_for(self):
        for colour, is_grey in [("grey", True), ("colour", False)]:
            self.build("--texture-colour", colour, out=self.dir / colour)
            for s in self.samples(self.dir / colour):
                added = self.added(s, self.dir / colour)
                self.assertEqual((added[:, :, 0] == added[:, :, 2]).all(), is_grey)

    def test_seed_and_key_decide(self):
        self.build("--texture-std", "6,35", "--texture-placement", "rotated")
        self.build("--texture-std", "6,35", "--texture-placement", "rotated", "--seed", "1", out=self.dir / "other")
        first, other = ([s["recipe"] for s in self.samples(out)] for out in (None, self.dir / "other"))
        self.assertTrue(all(a != b for a, b in zip(first, other)))


class Camera(BlendCase):
    def test_some_blends_look_as_from_a_camera_and_ground_truths_never_do(self):
        self.inputs(gts=4, textures=6)
        clean, camera = self.dir / "clean", self.dir / "camera"
        self.build("--seed", "4", out=clean)
        self.build("--seed", "4", "--camera-share", "0.5", out=camera)
        effects, before = [], {s["key"]: s for s in t.jsonl(clean / "samples.jsonl")}
        for sample in t.jsonl(camera / "samples.jsonl"):
            for part in ("gt", "edge"):
                self.assertEqual((camera / sample[part]).read_bytes(), (clean / sample[part]).read_bytes())
            blend, plain = t.read_bgr(camera / sample["blend"]), t.read_bgr(clean / sample["blend"])
            recipe = sample["recipe"]
            effects.append(recipe.pop("camera", None))
            if effects[-1] is None:
                self.assertTrue((blend == plain).all())
                self.assertEqual(recipe, before[sample["key"]]["recipe"])
                continue
            self.assertFalse((blend == plain).all())
            gt = t.read_bgr(camera / sample["gt"])
            self.assertAlmostEqual(recipe["input_psnr"], peer_psnr(gt, blend), places=2)
            self.assertEqual(set(effects[-1]), {"blur", "noise", "jpeg"})
            self.assertTrue(0 <= effects[-1]["blur"] <= 0.8 and 0 <= effects[-1]["noise"] <= 4)
            self.assertTrue(effects[-1]["jpeg"] == 0 or 60 <= effects[-1]["jpeg"] <= 95)
        self.assertTrue(4 <= effects.count(None) <= 20, effects)
        parts = [self.dir / f"part{i}" for i in range(2)]
        for i, part in enumerate(parts):
            self.build("--seed", "4", "--camera-share", "0.5", "--shard", f"{i}/2", out=part)
        self.expect(t.DONE, "data", "merge", *parts, "--out", self.dir / "merged")
        self.assert_same_tree(self.dir / "merged", camera)


class Headroom(BlendCase):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(4)
        image = np.full((90, 100, 3), 255, np.uint8)
        image[:50] = (90, 130, 160)
        image[70:, :30] = (255, 0, 0)
        t.write_rgb(self.gt / "half.png", image)
        t.write_rgb(self.gt / "wide.png", t.photo(rng, 90, 100))
        grey_gt(self.gt, "mid", 128, (90, 100))
        self.textures(2)
        t.write_rgb(self.tx / "noise.png", t.noise(rng, 40, 40))

    def test_by_default_at_most_one_percent_is_clipped_and_texture_is_left(self):
        result = self.build()
        for s in self.samples():
            self.assertLessEqual(s["recipe"]["clipped"], 0.01)
            self.assertEqual(s["recipe"]["headroom"], "scale-texture")
            added = self.added(s)
            self.assertGreater(added.std(), 8)
            self.assertLessEqual(((self.pixels(None, s["blend"]) == 255) & (added > 0)).mean(), 0.03)
        self.assertNotIn("clipped,", result.stderr)

    def test_without_headroom_much_is_clipped_and_said(self):
        result = self.build("--headroom", "none", "--json")
        blends = json.loads(result.stdout)["blends"]
        shares = [s["recipe"]["clipped"] for s in self.samples()]
        self.assertEqual(blends["much_clipped"], sum(share > 0.05 for share in shares))
        self.assertGreater(blends["much_clipped"], 0)
        self.assertIn(f"{blends['much_clipped']} of {len(shares)} blends have more than 5 %", result.stderr)

    def test_compressed_gts_have_room(self):
        self.build("--headroom", "compress-gt", "--texture-std", "10,20")
        samples = self.samples()
        for s in samples:
            self.assertLessEqual(s["recipe"]["clipped"], 0.01)
            # Nothing had to be scaled down: the whole contrast is there.
            self.assertAlmostEqual(np.sqrt((self.added(s) ** 2).mean()), s["recipe"]["std"], delta=0.02 * s["recipe"]["std"])
        gt = self.pixels(None, "gt/half.png")
        self.assertEqual((gt.min(), gt.max()), (50, 205))
        self.assertEqual(len(np.unique(gt.reshape(-1, 3), axis=0)), 3)

    def test_what_is_clipped_little_stays_as_it_is(self):
        self.build("--tiling", "repeat", "--headroom", "none", out=self.dir / "none")
        self.build("--tiling", "repeat")
        same = 0
        for a, b in zip(self.samples(), self.samples(self.dir / "none")):
            is_same = t.sha256(self.out / a["blend"]) == t.sha256(self.dir / "none" / b["blend"])
            self.assertEqual(is_same, b["recipe"]["clipped"] <= 0.01)
            same += is_same
        self.assertTrue(0 < same < len(self.samples()), same)


class Models(BlendCase):
    def test_multiplicative_texture_on_black_adds_nothing(self):
        image = np.zeros((60, 80, 3), np.uint8)
        image[:, 40:] = 127
        t.write_rgb(self.gt / "a.png", image)
        self.textures(2)
        for colour in ("grey", "colour"):
            out = self.dir / colour
            self.build("--texture-model", "multiplicative", "--texture-colour", colour, "--texture-std", "20", out=out)
            for s in self.samples(out):
                added = self.added(s, out)
                self.assertTrue((added[:, :40] == 0).all())
                self.assertGreater(added[:, 40:].std(), 15)

    def test_tilings_and_placements(self):
        grey_gt(self.gt, "a", 128, (150, 170))
        rng = np.random.default_rng(2)
        ramp = np.linspace(40, 200, 40)[None, :, None] + rng.normal(0, 4, (30, 40, 3))
        t.write_rgb(self.tx / "ramp.png", ramp.clip(0, 255).astype(np.uint8))
        t.write_rgb(self.tx / "tile.png", t.noise(rng, 30, 40))
        self.build("--texture-std", "20")
        self.assertEqual({s["texture_id"]: s["recipe"]["regions"][0]["tiling"] for s in self.samples()}, {"ramp": "mirror", "tile": "repeat"})
        added = {s["texture_id"]: self.added(s) for s in self.samples()}
        np.testing.assert_array_equal(added["tile"][:30, :40], added["tile"][30:60, 40:80])
        np.testing.assert_allclose(added["ramp"][:30, :40], added["ramp"][:30, 40:80][:, ::-1], atol=1)
        self.build("--texture-std", "20", "--tiling", "quilt", "--texture-scale", "0.5,2", "--texture-placement", "rotated", "--warp", "perspective", "--texture-fade", "0.5",
                   out=self.dir / "all")
        for s in self.samples(self.dir / "all"):
            region = s["recipe"]["regions"][0]
            self.assertEqual(region["tiling"], "quilt")
            self.assertTrue({"scale", "angle", "shift", "stretch", "shear", "tilt", "fade"} <= region.keys(), region)
            self.assertAlmostEqual(self.added(s, self.dir / "all").std(), 20, delta=0.2)


class Regions(BlendCase):
    OPTIONS = ["--regions", "labels", "--texture-std", "12,30", "--texture-colour", "colour"]

    def setUp(self):
        super().setUp()
        self.maps = {}
        for i in range(4):
            name = f"gt{i}"
            grey_gt(self.gt, name, 128)
            labels = np.zeros((96, 120), np.uint8)
            labels[20:60, 20:70] = 12
            labels[50:90, 60:110] = 15
            labels[5:10, 5:10] = 3  # too small for a texture
            self.maps[name] = labels
            t.write_labels(self.labels / f"{name}.png", labels)
        self.textures(3, "cloth")
        self.textures(3, "fur_")

    def near(self, mask):
        """The mask and one pixel around it."""
        padded = np.pad(mask, 1)
        return np.any([padded[dy:dy + mask.shape[0], dx:dx + mask.shape[1]] for dy in range(3) for dx in range(3)], axis=0)

    def test_each_region_has_its_own_and_none_bleeds(self):
        self.build("--labels", self.labels, *self.OPTIONS)
        flat = different = 0
        for s in self.samples():
            added, labels = self.added(s), self.maps[s["gt_id"]]
            regions = {r["label"]: r for r in s["recipe"]["regions"]}
            self.assertEqual(set(regions), {0, 3, 12, 15})
            self.assertEqual(regions[12]["class"], "dog")
            textured = np.isin(labels, [label for label, r in regions.items() if r["texture"]])
            self.assertTrue((added[~self.near(textured)] == 0).all(), "beyond one pixel nothing is added")
            for label, region in regions.items():
                inner = ~self.near(labels != label)
                if region["texture"]:
                    self.assertAlmostEqual(np.sqrt((added[inner] ** 2).mean()), region["std"], delta=0.15 * region["std"])
                    self.assertTrue(12 <= region["std"] <= 30)
                else:
                    flat += 1
                    self.assertTrue((added[inner] == 0).all())
            different += len({r["texture"] for r in regions.values() if r["texture"]}) > 1
            self.assertIsNone(regions[3]["texture"])
            self.assertIn(s["texture_id"], [r["texture"] for r in regions.values()])
            np.testing.assert_array_equal(np.asarray(Image.open(self.out / s["label"])), labels)
        self.assertGreater(flat, len(self.samples()) + 10)
        self.assertLess(flat, 2.2 * len(self.samples()))
        self.assertGreater(different, 8)

    def test_objects_are_regions_where_a_table_names_their_classes(self):
        table = self.dir / "objects.csv"
        rows = [f"gt{g},{label},{voc}" for g in range(4) for label, voc in [(12, 7), (15, 7), (3, 0)]]
        table.write_text("\n".join(["id,label,voc_class", *rows]) + "\n")
        self.build("--labels", self.labels, "--label-map", table, *self.OPTIONS, "--flat-share", "0")
        for s in self.samples():
            regions = {r["label"]: r for r in s["recipe"]["regions"]}
            self.assertEqual((regions[12]["class"], regions[15]["class"], regions[0]["class"]), ("car", "car", "background"))
            self.assertTrue(regions[12]["texture"] and regions[15]["texture"] and regions[0]["texture"])
            np.testing.assert_array_equal(np.asarray(Image.open(self.out / s["instance"])), self.maps[s["gt_id"]])

    def test_classes_bear_the_textures_of_their_groups(self):
        table = self.dir / "classes.json"
        table.write_text('{"person": ["cloth"], "dog": "fur_01", "background": []}')
        self.build("--labels", self.labels, *self.OPTIONS, "--flat-share", "0", "--class-textures", table)
        seen = set()
        for s in self.samples():
            regions = {r["label"]: r["texture"] for r in s["recipe"]["regions"]}
            self.assertIsNone(regions[0])
            self.assertIn(regions[12], ("fur_01", None))  # held-out samples may not use a texture of train
            self.assertTrue(regions[15] is None or regions[15].startswith("cloth"))
            seen |= set(regions.values())
        self.assertGreaterEqual(len(seen), 4)
        self.assertEqual(json.loads((self.out / "dataset.json").read_text())["inputs"]["tables"], {"class-textures": t.sha256(table)})

    def test_wrong_class_tables_are_named(self):
        table = self.dir / "classes.json"
        for text, part in [("[]", "object"), ("{", "object"), ('{"persn": []}', "'person'"), ('{"person": ["clth"]}', "'cloth'"), ('{"person": [3]}', "'person'"),
                           ('{"person": {"a": "cloth"}}', "'person'")]:
            table.write_text(text)
            message = self.build("--labels", self.labels, *self.OPTIONS, "--class-textures", table, code=t.NOTHING_USABLE, out=self.dir / "wrong").stderr
            self.assertIn(part, message)
            self.assertIn("classes.json", message)

    def test_held_out_textures_stay_out_of_train(self):
        self.build("--labels", self.labels, *self.OPTIONS, "--flat-share", "0", "--split-by", "texture", "--val", "0.34")
        used = {"train": set(), "val": set()}
        for s in self.samples():
            used[s["split"]] |= {r["texture"] for r in s["recipe"]["regions"] if r["texture"]}
        self.assertEqual((used["train"] & used["val"], len(used["train"]), len(used["val"])), (set(), 4, 2))

    def test_threads_shards_and_a_second_run_change_nothing(self):
        options = ["--labels", self.labels, "--preset", "realistic", "--edge-thin", "--seed", "3"]
        self.build(*options, "--threads", "1")
        whole = t.tree(self.out)
        self.build(*options, "--threads", "4", out=self.dir / "four")
        self.assert_same_tree(self.dir / "four", whole)
        for i in range(3):
            self.build(*options, "--shard", f"{i}/3", out=self.dir / "parts")
        self.expect(t.DONE, "data", "merge", self.dir / "parts", "--out", self.dir / "merged")
        self.assert_same_tree(self.dir / "merged", whole)
        for name in sorted(whole)[10:60:7]:
            if whole[name]:
                (self.out / name).unlink()
        self.build(*options)
        self.assert_same_tree(self.out, whole)
        self.expect(t.DONE, "data", "verify", self.out)
        shutil.rmtree(self.dir / "four")

    def test_a_gt_without_label_is_one_region(self):
        (self.labels / "gt1.png").unlink()
        self.build("--labels", self.labels, *self.OPTIONS)
        for s in self.samples():
            self.assertEqual(len(s["recipe"]["regions"]), 1 if s["gt_id"] == "gt1" else 4)
            if s["gt_id"] == "gt1":
                self.assertEqual(s["recipe"]["regions"][0]["texture"], s["texture_id"])


class Presets(BlendCase):
    def test_the_reference_preset_is_the_published_blend(self):
        self.inputs(gts=3, textures=3)
        self.build("--preset", "reference")
        self.build("--layout", "reference", out=self.dir / "pairs")
        gts = sorted(p.stem for p in self.gt.iterdir())
        for s in self.samples():
            expected, _ = peer.blend(t.read_bgr(self.gt / f"{s['gt_id']}.png"), t.read_bgr(self.tx / f"{s['texture_id']}.png"))
            np.testing.assert_array_equal(t.read_bgr(self.out / s["blend"]), expected)
            key = gts.index(s["gt_id"])
            self.assertEqual(t.sha256(self.out / s["edge"]), t.sha256(self.dir / f"pairs/edge/{key}.png"))

    def test_options_win_over_the_preset(self):
        self.inputs(gts=2, textures=2)
        self.build("--preset", "realistic", "--texture-std", "9", "--texture-model", "additive", "--texture-scale", "1")
        options = json.loads((self.out / "dataset.json").read_text())["options"]
        self.assertEqual((options["preset"], options["texture-std"], options["texture-model"], options["texture-scale"], options["headroom"], options["regions"]),
                         ("realistic", "9", "additive", "1", "compress-gt", "none"))
        self.assertEqual({r["std"] for s in self.samples() for r in s["recipe"]["regions"]}, {9})

    def test_what_cannot_be_meant_is_refused(self):
        self.inputs(gts=2, textures=2)
        labels = ["--labels", self.labels]
        wrong = [["--regions", "labels"], ["--flat-share", "0.5"], [*labels, "--class-textures", "x"], [*labels, "--regions", "labels", "--flat-share", "1.5"],
                 [*labels, "--regions", "labels", "--label-kind", "instance", "--class-textures", "x"], ["--texture-std", "20", "--strength", "2"],
                 *(["--texture-std", text] for text in ("", "0", "9,", "20,10", "1e9", "nan", "strng", "6;9", "6,9,12")),
                 *(["--texture-scale", text] for text in ("0", "2,1", "a", "inf", "0.01,1"))]
        reference = [["--preset", "realistic"], ["--texture-std", "20"], ["--headroom", "scale-texture"], ["--texture-model", "multiplicative"],
                     ["--texture-colour", "colour"], ["--texture-scale", "0.5,2"], ["--texture-placement", "shifted"], ["--tiling", "mirror"],
                     ["--warp", "affine"], ["--texture-fade", "0.5"], [*labels, "--regions", "labels"]]
        for options in wrong + [["--layout", "reference", *r] for r in reference]:
            with self.subTest(options):
                message = self.build(*options, code=t.USAGE).stderr
                self.assertIn(next(o for o in reversed(options) if str(o).startswith("--") and (o != "--strength")) if "--strength" not in options else "--strength", message)
                self.assertFalse(self.out.exists() and any(self.out.iterdir()))
        self.build("--layout", "reference", "--preset", "reference", "--headroom", "none", "--tiling", "repeat", "--edge-thin")


if __name__ == "__main__":
    t.main()
