"""The Python module against the program: same bits, same numbers, and errors that say what is wrong."""
import json
import os
import pathlib
import subprocess
import sys

import numpy as np

import csgis_test as t

sys.path.insert(0, str(pathlib.Path(os.environ["CSGIS_BINARY"]).resolve().parent.parent / "python"))
try:
    import csgis
except ImportError as error:
    print(f"SKIPPED: {error}; the module is built where pybind11-dev is installed, and without sanitizers")
    sys.exit(77)


class Smoothing(t.Case):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(5)
        self.photo = np.clip(t.photo(rng, 33, 47).astype(int) + rng.integers(-20, 20, (33, 47, 3)), 0, 255).astype(np.uint8)
        t.write_rgb(self.dir / "photo.png", self.photo)

    def program(self, method, *options):
        out = self.dir / "out.tif"
        self.expect(t.DONE, "smooth", "--method", method, "--in", self.dir / "photo.png", "--out", out, "--overwrite", *options)
        return csgis.read_image(str(out))

    def test_every_method_gives_the_bits_of_the_program(self):
        for name in csgis.METHODS:
            for exact in (False, True):
                ours = csgis.smooth(self.photo, name, exact=exact)
                np.testing.assert_array_equal(ours, self.program(name, *(["--exact"] if exact else [])), name)
                self.assertEqual((ours.dtype, ours.shape), (np.float32, self.photo.shape))

    def test_options_and_functions_of_every_method(self):
        self.assertEqual(set(csgis.METHODS) - set(csgis.__all__), {name for name in csgis.METHODS if "-" in name})
        np.testing.assert_array_equal(csgis.rtv(self.photo, lambda_=0.02, sigma=2), self.program("rtv:lambda=0.02,sigma=2"))
        np.testing.assert_array_equal(csgis.rgf(self.photo, sigma_s=2), self.program("rgf:sigma-s=2"))
        self.assertIn("lambda", csgis.l0.__doc__)
        self.assertEqual(csgis.Smoother("l0:lambda=0.5").text, "l0:lambda=0.5,kappa=2")

    def test_layouts_and_types(self):
        as_float = (self.photo / np.float32(255)).astype(np.float32)
        wanted = csgis.l0(as_float)
        np.testing.assert_array_equal(csgis.l0(self.photo), wanted)
        np.testing.assert_array_equal(csgis.l0(np.asfortranarray(as_float)), wanted)
        np.testing.assert_array_equal(csgis.l0(as_float[::-1, ::-1][::-1, ::-1]), wanted)
        np.testing.assert_array_equal(csgis.l0(as_float.astype(np.float64)), wanted)
        np.testing.assert_array_equal(csgis.l0(self.photo.astype(np.uint16) * 257), wanted)
        grey = csgis.l0(as_float[..., 1])
        self.assertEqual(grey.shape, (33, 47))
        np.testing.assert_array_equal(csgis.l0(as_float[..., 1:2])[..., 0], grey)
        self.assertFalse(grey.flags.owndata, "handed over, not copied")

    def test_errors_say_what_is_wrong(self):
        for kind, words, call in [
                (TypeError, "int64", lambda: csgis.l0(np.zeros((4, 4), int))),
                (TypeError, "complex", lambda: csgis.l0(np.zeros((4, 4), complex))),
                (ValueError, r"\(4, 4, 4\)", lambda: csgis.l0(np.zeros((4, 4, 4), np.float32))),
                (ValueError, r"\(0, 4\)", lambda: csgis.l0(np.zeros((0, 4), np.float32))),
                (ValueError, "finite", lambda: csgis.l0(np.full((4, 4), np.nan, np.float32))),
                (ValueError, "lambda", lambda: csgis.smooth(self.photo, "l0:lamda=1")),
                (ValueError, "l0", lambda: csgis.smooth(self.photo, "l00")),
                (ValueError, "device", lambda: csgis.smooth(self.photo, "l0", device="gpu")),
                (ValueError, "psnr", lambda: csgis.score(self.photo, self.photo, "psn")),
                (ValueError, "33x47", lambda: csgis.psnr(self.photo, self.photo[:20])),
                (TypeError, "uint8", lambda: csgis.psnr(self.photo, self.photo / 255)),
                (OSError, "nowhere.png", lambda: csgis.read_image("nowhere.png")),
                (ValueError, "photo.txt", lambda: csgis.read_image(self.text_file())),
                (ValueError, "photo.txt", lambda: csgis.net(self.text_file()))]:
            with self.assertRaisesRegex(kind, words):
                call()

    def text_file(self):
        path = self.dir / "photo.txt"
        path.write_text("no image")
        return str(path)


class Scores(t.Case):
    def test_metrics_and_tables_equal_the_program(self):
        rng = np.random.default_rng(7)
        pred, gt = self.dir / "pred", self.dir / "truth"
        pred.mkdir(), gt.mkdir()
        images = {}
        for name in ("a", "b"):
            images[name] = t.photo(rng, 40, 50), t.noise(rng, 40, 50) // 4 + t.photo(rng, 40, 50) // 2
            t.write_rgb(gt / f"{name}.png", images[name][0])
            t.write_rgb(pred / f"{name}.png", images[name][1])
        metrics = ["psnr", "psnr-y", "ssim:csgis", "ssim:wang-y", "ssim:skimage", "mae"]
        self.expect(t.DONE, "evaluate", "--pred", pred, "--gt", gt, "--metrics", ",".join(metrics), "--out", self.out)
        for row in json.loads((self.out / "results.json").read_text())["rows"]:
            truth, result = images[row["image"]]
            for metric in metrics:
                self.assertEqual(csgis.score(result, truth, metric), row["metrics"][metric], metric)
        self.assertEqual(csgis.psnr(images["a"][0], images["a"][0]), float("inf"))
        (row,) = csgis.benchmark_table(self.out / "results.json")
        self.assertEqual((row["images"], row["failed"]), (2, 0))
        self.assertAlmostEqual(row["psnr"], np.mean([csgis.psnr(r, g) for g, r in images.values()]), places=12)


class Datasets(t.Case):
    def test_every_sample_and_torch_workers(self):
        self.inputs()
        self.build("--labels", self.labels, "--over", "guided:radius=3,eps=0.1", "--under", "none")
        train = csgis.Dataset(self.out, "train", negatives=True)
        records = [record for record in self.samples() if record["split"] == "train"]
        self.assertEqual([train[i]["key"] for i in range(len(train))], [record["key"] for record in records])
        sample = train[0]
        np.testing.assert_array_equal(sample["gt"][..., ::-1], t.read_bgr(self.out / records[0]["gt"]))
        np.testing.assert_array_equal(sample["over"][0][..., ::-1], t.read_bgr(self.out / records[0]["over"][0]["file"]))
        self.assertEqual((sample["edge"].ndim, sample["label"].shape), (2, sample["gt"].shape[:2]))
        with self.assertRaisesRegex(ValueError, "no split 'test'"):
            csgis.Dataset(self.out, "test")
        self.assertEqual(len(csgis.Dataset(self.out, "all")), len(self.samples()))
        # torch in a process of its own: it takes a second to load, and may be missing.
        script = ("import sys, csgis, torch\n"
                  "data = csgis.Dataset(sys.argv[1], 'train', transform=lambda s: torch.tensor(int(s['input'].sum())))\n"
                  "for workers in (0, 2): print([int(x) for x in torch.utils.data.DataLoader(data, num_workers=workers)])\n")
        run = subprocess.run([sys.executable, "-c", script, self.out], capture_output=True, text=True, timeout=300,
                             env={**os.environ, "PYTHONPATH": str(pathlib.Path(csgis.__file__).parent.parent)})
        if "No module named 'torch'" in run.stderr:
            self.skipTest("python3-torch is not installed")
        self.assertEqual(run.returncode, 0, run.stderr)
        alone, workers = map(json.loads, run.stdout.splitlines())
        self.assertEqual(alone, workers)
        self.assertEqual(alone, [int(train[i]["input"].sum()) for i in range(len(train))])


if __name__ == "__main__":
    t.main()
