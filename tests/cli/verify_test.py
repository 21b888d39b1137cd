"""`csgis data verify`: every change to a dataset is found, and each wrong file is named."""
import json
import shutil
import zlib

import csgis_test as t


def flip(path, at=None):
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 1
    path.write_bytes(content)


class VerifyCase(t.Case):
    LAYOUT = []

    def setUp(self):
        super().setUp()
        self.inputs(gts=4, textures=5)
        self.good = self.dir / "good"
        self.build(*self.LAYOUT, "--labels", self.labels, "--val", "0.3", out=self.good)
        self.fresh()

    def fresh(self):
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.good, self.out)

    def verify(self, code=t.DONE, *options):
        return self.expect(code, "data", "verify", self.out, *options)

    def wrong_files(self):
        """The files that verify names; the plain and the JSON form agree."""
        report = json.loads(self.verify(t.ITEMS_FAILED, "--json").stdout)
        names = sorted({finding["file"] for finding in report["findings"]})
        lines = self.verify(t.ITEMS_FAILED).stdout.splitlines()
        self.assertEqual(sorted({line.split(": ")[0] for line in lines[:-1]}), names)
        for finding in report["findings"]:
            self.assertTrue(finding["reason"])
            self.assertNotIn(str(self.dir), finding["reason"])
        return names

    def files(self):
        return [name for name, digest in t.tree(self.good).items() if digest]


class Native(VerifyCase):
    def test_a_good_dataset(self):
        report = json.loads(self.verify(t.DONE, "--json").stdout)
        images = [name for name in self.files() if name.endswith(".png")]
        self.assertEqual((report["samples"], report["findings"]), (20, []))
        self.assertGreaterEqual(report["files"], len(images))
        self.assertEqual(self.verify(t.DONE, "--quiet").stderr, "")

    def test_a_flipped_byte_in_any_file(self):
        for name in self.files():
            flip(self.out / name)
            self.assertEqual(self.wrong_files(), [name])
            shutil.copy(self.good / name, self.out / name)
        self.verify()

    def test_a_deleted_file(self):
        for name in self.files():
            (self.out / name).unlink()
            self.assertEqual(self.wrong_files(), [name])
            shutil.copy(self.good / name, self.out / name)
        self.verify()

    def test_two_swapped_files(self):
        images = sorted(name for name in self.files() if name.endswith(".png"))
        for folder in sorted({name.split("/")[0] for name in images}):
            first, second = [name for name in images if name.startswith(folder + "/")][:2]
            (self.out / first).rename(self.out / "x")
            (self.out / second).rename(self.out / first)
            (self.out / "x").rename(self.out / second)
            self.assertEqual(self.wrong_files(), [first, second])
            self.fresh()

    def test_many_wrong_files_are_all_named(self):
        flip(self.out / "gt" / self.sorted_names("gt")[0])
        (self.out / "edge" / self.sorted_names("edge")[1]).unlink()
        shutil.copy(self.out / "gt" / self.sorted_names("gt")[2], self.out / "gt" / self.sorted_names("gt")[3])
        self.assertEqual(self.wrong_files(), sorted([f"gt/{self.sorted_names('gt')[0]}", f"edge/{self.sorted_names('edge')[1]}",
                                                     f"gt/{self.sorted_names('gt')[3]}"]))

    def sorted_names(self, folder):
        return sorted(p.name for p in (self.good / folder).iterdir())

    def test_decoding_finds_what_was_wrong_before_it_was_hashed(self):
        path, lines = self.out / "blend/gt00__tx00.png", (self.out / "samples.jsonl").read_text()
        broken = path.read_bytes()
        at = broken.index(b"IDAT")
        length = int.from_bytes(broken[at - 4:at], "big")
        content = bytes(length)  # no deflate stream, in a chunk that is sound
        sound = broken[:at] + b"IDAT" + content + zlib.crc32(b"IDAT" + content).to_bytes(4, "big") + broken[at + 8 + length:]
        before = t.sha256(path)
        path.write_bytes(sound)
        (self.out / "samples.jsonl").write_text(lines.replace(before, t.sha256(path)))
        (self.out / "journal.jsonl").unlink()
        self.verify(t.DONE)
        self.assertIn("blend/gt00__tx00.png: ", self.verify(t.ITEMS_FAILED, "--decode").stdout)
        # Sizes are compared in either case.
        path.write_bytes((self.out / "blend/gt01__tx00.png").read_bytes())
        (self.out / "samples.jsonl").write_text(lines.replace(before, t.sha256(path)))
        self.assertIn("its size differs", self.verify(t.ITEMS_FAILED).stdout)

    def test_a_changed_split(self):
        path = self.out / "splits/train.txt"
        lines = path.read_text().splitlines(keepends=True)
        for changed in ("".join(lines[1:]), "".join(reversed(lines)), lines[0] + "".join(lines), "".join(lines[:-1]) + "x\n"):
            path.write_text(changed)
            self.assertEqual(self.wrong_files(), ["splits/train.txt"])

    def test_without_journal_the_hashes_of_the_samples_count(self):
        (self.out / "journal.jsonl").unlink()
        self.verify()
        flip(self.out / "blend/gt00__tx00.png")
        self.assertEqual(self.wrong_files(), ["blend/gt00__tx00.png"])
        self.fresh()
        (self.out / "journal.jsonl").unlink()
        lines = (self.out / "samples.jsonl").read_text().splitlines(keepends=True)
        (self.out / "samples.jsonl").write_text("".join(lines[:-1]))
        self.assertIn("samples.jsonl", " ".join(self.wrong_files()) + self.verify(t.ITEMS_FAILED).stdout)

    def test_hostile_records_neither_crash_nor_leave_the_dataset(self):
        samples = (self.good / "samples.jsonl").read_text()
        for changed in (samples.replace("gt/gt00.png", "../gt/gt00.png"), samples.replace("gt/gt00.png", "/etc/hostname"),
                        samples.replace('"val-gt"', '"elsewhere"'), samples.replace('"key"', '"kex"'), "[]\n" * 20, "\xff\n", samples[:-20]):
            (self.out / "samples.jsonl").write_text(changed)
            self.assertIn("samples.jsonl", self.wrong_files())
        self.fresh()
        dataset = (self.good / "dataset.json").read_text()
        for changed in ("", "{}", "[]", "7", '{"layout":"native"}', '{"layout":7}', dataset.replace('"counts"', '"count"'), dataset[:-10]):
            (self.out / "dataset.json").write_text(changed)
            self.assertIn(t.csgis("data", "verify", self.out).returncode, (t.ITEMS_FAILED, t.NOTHING_USABLE), changed[:40])

    def test_what_is_no_finished_dataset(self):
        for folder in (self.gt, self.dir / "lost", self.gt / "gt00.png"):
            self.expect(t.NOTHING_USABLE, "data", "verify", folder)


class Reference(VerifyCase):
    LAYOUT = ["--layout", "reference"]

    def test_a_good_dataset(self):
        report = json.loads(self.verify(t.DONE, "--json").stdout)
        self.assertEqual((report["samples"], report["findings"]), (20, []))

    test_a_flipped_byte_in_any_file = Native.test_a_flipped_byte_in_any_file
    test_a_deleted_file = Native.test_a_deleted_file
    test_two_swapped_files = Native.test_two_swapped_files

    def test_a_dataset_without_journal_cannot_be_verified(self):
        (self.out / "journal.jsonl").unlink()
        self.assertIn("journal.jsonl", self.verify(t.NOTHING_USABLE).stderr)

    def test_a_damaged_journal_does_not_crash(self):
        path = self.out / "journal.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        named = lines[1].replace("train/", "train/x").replace("edge/", "edge/x")
        for changed in ("", "x\n", lines[0], "".join(lines[:5]), lines[0] + named, "".join(lines).replace("gt/0", "gt/99999999999999999999"),
                        lines[0] + '{"item":7,"files":[]}\n', lines[0] + '{"item":"a","files":[{"path":"../x"}]}\n',
                        lines[0] + lines[1].replace("gt/", "../gt/")):
            path.write_text(changed)
            self.assertIn(t.csgis("data", "verify", self.out).returncode, (t.ITEMS_FAILED, t.NOTHING_USABLE), changed[-80:])

    def test_a_dataset_json_without_inputs_does_not_crash(self):
        d = json.loads((self.good / "dataset.json").read_text())
        d["inputs"]["gt"] = []
        (self.out / "dataset.json").write_text(json.dumps(d))
        self.assertIn("dataset.json", self.wrong_files())


if __name__ == "__main__":
    t.main()
