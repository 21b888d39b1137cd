"""A run that was killed, interrupted or damaged ends, when repeated, with the bytes of an uninterrupted one."""
import json
import os
import random
import signal
import time

import csgis_test as t

TOTAL = 15 * 12  # samples


class ResumeCase(t.Case):
    OPTIONS = ["--val", "0.3"]

    def setUp(self):
        super().setUp()
        t.make_gts(self.gt, 1, 15, (90, 120), self.labels)
        t.make_textures(self.tx, 1, 12)
        self.whole = self.dir / "whole"
        began = time.monotonic()
        self.build(*self.options(), out=self.whole)
        self.seconds = time.monotonic() - began
        self.expected = t.tree(self.whole)

    def options(self):
        return [*self.OPTIONS, "--labels", self.labels]

    def start(self, *more, out=None):
        process = t.start(*self.command(*self.options(), "--quiet", *more, out=out))
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def resume(self, *more, out=None):
        report = json.loads(self.build(*self.options(), "--json", *more, out=out).stdout)
        self.assertEqual(report["samples"], TOTAL)
        self.assert_same_tree(out or self.out, self.expected)
        self.assert_clean(out)
        return report["resumed"]


class Killed(ResumeCase):
    def test_kill_at_twenty_moments(self):
        draw = random.Random(7)
        killed_inside = 0
        for i in range(20):
            out = self.dir / f"out{i}"
            process = self.start("--threads", 1 + i % 3, out=out)
            if i % 3 == 0:  # at any time: also while inputs are read and lists are written
                time.sleep(draw.random() * 1.1 * self.seconds)
            else:
                self.wait_for_images(process, draw.randrange(1, TOTAL), out)
            process.kill()
            process.wait()
            killed_inside += 0 < self.images(out) < len(self.expected)
            self.resume("--threads", 1 + (i + i // 3) % 3, out=out)
        self.assertGreater(killed_inside, 8, "the moments must lie within the work")

    def test_killed_again_and_again(self):
        for count in (10, 40, 90, 150):
            process = self.start()
            self.wait_for_images(process, count)
            process.kill()
            process.wait()
        self.resume()

    def test_a_killed_shard(self):
        for i in range(2):
            process = self.start("--shard", f"{i}/2")
            self.wait_for_images(process, 20 + 60 * i)
            process.kill()
            process.wait()
        for i in range(2):
            self.build(*self.options(), "--shard", f"{i}/2")
        self.expect(t.DONE, "data", "merge", self.out, "--out", self.out)
        self.assert_same_tree(self.out, self.expected)
        self.assert_clean()

    def test_a_killed_merge(self):
        draw = random.Random(3)
        for i in range(2):
            self.build(*self.options(), "--shard", f"{i}/2")
        words = ["data", "merge", self.out, "--out", self.out, "--quiet"]
        for _ in range(6):
            process = t.start(*words)
            time.sleep(draw.random() * 0.15)
            process.kill()
            process.communicate()
            if not any(self.out.glob("journal.*-of-*")):
                break
        else:
            self.expect(t.DONE, *words)
        self.assert_same_tree(self.out, self.expected)
        self.expect(t.DONE, "data", "verify", self.out)


class KilledReference(Killed):
    OPTIONS = ["--layout", "reference", "--val", "9"]

    def test_killed_again_and_again(self):
        process = self.start()
        self.wait_for_images(process, 60)
        process.kill()
        process.wait()
        self.resume()

    test_kill_at_twenty_moments = None


class Interrupted(ResumeCase):
    def interrupt(self, number):
        process = self.start()
        self.wait_for_images(process, 40)
        process.send_signal(number)
        out, err = process.communicate(timeout=60 * t.SLOWNESS)
        self.assertEqual((process.returncode, out), (t.CANCELLED, ""), err)
        self.assertIn("cancelled", err)
        self.assert_clean()
        finished = self.images()
        self.assertLess(finished, TOTAL)
        recorded = sum(line.startswith('{"item"') for line in (self.out / "journal.jsonl").read_text().splitlines())
        self.assertGreater(recorded, 5, "Ctrl-C keeps the journal")
        self.assertFalse((self.out / "dataset.json").exists())
        self.expect(t.NOTHING_USABLE, "data", "verify", self.out)
        self.assertGreater(self.resume(), 5)

    def test_ctrl_c(self):
        self.interrupt(signal.SIGINT)

    def test_terminated(self):
        self.interrupt(signal.SIGTERM)


class Damaged(ResumeCase):
    def setUp(self):
        super().setUp()
        self.build(*self.options())

    def test_a_second_run_changes_nothing(self):
        before = {p: p.stat().st_mtime_ns for p in self.out.glob("*/*.png")}
        self.assertEqual(self.resume(), TOTAL)
        self.assertEqual({p: p.stat().st_mtime_ns for p in self.out.glob("*/*.png")}, before)

    def test_changed_lost_and_cut_files_are_made_again(self):
        flipped, cut, lost = sorted((self.out / "blend").iterdir())[5:35:10]
        content = bytearray(flipped.read_bytes())
        content[100] ^= 8
        flipped.write_bytes(content)
        os.truncate(cut, 50)
        lost.unlink()
        self.assertEqual(self.resume(), TOTAL - 3)
        (self.out / "gt/gt03.png").write_bytes(b"")
        (self.out / "label/gt04.png").unlink()
        self.assertEqual(self.resume(), TOTAL)

    def test_lost_lists_are_written_again(self):
        for name in ("samples.jsonl", "dataset.json", "splits/train.txt"):
            (self.out / name).unlink()
        self.assertEqual(self.resume(), TOTAL)

    def test_a_torn_journal(self):
        journal = self.out / "journal.jsonl"
        content = journal.read_bytes()
        head = content.index(b"\n") + 1
        for cut in (head, head + 1, head + 200, len(content) // 2, len(content) - 1):
            journal.write_bytes(content[:cut])
            self.assertLess(self.resume(), TOTAL + 1)
        lines = content.splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[:30]) + b"\0" * 4096)  # what a power loss may leave
        self.assertEqual(self.resume(), 30 - 1 - sum(b'"item":"gt:' in line for line in lines[:30]))
        journal.write_bytes(content[:head - 5])
        self.assertIn("--overwrite", self.build(*self.options(), code=t.OUTPUT_FAILED).stderr)
        self.assertEqual(self.resume("--overwrite"), 0)

    def test_a_journal_that_lies_is_not_believed(self):
        journal = self.out / "journal.jsonl"
        lines = journal.read_text().splitlines(keepends=True)
        first, second = [i for i, line in enumerate(lines) if '"item":"sample:' in line][:2]
        lines[first] = lines[first].replace('"size":', '"size":1')
        lines[second] = lines[second].replace('"xxh128":"', '"xxh128":"0')
        journal.write_text("".join(lines))
        self.assertEqual(self.resume(), TOTAL - 2)


if __name__ == "__main__":
    t.main()
