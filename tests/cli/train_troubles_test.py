"""`csgis train` on what cannot be used: nothing learnt is lost, nothing is left that blocks the next try."""
import json
import os
import shutil

import numpy as np

import csgis_test as t
from train_test import TrainCase, safetensors


def write_safetensors(path, tensors, notes=None):
    """`tensors`: name -> array; whole numbers are written as int64, others as float32."""
    header, body = {"__metadata__": notes or {}}, b""
    for name, values in tensors.items():
        kind, name_of_kind = (np.int64, "I64") if np.asarray(values).dtype.kind == "i" else (np.float32, "F32")
        data = np.asarray(values, kind).tobytes()
        header[name] = {"dtype": name_of_kind, "shape": list(np.shape(values)), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def arrays(path):
    tensors, notes = safetensors(path)
    kinds = {"F32": np.float32, "I64": np.int64}
    return {n: np.frombuffer(data, kinds[kind]).reshape(shape) for n, (kind, shape, data) in tensors.items()}, notes


class Samples(TrainCase):
    def copy(self):
        data = self.dir / "copy"
        shutil.copytree(self.set, data)
        return data

    def test_a_bad_image_stops_but_loses_nothing(self):
        """And with the image mended the training goes on to the end of one that never met it."""
        data = self.copy()
        train = [s for s in t.jsonl(data / "samples.jsonl") if s["split"] == "train"]
        victim = data / train[-1]["blend"]
        good = victim.read_bytes()
        words = ["--data", data, "--steps", 20, "--workers", 1]
        self.train(*words, out=self.dir / "whole")
        victim.write_bytes(good[:200])
        result = self.train(*words, code=t.NOTHING_USABLE)
        self.assertIn(victim.name, result.stderr)
        (error,) = t.jsonl(self.out / "errors.jsonl")
        self.assertIn(victim.name, error["reason"])
        self.assertTrue((self.out / "last.ckpt").exists())
        victim.write_bytes(good)
        self.train(*words, "--resume")
        self.assert_same_training(self.dir / "whole", self.out)

    def test_what_cannot_begin_leaves_nothing(self):
        for words, code in ((["--patch", 1024], t.NOTHING_USABLE), (["--val-crop", 200], t.NOTHING_USABLE),
                            (["--val-crop", 4], t.USAGE),
                            (["--task", "segment", "--network", "DeepLabV3Plus_MobileNetV2", "--batch", 1], t.USAGE)):
            with self.subTest(words=words):
                result = self.train("--steps", 2, *words, code=code)
                self.assertNotIn("internal error", result.stderr)
                self.assertFalse(self.out.exists())

    def test_validation_comes_after_the_saving(self):
        data = self.copy()
        (first, *_, last) = [s for s in t.jsonl(data / "samples.jsonl") if s["split"] != "train"]
        os.truncate(data / last["blend"], 200)
        self.train("--data", data, "--epochs", 1, code=t.NOTHING_USABLE)
        self.assertTrue((self.out / "last.ckpt").exists())
        shutil.copy(self.set / last["blend"], data / last["blend"])
        self.train("--data", data, "--epochs", 1, "--resume")
        self.assertTrue((self.out / "best.safetensors").exists())

    def test_the_same_training_in_other_words(self):
        self.train("--steps", 3, "--val-crop", 0)
        for words in (["--schedule", "steps"], ["--val-crop", 32], ["--margin", "auto"], ["--synth-val", 9]):
            with self.subTest(words=words):
                self.train("--steps", 3, "--val-crop", 0, *words, "--resume")

    def test_starting_anew_leaves_no_old_checkpoint(self):
        self.train("--steps", 6, "--recipe", "reference")
        self.assertTrue(list(self.out.glob("epoch *")))
        self.train("--steps", 3, "--overwrite")
        self.assertEqual(list(self.out.glob("epoch *")), [])

    def test_a_dataset_is_not_packed_over_itself(self):
        data = self.copy()
        before = (data / "samples.jsonl").read_bytes()
        self.expect(t.OUTPUT_FAILED, "data", "pack", data, "--out", data / "samples.jsonl", "--overwrite")
        for _ in range(2):
            self.expect(t.DONE, "data", "pack", data, "--out", data / "set.pack", "--overwrite")
        self.assertEqual((data / "samples.jsonl").read_bytes(), before)


class Weights(TrainCase):
    def test_the_published_file_of_vgg16_holds_more_than_is_needed(self):
        draw = np.random.default_rng(1)
        tensors, width = {}, 3
        for layer, channels in ((0, 64), (2, 64), (5, 128), (7, 128), (10, 256), (12, 256), (14, 256), (17, 512), (19, 512),
                                (21, 512)):
            tensors[f"features.{layer}.weight"] = draw.normal(0, (2 / 9 / width) ** 0.5, (channels, width, 3, 3))
            tensors[f"features.{layer}.bias"] = np.zeros(channels)
            width = channels
        for name in ("features.24", "features.26", "features.28", "classifier.0", "classifier.3", "classifier.6"):
            tensors[f"{name}.weight"] = tensors[f"{name}.bias"] = np.zeros(1)
        file = self.dir / "vgg16.safetensors"
        write_safetensors(file, tensors)
        self.train("--steps", 2, "--mode", "contrastive", "--vgg-weights", file)
        write_safetensors(file, {**tensors, "features.3.weight": np.zeros(1)})
        result = self.train("--steps", 2, "--mode", "contrastive", "--vgg-weights", file, "--overwrite",
                            code=t.NOTHING_USABLE)
        self.assertIn("features.3.weight", result.stderr)

    def test_notes_that_are_wrong_and_values_that_are_no_numbers(self):
        self.train("--steps", 2)
        tensors, notes = arrays(self.out / "weights.safetensors")
        image, file, out = next((self.set / "blend").glob("*.png")), self.dir / "w.safetensors", self.dir / "out.tif"
        smooth = lambda code: self.expect(code, "smooth", "--method", f"net:weights={file}", "--in", image, "--out", out,
                                          "--overwrite")
        write_safetensors(file, tensors, {**notes, "kind": "nonsense"})
        smooth(t.DONE)
        write_safetensors(file, tensors, {**notes, "colour": "grb"})
        self.assertIn("notes the colour order 'grb'", smooth(t.NOTHING_USABLE).stderr)
        out.unlink()
        write_safetensors(file, {n: np.full(v.shape, np.nan) for n, v in tensors.items()}, notes)
        self.assertIn("not finite", smooth(t.NOTHING_USABLE).stderr)
        self.assertFalse(out.exists())

    def test_a_rerun_notices_other_weights(self):
        file, bench = self.dir / "w.safetensors", self.dir / "bench"
        self.train("--steps", 2)
        shutil.copy(self.out / "weights.safetensors", file)
        self.expect(t.DONE, "benchmark", "--data", self.set, "--method", f"net:weights={file}", "--timing", "none", "--out", bench)
        self.train("--steps", 3, "--seed", 5, "--overwrite")
        shutil.copy(self.out / "weights.safetensors", file)
        result = self.expect(t.ITEMS_FAILED, "rerun", bench / "results.json", "--out", self.dir / "again")
        self.assertIn("other weights", result.stdout)

    def test_labels_that_the_segmenter_does_not_know(self):
        segment = ["--task", "segment", "--network", "DeepLabV3Plus_MobileNetV2", "--schedule", "steps"]
        self.train(*segment, "--steps", 1, out=self.dir / "seg")
        tensors, notes = arrays(self.dir / "seg/weights.safetensors")
        few = {n: v[:2] if v.shape[:1] == (21,) else v for n, v in tensors.items()}
        file = self.dir / "few.safetensors"
        write_safetensors(file, few, notes)
        result = self.train("--steps", 20, "--mode", "semantic", "--seg-weights", file, code=t.NOTHING_USABLE)
        self.assertIn("labels of", result.stderr)
        self.assertNotIn("internal error", result.stderr)

    def test_labels_of_nothing_but_void_are_no_failure(self):
        data = self.dir / "void"
        shutil.copytree(self.set, data)
        for path in (data / "label").glob("*.png"):
            t.cv2.imwrite(str(path), np.full(t.cv2.imread(str(path), 0).shape, 255, np.uint8))
        self.train("--task", "segment", "--network", "DeepLabV3Plus_MobileNetV2", "--schedule", "steps", "--steps", 2,
                   "--data", data)
        (line,) = [line for line in t.jsonl(self.out / "metrics.jsonl") if "end" in line]
        self.assertIsNone(line["val"]["miou"])


if __name__ == "__main__":
    t.main()
