"""`csgis train` on a tiny dataset: files, resuming bit for bit after kill -9 and Ctrl-C, wrong usage, full disks."""
import json
import math
import pathlib
import re
import shutil
import signal
import tempfile
import time
import unittest

import numpy as np

import csgis_test as t
import event_file
from PIL import Image

SMALL = ["--network", "lite", "--width", "4", "--blocks", "2", "--patch", "32", "--val-crop", "32", "--batch", "2",
         "--threads", "1", "--log-steps", "2"]
KEPT = ["weights.safetensors", "best.safetensors"]


def safetensors(path):
    """Names with dtype, shape and bytes, and the metadata."""
    data = pathlib.Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    notes = header.pop("__metadata__", {})
    body = data[8 + size:]
    return {n: (e["dtype"], e["shape"], body[slice(*e["data_offsets"])]) for n, e in header.items()}, notes


def timeless(path):
    """The lines of metrics.jsonl without what differs between equal runs."""
    return [{k: v for k, v in line.items() if k != "time"} for line in t.jsonl(path)]


def last_wins(words):
    """Options without those that are given again later, which the program refuses."""
    options = {}
    for word in map(str, words):
        if word.startswith("--"):
            name = word
            options.pop(name, None)
            options[name] = []
        else:
            options[name].append(word)
    return [word for name, values in options.items() for word in (name, *values)]


def size_of(path):
    with Image.open(path) as image:
        return image.size


class TrainCase(t.Case):
    @classmethod
    def setUpClass(cls):
        cls.data = pathlib.Path(tempfile.mkdtemp(prefix="csgis-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.data, ignore_errors=True)
        source, cls.set = cls.data / "synth", cls.data / "set"
        t.csgis("synth", "--out", source, "--scenes", 6, "--textures", 3, "--min-side", 64, "--max-side",
                80).check_returncode()
        t.csgis("build", "--gt", source / "scenes", "--labels", source / "labels", "--textures", source / "textures",
                "--out", cls.set, "--val", "2", "--over", "l0:lambda=0.05").check_returncode()

    def words(self, *more, out=None):
        return ["train", *last_wins(["--data", self.set, "--out", out or self.out, *SMALL, *more])]

    def train(self, *more, code=t.DONE, out=None, **run):
        return self.expect(code, *self.words(*more, out=out), **run)

    def start(self, *more, out=None):
        process = t.start(*self.words(*more, "--quiet", out=out))
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def lines(self, out=None):
        path = (out or self.out) / "metrics.jsonl"
        return path.read_text().count("\n") if path.exists() else 0

    def wait_for_lines(self, process, count, out=None):
        while process.poll() is None and self.lines(out) < count:
            time.sleep(0.002)

    def assert_same_training(self, first, second):
        for name in KEPT:
            a, b = safetensors(first / name), safetensors(second / name)
            self.assertEqual(sorted(n for n in a[0] if a[0][n] != b[0].get(n)), [], name)
            self.assertEqual(a[1], b[1])
        self.assertEqual(timeless(first / "metrics.jsonl"), timeless(second / "metrics.jsonl"))


class Files(TrainCase):
    def test_a_training_leaves_weights_records_and_a_page(self):
        report = json.loads(self.train("--epochs", "3", "--json").stdout)
        per_epoch = json.loads((self.out / "run.json").read_text())["batches_per_epoch"]
        self.assertGreater(per_epoch, 2)
        self.assertEqual((report["steps"], report["epochs"], report["complete"]), (3 * per_epoch, 3, True))

        lines = t.jsonl(self.out / "metrics.jsonl")
        steps = [line["step"] for line in lines if "val" not in line]
        self.assertEqual(steps, list(range(2, 3 * per_epoch + 1, 2)))
        epochs = [line for line in lines if "val" in line]
        self.assertEqual([(e["epoch"], e["step"]) for e in epochs], [(i, (i + 1) * per_epoch) for i in range(3)])
        scores = [e["val"]["ssim"] for e in epochs]
        self.assertEqual(report["best"], max(scores))
        self.assertEqual(report["best_epoch"], scores.index(max(scores)))
        self.assertTrue(all(math.isfinite(v) for e in epochs for v in e["train"].values() if v != "inf"))
        for name in KEPT:
            tensors, notes = safetensors(self.out / name)
            self.assertGreater(len(tensors), 4)
            self.assertEqual((notes["kind"], notes["width"], notes["blocks"], notes["colour"]), ("lite", "4", "2", "rgb"))
            self.assertIn("R-14", notes["recipe"])
            training = json.loads(notes["training"])
            self.assertEqual(training["identity"]["options"]["mode"], "baseline")
        self.assertEqual(json.loads(safetensors(self.out / "best.safetensors")[1]["training"])["epoch"],
                         report["best_epoch"])
        for epoch in range(3):
            grid = np.asarray(Image.open(self.out / f"samples/epoch-{epoch:04}.png"))
            self.assertEqual(grid.shape, (4 * 32 + 3 * 2, 4 * 32 + 3 * 2, 3))
        self.assertIn("Content-Security-Policy", (self.out / "train.html").read_text())
        self.assert_clean()

    def test_the_weights_are_a_method_at_once(self):
        self.train("--steps", "4")
        image = next((self.set / "blend").glob("*.png"))
        smooth = self.dir / "smooth.png"
        result = self.expect(t.DONE, "smooth", "--method", f"net:weights={self.out}/weights.safetensors", "--in", image,
                             "--out", smooth)
        self.assertNotIn("is assumed", result.stderr)
        self.assertEqual(size_of(smooth), size_of(image))

    def test_tensorboard_files_hold_scalars_and_pictures(self):
        self.train("--epochs", "2")
        (path,) = (self.out / "tensorboard").iterdir()
        self.assertRegex(path.name, r"^events\.out\.tfevents\.\d+\.")
        events = list(event_file.events(path.read_bytes()))
        self.assertEqual(events[0]["version"], "brain.Event:2")
        scalars, pictures = {}, {}
        for event in events[1:]:
            for tag, value in event["values"].items():
                (pictures if isinstance(value, dict) else scalars).setdefault(tag, {})[event["step"]] = value
        for line in t.jsonl(self.out / "metrics.jsonl"):
            if "val" in line:
                expected = {**{f"val/{k}": v for k, v in line["val"].items()},
                            **{f"epoch/{k}": v for k, v in line["train"].items()}}
            else:
                expected = {f"train/{k}": v for k, v in line.items() if k not in ("step", "epoch", "rate", "time")}
                expected["rate"] = line["rate"]
            for tag, value in expected.items():
                if isinstance(value, float) and math.isfinite(value):
                    self.assertEqual(scalars[tag][line["step"]], np.float32(value), tag)
        grids = pictures["val/samples"]
        self.assertEqual(len(grids), 2)
        for i, step in enumerate(sorted(grids)):
            image = grids[step]
            png = (self.out / f"samples/epoch-{i:04}.png").read_bytes()
            self.assertEqual(image["png"], png)
            self.assertEqual((image["width"], image["height"]), size_of(self.out / f"samples/epoch-{i:04}.png"))

    def test_shards_and_a_packed_file_train_what_the_dataset_trains(self):
        shards, packed = self.dir / "shards", self.dir / "set.pack"
        self.expect(t.DONE, "data", "export", self.set, "--format", "webdataset", "--samples-per-shard", "4", "--out",
                    shards)
        self.expect(t.DONE, "data", "pack", shards, "--out", packed)
        tensors, losses = [], []
        for name, data in (("native", self.set), ("shards", shards), ("packed", packed)):
            out = self.dir / name
            self.train("--steps", "6", "--data", data, out=out)
            tensors.append(safetensors(out / "weights.safetensors")[0])
            losses.append(timeless(out / "metrics.jsonl"))
        self.assertEqual(tensors[0], tensors[1])
        self.assertEqual(tensors[0], tensors[2])
        self.assertEqual(losses[0], losses[1])

    def test_from_synth_on_the_fly(self):
        words = ["train", "--data", "synth", "--synth-epoch", "6", "--synth-val", "2", *SMALL, "--epochs", "2", "--json"]
        report = json.loads(self.expect(t.DONE, *words, "--out", self.out).stdout)
        self.assertEqual((report["steps"], report["epochs"]), (6, 2))
        again = self.dir / "again"
        self.expect(t.DONE, *words, "--out", again)
        self.assert_same_training(self.out, again)
        other = self.dir / "other"
        self.expect(t.DONE, *words, "--out", other, "--seed", "1")
        self.assertNotEqual(safetensors(self.out / KEPT[0])[0], safetensors(other / KEPT[0])[0])

    def test_the_reference_recipe_keeps_checkpoints_under_the_published_names(self):
        self.train("--epochs", "2", "--recipe", "reference")
        names = [p.name for p in self.out.iterdir() if p.name.startswith("epoch ")]
        self.assertIn(True, [re.fullmatch(r"epoch 0_ssim \d\.\d{6}_psnr \d+\.\d{6} ", n) is not None for n in names])
        self.assertFalse((self.out / "best.safetensors").exists())
        first = next(n for n in names if n.startswith("epoch 0"))
        inspected = json.loads(self.expect(t.DONE, "weights", "inspect", self.out / first, "--json").stdout)
        self.assertEqual(inspected["epoch"], 1)
        # the first batch is not in the means of the losses.
        epoch = next(line for line in t.jsonl(self.out / "metrics.jsonl") if "val" in line)
        self.assertEqual(json.loads((self.out / "run.json").read_text())["identity"]["recipe"], "")
        self.assertTrue(math.isfinite(epoch["train"]["total"]))

    def test_seeds_are_summarised(self):
        self.train("--steps", "4", "--seeds", "2", "--seed", "5")
        summary = json.loads((self.out / "seeds.json").read_text())
        self.assertEqual([r["seed"] for r in summary["runs"]], [5, 6])
        values = [r["val"]["psnr"] for r in summary["runs"]]
        self.assertAlmostEqual(summary["spread"]["psnr"]["mean"], np.mean(values))
        self.assertAlmostEqual(summary["spread"]["psnr"]["sd"], np.std(values, ddof=1))
        for seed in (5, 6):
            notes = json.loads(safetensors(self.out / f"seed-{seed}/weights.safetensors")[1]["training"])
            self.assertEqual(notes["identity"]["seed"], seed)
        self.train("--steps", "4", "--seeds", "2", "--seed", "5", code=t.OUTPUT_FAILED)
        self.train("--steps", "4", "--seeds", "3", "--seed", "5", "--resume")
        self.assertEqual(len(json.loads((self.out / "seeds.json").read_text())["runs"]), 3)
        weights = [f"net:weights={self.out}/seed-{seed}/weights.safetensors" for seed in (5, 6, 7)]
        self.expect(t.DONE, "benchmark", "--data", self.set, "--timing", "none", "--keep", "nothing", "--metrics", "psnr",
                    *(word for method in weights for word in ("--method", method)), "--out", self.dir / "scores")
        results = json.loads((self.dir / "scores/results.json").read_text())
        means = [np.mean([r["metrics"]["psnr"] for r in results["rows"] if r["method"] == method]) for method in weights]
        [group] = results["seed_means"]
        self.assertEqual((group["group"], group["seeds"], group["metric"]), ("mode=baseline", 3, "psnr"))
        self.assertAlmostEqual(group["mean"], np.mean(means))
        self.assertAlmostEqual(group["sd"], np.std(means, ddof=1))
        self.assertNotIn("seed_differences", results)


class Resume(TrainCase):
    LONG = ["--epochs", "5", "--save-seconds", "0", "--save-steps", "5"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.data / "whole"
        t.csgis("train", *last_wins(["--data", cls.set, "--out", cls.whole, *SMALL, *cls.LONG])).check_returncode()

    def copy_of_whole(self):
        return pathlib.Path(shutil.copytree(self.whole, self.dir / "copy"))

    def test_killed_at_any_moment(self):
        total = self.lines(self.whole)
        for i, lines in enumerate((1, total // 2, total - 2)):
            out = self.dir / f"out{i}"
            process = self.start(*self.LONG, out=out)
            self.wait_for_lines(process, lines, out)
            process.kill()
            process.wait()
            self.train(*self.LONG, "--resume", out=out)
            self.assert_same_training(self.whole, out)

    def test_killed_again_and_again(self):
        for lines in (3, 9):
            process = self.start(*self.LONG, "--resume")
            self.wait_for_lines(process, lines)
            process.kill()
            process.wait()
        self.train(*self.LONG, "--resume")
        self.assert_same_training(self.whole, self.out)
        # Readers of TensorBoard are told where each run begins.
        restarts = [e["step"] for p in (self.out / "tensorboard").iterdir()
                    for e in event_file.events(p.read_bytes()) if e.get("restart")]
        self.assertGreater(len(restarts), 0)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.dir / f"out{number}"
            process = self.start(*self.LONG, "--save-steps", "0", out=out)
            self.wait_for_lines(process, 4, out)
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=60 * t.SLOWNESS)
            self.assertEqual((process.returncode, stdout), (t.CANCELLED, ""), stderr)
            self.assert_clean(out)
            self.train(*self.LONG, "--save-steps", "0", "--resume", out=out)
            self.assert_same_training(self.whole, out)

    def test_k_and_k_steps_are_2k_steps(self):
        total = t.jsonl(self.whole / "metrics.jsonl")[-1]["step"]
        half = total // 2 + 1  # in the middle of an epoch
        self.train("--steps", half)
        self.assertIn("end", t.jsonl(self.out / "metrics.jsonl")[-1])
        self.train("--steps", total, "--resume")
        self.assert_same_training(self.whole, self.out)
        # A training that is done stays what it is.
        self.train("--steps", total, "--resume")
        self.assert_same_training(self.whole, self.out)
        self.train("--steps", half, "--resume", code=t.USAGE)

    def test_with_averaged_weights_and_accumulated_gradients(self):
        more = ["--ema", "0.9", "--accumulate", "3", "--epochs", "2", "--optimizer", "adam"]
        whole = self.dir / "whole2"
        self.train(*more, out=whole)
        self.train(*more, "--steps", "7")
        self.train(*more, "--resume")
        self.assert_same_training(whole, self.out)

    def test_as_published_an_epoch_at_the_old_rate_follows_and_the_best_is_forgotten(self):
        rates, saved = {}, {}
        for fix in ("off", "on"):
            out = self.dir / fix
            more = ["--recipe", "reference", "--fix", f"R-15={fix}", "--milestones", "1", "--lr", "0.004"]
            self.train(*more, "--epochs", "2", out=out)
            self.train(*more, "--epochs", "4", "--resume", out=out)
            rates[fix] = [line["rate"] for line in t.jsonl(out / "metrics.jsonl") if "val" in line]
            saved[fix] = sum(p.name.startswith("epoch 2_") for p in out.iterdir())
        self.assertEqual(rates, {"off": [0.004, 0.004, 0.004, 0.002], "on": [0.004, 0.004, 0.002, 0.002]})
        self.assertEqual(saved["off"], 1)  # any score is better than none

    def test_a_folder_of_another_training_is_refused(self):
        whole = self.copy_of_whole()
        before = t.tree(whole)
        for more, word in ((["--lr", "0.01"], "lr"), (["--seed", "3"], "seed"), (["--fix", "R-11=off"], "recipe"),
                           (["--mode", "baseline", "--width", "8"], "width")):
            for flag in ("--quiet", "--resume"):
                result = self.train(*self.LONG, *more, flag, code=t.OUTPUT_FAILED, out=whole)
                self.assertIn(word, result.stderr)
        result = self.train(*self.LONG, code=t.OUTPUT_FAILED, out=whole)
        self.assertIn("--resume", result.stderr)
        self.assertEqual(t.tree(whole), before)
        self.train(*self.LONG, "--epochs", "1", "--lr", "0.01", "--overwrite", out=whole)
        self.assertEqual(len([x for x in t.jsonl(whole / "metrics.jsonl") if "val" in x]), 1)

    def test_a_damaged_state_is_named(self):
        whole = self.copy_of_whole()
        state = whole / "last.ckpt"
        state.write_bytes(state.read_bytes()[:-200])
        result = self.train(*self.LONG, "--resume", code=t.OUTPUT_FAILED, out=whole)
        self.assertIn("last.ckpt", result.stderr)


class Modes(TrainCase):
    def halves_are_the_whole(self, name, *more):
        """Trains in one go and in two; the weights of both are the same."""
        whole, halves = self.dir / f"{name}-whole", self.dir / f"{name}-halves"
        self.train(*more, "--steps", "7", out=whole)
        self.train(*more, "--steps", "3", out=halves)
        self.train(*more, "--steps", "7", "--resume", out=halves)
        a, b = (safetensors(folder / "weights.safetensors")[0] for folder in (whole, halves))
        self.assertEqual(sorted(n for n in a if a[n] != b.get(n)), [])
        return whole

    def test_a_segmenter_is_trained_and_then_guides(self):
        segment = ["--task", "segment", "--network", "DeepLabV3Plus_MobileNetV2", "--schedule", "steps"]
        segmenter = self.halves_are_the_whole("segmenter", *segment) / "weights.safetensors"
        (line,) = [line for line in t.jsonl(segmenter.parent / "metrics.jsonl") if "end" in line]
        self.assertTrue(0 <= line["val"]["miou"] <= 1)
        self.assertNotIn("ssim", line["val"])
        guides = ["--seg-weights", segmenter, "--vgg-weights", "random:3", "--mode", "full"]
        for recipe in ("corrected", "reference"):  # as published the segmenter drifts: its state is saved too
            with self.subTest(recipe):
                out = self.halves_are_the_whole(recipe, *guides, "--recipe", recipe)
                line = t.jsonl(out / "metrics.jsonl")[-1]
                for name in ("contrast", "con_pos", "con_neg", "active_con", "gram_neg", "active_gram", "segmentation"):
                    self.assertTrue(math.isfinite(line["val"][name]), name)
                training = json.loads(safetensors(out / "weights.safetensors")[1]["training"])
                self.assertIn("random weights", training["vgg"])
                expected = {"reference": [0.3, 0.04]}.get(recipe)
                self.assertTrue(training["margins"] == expected if expected else 0 < training["margins"][0] < 0.3)

    def test_every_mode_learns_what_its_loss_says(self):
        for mode, more, terms in (("contrastive", ["--vgg-weights", "random:3"], {"contrast"}),
                                  ("baseline", [], set())):
            out = self.dir / mode
            self.train("--steps", "2", "--mode", mode, *more, out=out)
            line = t.jsonl(out / "metrics.jsonl")[-1]["val"]
            self.assertEqual({"contrast", "segmentation"} & set(line), terms)


class SeveralProcesses(TrainCase):
    def together(self, *more, out, count=2):
        """Starts the processes of one training; a file in the output folder is where they meet."""
        words = self.words("--quiet", *more, out=out)
        processes = []
        for rank in range(count):
            env = t.environment(OMPI_COMM_WORLD_RANK=str(rank), OMPI_COMM_WORLD_SIZE=str(count),
                                PMIX_NAMESPACE=self.run_name)
            process = t.subprocess.Popen([t.BINARY, *map(str, words)], stdout=t.subprocess.PIPE,
                                         stderr=t.subprocess.PIPE, text=True, env=env)
            self.addCleanup(process.communicate)
            self.addCleanup(process.kill)
            processes.append(process)
        return processes

    def setUp(self):
        super().setUp()
        self.run_name = "one"
        (process,) = self.together("--steps", "1", out=self.dir / "probe", count=2)[:1]
        _, stderr = process.communicate(timeout=60 * t.SLOWNESS)
        if "Gloo" in stderr:
            self.skipTest(stderr)
        self.run_name = "two"

    def test_two_give_the_losses_of_one_with_the_doubled_batch(self):
        more = ["--epochs", "3", "--optimizer", "sgd", "--lr", "0.001"]
        whole = self.dir / "whole"
        self.train(*more, "--batch", "4", out=whole)
        for process in self.together(*more, "--batch", "2", out=self.out):
            _, stderr = process.communicate(timeout=120 * t.SLOWNESS)
            self.assertEqual(process.returncode, t.DONE, stderr)
        one, two = (timeless(folder / "metrics.jsonl") for folder in (whole, self.out))
        self.assertEqual([line["step"] for line in one], [line["step"] for line in two])
        for a, b in zip(one, two):
            for name in ("L1", "mSSIM", "ssim"):
                x, y = (line["val"] if "val" in line else line for line in (a, b))
                self.assertAlmostEqual(x[name], y[name], delta=1e-4 * abs(x[name]) + 1e-6, msg=f"{name} {a}")

    def test_an_interrupted_training_goes_on(self):
        more = ["--epochs", "60", "--save-seconds", "0"]
        processes = self.together(*more, out=self.out)
        self.wait_for_lines(processes[0], 4)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            _, stderr = process.communicate(timeout=60 * t.SLOWNESS)
            self.assertEqual(process.returncode, t.CANCELLED, stderr)
        done = t.jsonl(self.out / "metrics.jsonl")[-1]["step"]
        self.run_name = "three"
        for process in self.together("--steps", done + 8, "--resume", "--save-seconds", "0", out=self.out):
            _, stderr = process.communicate(timeout=60 * t.SLOWNESS)
            self.assertEqual(process.returncode, t.DONE, stderr)
        self.assertEqual(t.jsonl(self.out / "metrics.jsonl")[-1]["step"] // 2, (done + 8) // 2)
        # One process is another training.
        self.train("--steps", done + 9, "--resume", "--save-seconds", "0", code=t.OUTPUT_FAILED)


class WrongUsage(TrainCase):
    def refused(self, *more, names, code=t.USAGE):
        result = self.train(*more, code=code)
        for name in names if isinstance(names, (list, tuple)) else [names]:
            self.assertIn(name, result.stderr)
        self.assertFalse(self.out.exists(), "nothing is made before the options are understood")

    def test_what_a_mode_needs(self):
        self.refused("--mode", "contrastive", names="--vgg-weights")
        self.refused("--mode", "full", names="--vgg-weights")
        self.refused("--mode", "full", "--vgg-weights", "random:1", names="--seg-weights")
        self.refused("--mode", "semantic", names="--seg-weights")
        self.refused("--vgg-weights", "random:1", names="--vgg-weights")
        bare = self.dir / "bare"
        t.csgis("build", "--gt", self.data / "synth/scenes", "--textures", self.data / "synth/textures", "--out", bare,
                "--val", "1").check_returncode()
        words = ["--data", bare]
        result = self.train(*words, "--mode", "contrastive", "--vgg-weights", "random:1", code=t.USAGE)
        self.assertIn("--over", result.stderr)
        some = self.dir / "some.safetensors"
        some.write_bytes(b"x")
        result = self.train(*words, "--mode", "semantic", "--seg-weights", some, code=t.USAGE)
        self.assertIn("--labels", result.stderr)
        result = self.train(*words, "--task", "segment", "--network", "DeepLabV3Plus_MobileNetV2", code=t.USAGE)
        self.assertIn("--labels", result.stderr)
        self.assertFalse(self.out.exists())

    def test_values(self):
        for more, name in ((["--fix", "R-12"], "R-12"), (["--fix", "R-19=on"], "R-19"), (["--fix", "R-99=on"], "R-99"),
                           (["--margin", "wide"], "--margin"), (["--milestones", "4,4"], "--milestones"),
                           (["--network", "lit"], "lite"), (["--network", "VGG16_features"], "--network"),
                           (["--device", "gpu"], "--device"), (["--epochs", "0"], "epochs"), (["--lr", "0"], "lr"),
                           (["--ema", "1"], "ema"), (["--output-stride", "12"], "--output-stride"),
                           (["--mode", "contrastive", "--vgg-weights", "random:x"], "--vgg-weights")):
            with self.subTest(more):
                self.refused(*more, names=name)

    def test_data(self):
        for data, code in ((self.dir / "nothing", t.NOTHING_USABLE), (self.gt, t.NOTHING_USABLE)):
            result = self.expect(code, "train", "--data", data, "--out", self.out, *SMALL)
            self.assertIn(str(data), result.stderr)
        self.assertFalse(self.out.exists())

    def test_weights_to_begin_with(self):
        self.train("--steps", "2")
        start = self.out / "weights.safetensors"
        self.train("--steps", "1", "--lr", "1e-12", "--init", start, out=self.dir / "b")
        a, b = (safetensors(p)[0] for p in (start, self.dir / "b/weights.safetensors"))
        for name in a:
            if a[name][0] == "F32":
                x, y = (np.frombuffer(v[name][2], np.float32) for v in (a, b))
                self.assertLess(np.abs(x - y).max(), 1e-6)
        self.expect(t.NOTHING_USABLE, *self.words("--width", "8", "--init", start, out=self.dir / "c"))


class Documentation(unittest.TestCase):
    def test_the_table_of_corrections_is_that_of_the_program(self):
        text = (pathlib.Path(t.os.environ["CSGIS_SOURCE"]) / "docs/training.md").read_text(encoding="utf-8")
        rows = re.findall(r"(?m)^\| (R-\d+) \| (.*?) \| (.*?) \|$", text)
        shown = t.csgis("help", "train", env=t.environment(COLUMNS="200")).stdout
        listed = re.split(r"(?m)^  (?=R-\d+ )", shown[shown.index("\nCorrections"):])[1:]
        listed = [" ".join(entry.split("\n\n")[0].split()) for entry in listed]
        self.assertEqual([f"{no} {was} -> {corrected}" for no, was, corrected in rows], listed)
        self.assertGreater(len(rows), 10)


class Trouble(TrainCase):
    def test_a_full_disk(self):
        small = self.dir / "small"
        t.mount_tmpfs(self, small, "size=64k")
        words = ["--epochs", "3", "--save-steps", "1"]
        result = self.train(*words, "--width", "16", out=small / "out", code=t.OUTPUT_FAILED)
        self.assertRegex(result.stderr, r"small/out.*No space left")
        t.remount(small, "size=64m")
        self.train(*words, "--width", "16", "--resume", out=small / "out")
        whole = self.dir / "whole"
        self.train(*words, "--width", "16", out=whole)
        self.assert_same_training(whole, small / "out")

    def test_a_folder_in_use(self):
        process = self.start("--epochs", "400")
        self.wait_for_lines(process, 1)
        self.train("--epochs", "400", "--resume", code=t.OUTPUT_FAILED)

    def test_a_loss_that_is_not_finite_stops_with_the_state_before_it(self):
        self.train("--epochs", "40", "--lr", "1e30", "--optimizer", "sgd", code=t.ITEMS_FAILED)
        (error,) = t.jsonl(self.out / "errors.jsonl")
        self.assertEqual(error["stage"], "train")
        step = int(error["item"].removeprefix("step "))
        keys = {s["key"] for s in t.jsonl(self.set / "samples.jsonl")}
        self.assertTrue(set(error["file"].split()) <= keys)
        inspected = json.loads(self.expect(t.DONE, "weights", "inspect", self.out / "last.ckpt", "--json").stdout)
        self.assertGreater(step, 1)
        self.assertIn("lite", inspected["kinds"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
