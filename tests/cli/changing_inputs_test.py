"""Inputs that vanish or change while a build runs: an item error, and the same command ends the work once they are back.

The images are larger than what the program keeps in memory, so that it reads them a second time; it is held (SIGSTOP)
as soon as its journal is there, that is after the inputs were checked."""
import os
import signal
import time

import numpy as np

import csgis_test as t


def smooth(height, width, phase):
    """Quick to write and to read, and never the same for two phases."""
    y, x = np.mgrid[:height, :width]
    return np.stack([(x * (phase + 1) // 7 + y * c) % 256 for c in (1, 2, 3)], axis=2).astype(np.uint8)


class Changing(t.Case):
    def setUp(self):
        super().setUp()
        for i in range(9):
            t.cv2.imwrite(str(self.gt / f"gt{i}.png"), smooth(900, 1000, i))
            t.write_labels(self.labels / f"gt{i}.png", np.full((900, 1000), i, np.uint8))
        for i in range(2):
            t.cv2.imwrite(str(self.tx / f"tx{i}.png"), smooth(20, 30, i))
        self.lost = self.dir / "lost"

    def build_while(self, change, out=None):
        """Builds on one thread and calls `change` between the check of the inputs and the last of the work."""
        process = t.start(*self.command("--labels", self.labels, "--threads", "1", "--quiet", out=out))
        self.addCleanup(process.kill)
        while not ((out or self.out) / "journal.jsonl").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGSTOP)
        self.assertLess(sum(1 for _ in (out or self.out).glob("blend/*")), 16, "held too late")
        change()
        os.kill(process.pid, signal.SIGCONT)
        stdout, stderr = process.communicate(timeout=120 * t.SLOWNESS)
        return process.returncode, stderr

    def check(self, change, undo, expected_errors, keys_missing):
        code, stderr = self.build_while(change)
        self.assertEqual(code, t.ITEMS_FAILED, stderr)
        errors = self.errors()
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in errors], expected_errors)
        for e in errors:
            self.assertNotIn(str(self.dir), e["reason"])
        keys = {s["key"] for s in self.samples()}
        self.assertEqual({f"gt{g}__tx{x}" for g in range(9) for x in range(len(list(self.tx.iterdir())))} - keys, keys_missing)
        self.expect(t.DONE, "data", "verify", self.out)
        undo()
        self.build("--labels", self.labels)
        self.build("--labels", self.labels, out=self.dir / "whole")
        self.assert_same_tree(self.out, self.dir / "whole")

    def move(self, path):
        return lambda: os.rename(path, self.lost), lambda: os.rename(self.lost, path)

    def test_a_deleted_gt(self):
        self.check(*self.move(self.gt / "gt8.png"), [("gt8", "gt8.png", "gt")], {"gt8__tx0", "gt8__tx1"})

    def test_a_changed_gt(self):
        path = self.gt / "gt8.png"
        content = path.read_bytes()
        self.check(lambda: path.write_bytes((self.gt / "gt7.png").read_bytes()), lambda: path.write_bytes(content),
                   [("gt8", "gt8.png", "gt")], {"gt8__tx0", "gt8__tx1"})
        self.assertEqual(self.errors(), [])

    def test_a_deleted_label(self):
        self.check(*self.move(self.labels / "gt8.png"), [("gt8", "gt8.png", "label")], {"gt8__tx0", "gt8__tx1"})

    def test_a_deleted_texture(self):
        for i in range(2, 6):
            t.cv2.imwrite(str(self.tx / f"tx{i}.png"), smooth(1500, 1500, i))
        for path in sorted(self.gt.iterdir())[2:]:
            path.unlink()
        path = self.tx / "tx5.png"
        code, stderr = self.build_while(lambda: os.rename(path, self.lost))
        self.assertEqual(code, t.ITEMS_FAILED, stderr)
        self.assertEqual([(e["item"], e["file"], e["stage"]) for e in self.errors()], [("tx5", "tx5.png", "texture")])
        self.assertEqual({s["key"] for s in self.samples()}, {f"gt{g}__tx{x}" for g in range(2) for x in range(5)})
        os.rename(self.lost, path)
        self.build("--labels", self.labels)
        self.build("--labels", self.labels, out=self.dir / "whole")
        self.assert_same_tree(self.out, self.dir / "whole")

    def test_a_resume_without_the_lost_gt_is_another_run(self):
        code, _ = self.build_while(lambda: (self.gt / "gt8.png").unlink())
        self.assertEqual(code, t.ITEMS_FAILED)
        before = t.tree(self.out)
        self.assertIn("8 entries", self.build("--labels", self.labels, code=t.OUTPUT_FAILED).stderr)
        self.assert_same_tree(self.out, before)

    def test_a_deleted_output_folder(self):
        code, stderr = self.build_while(lambda: os.rename(self.out, self.lost))
        self.assertEqual(code, t.OUTPUT_FAILED)
        self.assertIn(str(self.out), stderr)


if __name__ == "__main__":
    t.main()
