"""Outputs that cannot be written, are in use, or hold something else: exit 5, nothing of others touched, and the same
command works once the cause is gone."""
import os
import pathlib
import signal
import subprocess
import time

import numpy as np

import csgis_test as t


class OutputCase(t.Case):
    def setUp(self):
        super().setUp()
        t.make_gts(self.gt, 1, 6, (60, 80), self.labels)
        t.make_textures(self.tx, 1, 5)

    def whole(self, *options):
        out = self.dir / "whole"
        self.build(*options, out=out)
        return out


class FullDisk(OutputCase):
    def check(self, *options):
        disk = self.dir / "disk"
        t.mount_tmpfs(self, disk, "size=256k")
        out = disk / "out"
        stderr = self.build(*options, code=t.OUTPUT_FAILED, out=out).stderr
        self.assertIn("No space left", stderr)
        self.assert_clean(out)
        for image in out.glob("*/*.png"):
            t.read_bgr(image)  # no half-written file
        t.remount(disk, "size=20m")
        self.build(*options, out=out)
        self.assert_same_tree(out, self.whole(*options))
        self.assert_clean(out)

    def test_native(self):
        self.check("--labels", self.labels)

    def test_reference_on_many_threads(self):
        self.check("--layout", "reference", "--threads", "8")

    def test_a_disk_that_holds_nothing(self):
        disk = self.dir / "disk"
        t.mount_tmpfs(self, disk, "size=4k,nr_inodes=3")
        self.build(code=t.OUTPUT_FAILED, out=disk / "out")

    def test_a_limit_on_file_sizes(self):
        stderr = self.build(code=t.OUTPUT_FAILED, preexec_fn=t.limit_file_size(8000)).stderr
        self.assertIn("File too large", stderr)
        self.assert_clean()
        self.build()
        self.assert_same_tree(self.out, self.whole())

    def test_a_merge_on_a_full_disk(self):
        for i in range(2):
            self.build("--shard", f"{i}/2", out=self.dir / f"part{i}")
        disk = self.dir / "disk"
        t.mount_tmpfs(self, disk, "size=128k")
        words = ["data", "merge", self.dir / "part0", self.dir / "part1", "--out", disk / "out"]
        self.assertIn("No space left", self.expect(t.OUTPUT_FAILED, *words).stderr)
        t.remount(disk, "size=20m")
        self.expect(t.DONE, *words)
        self.assert_same_tree(disk / "out", self.whole())
        self.assert_clean(disk / "out")

    def test_a_result_that_nobody_takes(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([t.BINARY, *map(str, self.command("--json", "--quiet"))], stdout=full, stderr=subprocess.PIPE,
                                    text=True, env=t.environment())
        self.assertEqual(result.returncode, t.OUTPUT_FAILED)
        self.assertIn("standard output", result.stderr)
        self.expect(t.DONE, "data", "verify", self.out)


class Unwritable(OutputCase):
    def test_a_read_only_folder(self):
        folder = self.read_only_folder()
        for out in (folder, folder / "new"):
            self.assertIn(str(folder), self.build(code=t.OUTPUT_FAILED, out=out).stderr)

    def test_a_dataset_that_became_read_only(self):
        if os.geteuid() != 0:
            self.skipTest("needs a mount")
        disk = self.dir / "disk"
        t.mount_tmpfs(self, disk, "size=20m")
        self.build(out=disk / "out")
        t.remount(disk, "ro")
        self.build(code=t.OUTPUT_FAILED, out=disk / "out")
        self.expect(t.DONE, "data", "verify", disk / "out")

    def test_an_output_that_is_a_file(self):
        self.out.write_text("mine")
        for out in (self.out, self.out / "inside", pathlib.Path("/dev/full"), pathlib.Path("/dev/null/x")):
            self.assertIn(str(out), self.build(code=t.OUTPUT_FAILED, out=out).stderr)
        self.assertEqual(self.out.read_text(), "mine")

    def test_a_dangling_link(self):
        self.out.symlink_to("nowhere/at/all")
        self.build(code=t.OUTPUT_FAILED)

    def test_a_file_where_a_folder_must_be(self):
        self.out.mkdir()
        (self.out / "blend").write_text("mine")
        self.assertIn("blend", self.build(code=t.OUTPUT_FAILED).stderr)
        self.assertIn("blend", self.build("--overwrite", code=t.OUTPUT_FAILED).stderr)
        self.assertEqual((self.out / "blend").read_text(), "mine")
        (self.out / "blend").unlink()
        self.build()
        self.assert_same_tree(self.out, self.whole())


class InUse(OutputCase):
    def held_run(self, *options, lock="0-of-1"):
        """A run that has its lock and is held."""
        process = t.start(*self.command(*options))
        self.addCleanup(process.kill)
        while not (self.out / f".csgis-{lock}.lock").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.001)
        time.sleep(0.02)
        os.kill(process.pid, signal.SIGSTOP)
        return process

    def go_on(self, process):
        os.kill(process.pid, signal.SIGCONT)
        _, stderr = process.communicate(timeout=60 * t.SLOWNESS)
        self.assertEqual(process.returncode, t.DONE, stderr)

    def setUp(self):
        super().setUp()
        for i in range(20):  # enough work to be found in the middle of it
            t.write_rgb(self.gt / f"more{i}.png", t.photo(np.random.default_rng(i), 200, 300))

    def test_the_same_run_twice(self):
        for options, lock in (([], "0-of-1"), (["--shard", "1/3"], "1-of-3")):
            with self.subTest(options=options):
                first = self.held_run(*options, lock=lock)
                for more in ([], ["--overwrite"]):
                    message = self.build(*options, *more, code=t.OUTPUT_FAILED).stderr
                    self.assertIn("in use", message)
                    self.assertIn(str(self.out), message)
                self.go_on(first)
        self.build()
        self.assert_same_tree({k: v for k, v in t.tree(self.out).items() if "-of-" not in k}, self.whole())

    def test_other_shards_at_the_same_time(self):
        held = self.held_run("--shard", "0/3", lock="0-of-3")
        others = [t.start(*self.command("--shard", f"{i}/3")) for i in (1, 2)]
        for process in others:
            _, stderr = process.communicate(timeout=60 * t.SLOWNESS)
            self.assertEqual(process.returncode, t.DONE, stderr)
        self.expect(t.NOTHING_USABLE, "data", "merge", self.out, "--out", self.dir / "early")
        self.go_on(held)
        self.expect(t.DONE, "data", "merge", self.out, "--out", self.out)
        self.assert_same_tree(self.out, self.whole())

    def test_shards_started_together(self):
        runs = [t.start(*self.command("--shard", f"{i}/4", "--threads", "1")) for i in range(4)]
        for process in runs:
            _, stderr = process.communicate(timeout=60 * t.SLOWNESS)
            self.assertEqual(process.returncode, t.DONE, stderr)
        self.expect(t.DONE, "data", "merge", self.out, "--out", self.out)
        self.assert_same_tree(self.out, self.whole())

    def test_the_lock_dies_with_its_process(self):
        process = self.held_run()
        process.kill()
        process.communicate()
        self.build()


class OtherContent(OutputCase):
    def differs(self, *options, names=()):
        before = t.tree(self.out)
        message = self.build(*options, code=t.OUTPUT_FAILED).stderr
        for part in ("other options or inputs", "--overwrite", *names):
            self.assertIn(part, message)
        self.assert_same_tree(self.out, before)

    def test_other_options_are_named(self):
        self.build("--labels", self.labels)
        options = ["--labels", self.labels]
        self.differs(*options, "--seed", "5", names=["/seed is 5 instead of 0"])
        self.differs(*options, "--luma", "reference", names=["/options/luma is reference instead of rec601"])
        self.differs(*options, "--strength", "0.5", names=["strength", "0.5", "1"])
        self.differs(*options, "--per-gt", "2", names=["per-gt", "2", "null"])
        self.differs(*options, "--val", "2", names=["val"])
        self.differs(*options, "--layout", "reference", names=["layout"])
        self.differs(names=["label"])
        self.differs(*options, "--shard", "0/2", "--edge-threshold", "9", names=["edge-threshold"])
        self.build(*options, "--threads", "3", "--quiet", "--progress", "never", "--on-error", "stop", "--max-pixels", "999999", "--simd", "auto")

    def test_other_inputs_are_named(self):
        self.build()
        gt = self.gt / "gt02.png"
        content = gt.read_bytes()
        gt.write_bytes((self.gt / "gt01.png").read_bytes())
        self.differs(names=["/inputs/gt/2/sha256"])
        gt.unlink()
        self.differs(names=["/inputs/gt"])
        gt.write_bytes(content)
        t.write_rgb(self.tx / "zz.png", np.zeros((4, 4, 3), np.uint8))
        self.differs()
        (self.tx / "zz.png").unlink()
        (self.gt / "broken.png").write_bytes(b"x")  # bad inputs are no part of the identity
        self.build(code=t.ITEMS_FAILED)

    def test_overwrite_replaces_its_own_and_deletes_nothing(self):
        self.build("--labels", self.labels)
        (self.out / "notes.txt").write_text("mine")
        (self.out / "gt/mine.png").write_text("mine")
        (self.out / "mine").mkdir()
        (self.gt / "gt05.png").unlink()
        self.build("--labels", self.labels, "--seed", "7", "--overwrite")
        for name in ("notes.txt", "gt/mine.png"):
            self.assertEqual((self.out / name).read_text(), "mine")
        self.assertTrue((self.out / "mine").is_dir())
        self.assertTrue((self.out / "gt/gt05.png").exists(), "files of the earlier run stay")
        whole = t.tree(self.whole("--labels", self.labels, "--seed", "7"))
        ours = t.tree(self.out)
        self.assertEqual({k: ours[k] for k in whole}, whole)
        self.build("--labels", self.labels, "--seed", "7")  # it is now a folder of this run

    def test_foreign_files_without_a_journal(self):
        for name in ("gt/a.png", "samples.jsonl", "dataset.json", "splits/train.txt", "edge/x", "blend/y.png"):
            out = self.dir / name.replace("/", "_")
            (out / name).parent.mkdir(parents=True)
            (out / name).write_text("mine")
            before = t.tree(out)
            message = self.build(code=t.OUTPUT_FAILED, out=out).stderr
            self.assertIn("no journal", message)
            self.assertIn(name.split("/")[0], message)
            self.assert_same_tree(out, before)
            self.build("--overwrite", out=out)

    def test_what_is_not_in_the_way_may_stay(self):
        (self.out / "gt").mkdir(parents=True)
        (self.out / "README").write_text("mine")
        self.build()
        self.assertEqual((self.out / "README").read_text(), "mine")

    def test_a_journal_of_somebody_else(self):
        self.out.mkdir()
        for text in ("", "hello\n", "[]\n", "{}\n", '{"identity":7}\n'):
            (self.out / "journal.jsonl").write_text(text)
            self.build(code=t.OUTPUT_FAILED)
            self.assertEqual((self.out / "journal.jsonl").read_text(), text)
        self.build("--overwrite")


if __name__ == "__main__":
    t.main()
