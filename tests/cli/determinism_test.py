"""The bytes of a dataset depend on inputs, options and seed, and on nothing else."""
import itertools
import os
import shutil
import time

import csgis_test as t


LAYOUTS = [["--per-gt", "4", "--val", "0.3"], ["--layout", "reference", "--val", "5"]]


class DeterminismCase(t.Case):
    code = t.DONE

    def setUp(self):
        super().setUp()
        self.inputs(gts=7, textures=6)
        (self.labels / "gt05.png").unlink()

    def options(self, layout):
        return [*layout, "--labels", self.labels, "--missing-label", "void", "--seed", "5"]

    def whole(self, layout, *more, labels=True):
        out = self.dir / "whole"
        shutil.rmtree(out, ignore_errors=True)
        self.build(*(self.options(layout) if labels else [*layout, "--seed", "5"]), *more, out=out, code=self.code)
        return t.tree(out)


class OneRun(DeterminismCase):
    def test_threads(self):
        for layout in LAYOUTS:
            one = self.whole(layout, "--threads", "1")
            for threads in (2, 3, 8):
                self.assert_same_tree(self.whole(layout, "--threads", threads), one, f"{threads} threads, {layout}")

    def pixels(self):
        return {p.relative_to(self.dir): t.cv2.imread(str(p), t.cv2.IMREAD_UNCHANGED).tobytes() for p in self.dir.glob("whole/*/*.png")}

    def test_vector_instructions_change_no_pixel(self):
        """Bytes are promised on one path only: a wider one may pack the same pixels otherwise."""
        for layout in LAYOUTS:
            self.whole(layout)
            auto = self.pixels()
            for simd in ("avx2", "baseline"):
                once, again = self.whole(layout, "--simd", simd), self.whole(layout, "--simd", simd)
                self.assert_same_tree(once, again, simd)
                self.assertEqual(self.pixels(), auto, simd)

    def test_names_of_folders_and_times_of_files(self):
        first = self.whole(LAYOUTS[0])
        moved = self.dir / "moved"
        moved.mkdir()
        for name in ("gt", "tx", "labels"):
            shutil.move(self.dir / name, moved / name)
            for path in (moved / name).iterdir():
                os.utime(path, (0, 0))
        self.gt, self.tx, self.labels = (moved / name for name in ("gt", "tx", "labels"))
        time.sleep(1.1)
        self.assert_same_tree(self.whole(LAYOUTS[0]), first)

    def test_another_seed_gives_another_dataset(self):
        first = self.whole(LAYOUTS[0])
        self.build(*self.options(LAYOUTS[0])[:-1], "6", out=self.out)
        self.assertNotEqual(t.tree(self.out)["samples.jsonl"], first["samples.jsonl"])


class Shards(DeterminismCase):
    def run_shards(self, count, options, folder_of, order=None):
        for i in order or range(count):
            self.build("--shard", f"{i}/{count}", *options, out=folder_of(i), code=self.code)

    def merge(self, folders, out):
        self.expect(self.code, "data", "merge", *folders, "--out", out)
        self.expect(t.DONE, "data", "verify", out)

    def check_shards(self, layout):
        expected = self.whole(layout)
        for count in (1, 3, 7):
            with self.subTest(layout=layout, shards=count, folders="one"):
                out = self.dir / f"one{count}"
                self.run_shards(count, self.options(layout), lambda i: out, order=reversed(range(count)))
                if count > 1:
                    self.assertFalse((out / "dataset.json").exists(), "a shard closes nothing")
                    self.merge([out], out)
                self.assert_same_tree(out, expected)
                self.assertEqual(sorted(p.name for p in out.glob("[!.]*-of-*")), [])
                self.assertEqual([p.name for p in out.glob(".csgis*")], [".csgis-0-of-1.lock"])
            with self.subTest(layout=layout, shards=count, folders="each its own"):
                parts = [self.dir / f"part{i}of{count}" for i in range(count)]
                self.run_shards(count, self.options(layout), lambda i: parts[i])
                if count == 1:
                    continue
                before = [t.tree(part) for part in parts]
                out = self.dir / f"merged{count}"
                self.merge(parts, out)
                self.assert_same_tree(out, expected)
                for part, files in zip(parts, before):
                    self.assert_same_tree(part, files, "other folders stay as they are")

    def test_shards_native(self):
        self.check_shards(LAYOUTS[0])

    def test_shards_reference(self):
        self.check_shards(LAYOUTS[1])

    def test_each_file_is_written_by_one_shard(self):
        for layout in LAYOUTS:
            written = []
            for i in range(4):
                out = self.dir / f"{layout[0]}{i}"
                self.build("--shard", f"{i}/4", *self.options(layout), out=out, code=self.code)
                written.append({name for name, digest in t.tree(out).items() if digest and name.endswith(".png")})
            for a, b in itertools.combinations(written, 2):
                self.assertEqual(a & b, set())
            self.assertEqual(set.union(*written), {name for name in self.whole(layout) if name.endswith(".png")})

    def test_shards_without_labels(self):
        expected = self.whole(["--threads", "2"], labels=False)
        parts = [self.dir / f"plain{i}" for i in range(2)]
        for i, part in enumerate(parts):
            self.build("--shard", f"{i}/2", "--seed", "5", out=part, code=self.code)
        self.merge(parts, self.out)
        self.assert_same_tree(self.out, expected)

    def test_more_shards_than_samples(self):
        for path in [*sorted(self.gt.iterdir())[1:], *sorted(self.tx.iterdir())[2:]]:
            path.unlink()
        expected = self.whole([])
        self.run_shards(7, self.options([]), lambda i: self.out)
        self.merge([self.out], self.out)
        self.assert_same_tree(self.out, expected)


class ShardsWithBadInputs(Shards):
    """The same with bad images among the good ones: every shard meets them, the whole names them once."""

    code = t.ITEMS_FAILED

    def setUp(self):
        super().setUp()
        (self.gt / "gt02.png").write_bytes(b"no image")
        (self.labels / "gt03.png").write_bytes((self.labels / "gt03.png").read_bytes()[:-12])
        (self.tx / "tx01.png").write_bytes(b"")


if __name__ == "__main__":
    t.main()
