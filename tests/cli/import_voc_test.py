"""`csgis data import-voc`: a development kit of our own, with every fault that one may have."""
import os
import pathlib
import shutil
import tarfile

import numpy as np
from PIL import Image

import csgis_test as t

IDS = ["2007_000001", "2007_000002", "2008_000003", "2008_000004"]


class ImportVoc(t.Case):
    def setUp(self):
        super().setUp()
        self.make_kit(self.dir)

    def make_kit(self, folder):
        self.kit = folder / "VOCdevkit/VOC2012"
        for name in ("JPEGImages", "SegmentationClass", "SegmentationObject", "ImageSets/Segmentation"):
            (self.kit / name).mkdir(parents=True)
        rng = np.random.default_rng(4)
        for i, name in enumerate(IDS):
            Image.fromarray(t.photo(rng, 30 + i, 40)).save(self.kit / "JPEGImages" / f"{name}.jpg")
            t.write_labels(self.kit / "SegmentationClass" / f"{name}.png", t.class_map(rng, 30 + i, 40))
            t.write_labels(self.kit / "SegmentationObject" / f"{name}.png", rng.integers(0, 40, (30 + i, 40)).astype(np.uint8))
        self.write_list("train", IDS[:3])
        self.write_list("val", IDS[3:])

    def write_list(self, name, ids, end="\n"):
        (self.kit / "ImageSets/Segmentation" / f"{name}.txt").write_text("".join(i + end for i in ids))

    def import_voc(self, *options, source=None, code=t.DONE):
        return self.expect(code, "data", "import-voc", source or self.kit.parent, "--out", self.out, *options)

    def imported(self):
        return sorted(path.stem for path in (self.out / "photos").iterdir())

    def label(self, name):
        return self.kit / "SegmentationClass" / f"{name}.png"

    def failed(self):
        """The one failed item: its ID and why."""
        (error,) = self.errors()
        self.assertNotIn(error["item"], self.imported())
        return error["item"], error["reason"]

    def test_the_same_bytes_and_lists(self):
        self.import_voc()
        for name in IDS:
            for part, folder, end in (("photos", "JPEGImages", "jpg"), ("labels", "SegmentationClass", "png")):
                file = f"{name}.{end}"
                self.assertEqual((self.out / part / file).read_bytes(), (self.kit / folder / file).read_bytes())
        self.assertEqual((self.out / "splits/train.txt").read_text().split(), IDS[:3])
        self.assertEqual((self.out / "splits/val.txt").read_text().split(), IDS[3:])

    def test_every_place_the_kit_may_be_named_by(self):
        for i, source in enumerate((self.dir, self.dir / "VOCdevkit", self.kit)):
            self.out = self.dir / f"out{i}"
            self.import_voc(source=source)
            self.assertEqual(self.imported(), IDS)

    def test_from_the_tar_file(self):
        archive = self.dir / "VOCtrainval.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(self.dir / "VOCdevkit", "VOCdevkit")
        self.import_voc(source=archive)
        self.assertEqual(self.imported(), IDS)
        self.assertEqual(sorted(p.name for p in self.out.iterdir() if not p.name.endswith(".lock")), ["labels", "photos", "splits"])

    def test_objects(self):
        self.import_voc("--labels", "object", "--sets", "val")
        file = f"{IDS[3]}.png"
        self.assertEqual((self.out / "labels" / file).read_bytes(), (self.kit / "SegmentationObject" / file).read_bytes())

    def test_a_second_time_and_in_the_way(self):
        self.import_voc()
        self.import_voc()
        (self.out / "photos" / f"{IDS[0]}.jpg").write_bytes(b"mine")
        self.assertIn("differs", self.import_voc(code=t.OUTPUT_FAILED).stderr)
        self.import_voc("--overwrite")

    def test_faults_of_one_image_leave_the_others(self):
        faults = [
            ("No such file", lambda: (self.kit / "JPEGImages" / f"{IDS[1]}.jpg").unlink()),
            ("", lambda: os.truncate(self.kit / "JPEGImages" / f"{IDS[1]}.jpg", 500)),
            ("30x40, its photo 31x40", lambda: shutil.copy(self.label(IDS[0]), self.label(IDS[1]))),
            ("neither a class nor void", lambda: t.write_labels(self.label(IDS[1]), np.full((31, 40), 77, np.uint8))),
            ("", lambda: Image.fromarray(t.noise(np.random.default_rng(0), 31, 40)).save(self.label(IDS[1]), "JPEG")),
        ]
        for i, (word, spoil) in enumerate(faults):
            with self.subTest(i):
                self.make_kit(self.dir / f"kit{i}")
                self.out = self.dir / f"out{i}"
                spoil()
                self.import_voc(code=t.ITEMS_FAILED)
                item, reason = self.failed()
                self.assertEqual(item, IDS[1])
                self.assertIn(word, reason)
                self.assertEqual((self.out / "splits/train.txt").read_text().split(), [IDS[0], IDS[2]])

    def test_lists(self):
        self.write_list("train", IDS[:2], "\r\n")
        (self.kit / "ImageSets/Segmentation/val.txt").write_bytes(b"\xef\xbb\xbf " + IDS[2].encode() + b"  1\n\n" + IDS[3].encode())
        self.import_voc()
        self.assertEqual(self.imported(), IDS)
        (self.dir / "mine.txt").write_text(IDS[3])
        self.out = self.dir / "other"
        self.import_voc("--list", self.dir / "mine.txt")
        self.assertEqual((self.imported(), (self.out / "splits/mine.txt").read_text()), ([IDS[3]], IDS[3] + "\n"))

    def test_lists_that_are_refused(self):
        for text, code in (("../../etc/passwd\n", t.USAGE), (f"{IDS[0]}\n{IDS[0]}\n", t.USAGE), ("", t.NOTHING_USABLE),
                           ("\0\1\2", t.USAGE), ("x" * 100_000, t.USAGE)):
            with self.subTest(text[:20]):
                self.write_list("train", [text], "")
                self.import_voc("--sets", "train", code=code)
                self.assertFalse((self.out / "photos").exists() and self.imported())
        self.import_voc("--sets", "nothing", code=t.NOTHING_USABLE)

    def test_no_kit(self):
        self.assertIn("no VOC development kit", self.import_voc(source=self.gt, code=t.NOTHING_USABLE).stderr)
        (self.dir / "no.tar").write_bytes(b"no tar")
        self.import_voc(source=self.dir / "no.tar", code=t.NOTHING_USABLE)
        self.assertIn("none of the", self.nothing_good().stderr)

    def nothing_good(self):
        for name in IDS:
            self.label(name).write_bytes(b"")
        return self.import_voc(code=t.NOTHING_USABLE)

    def test_the_shared_kit_and_bad_lists(self):
        if "CSGIS_SHARED" not in os.environ:
            self.skipTest("CSGIS_SHARED is not set")
        data = pathlib.Path(os.environ["CSGIS_SHARED"]) / "data"
        self.import_voc(source=data / "voc-mini")
        self.assertEqual(len(self.imported()), len(list((data / "voc-mini/VOCdevkit/VOC2012/SegmentationClass").iterdir())))
        for path in sorted((data / "bad/lists").iterdir()):
            self.out = self.dir / path.stem
            result = t.csgis("data", "import-voc", data / "voc-mini", "--list", path, "--out", self.out)
            self.assertIn(result.returncode, (t.DONE, t.USAGE, t.ITEMS_FAILED, t.NOTHING_USABLE), path.name)
            self.assertFalse(list(self.dir.glob("*passwd*")))


if __name__ == "__main__":
    t.main()
