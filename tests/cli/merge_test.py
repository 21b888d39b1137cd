"""`csgis data merge` when something is wrong: lost, unfinished, damaged and foreign shards, folders in use."""
import json
import os
import shutil

import csgis_test as t


class MergeCase(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=4, textures=3)
        self.parts = [self.dir / f"part{i}" for i in range(3)]

    def shard(self, i, *options, count=3, out=None, code=t.DONE):
        self.build("--labels", self.labels, "--shard", f"{i}/{count}", *options, out=out or self.parts[i], code=code)

    def shards(self, *options):
        for i in range(3):
            self.shard(i, *options)

    def merge(self, *folders, code=t.DONE, out=None, options=()):
        return self.expect(code, "data", "merge", *(folders or self.parts), "--out", out or self.out, *options)

    def whole(self, *options):
        out = self.dir / "whole"
        self.build("--labels", self.labels, *options, out=out)
        return out

    def refused(self, *parts, code=t.NOTHING_USABLE, folders=(), out=None):
        message = self.merge(*folders, code=code, out=out).stderr
        for part in parts:
            self.assertIn(str(part), message)
        self.assertFalse(((out or self.out) / "dataset.json").exists())


class Incomplete(MergeCase):
    def test_a_lost_shard_is_named(self):
        self.shards()
        self.refused("1/3 is lost", folders=[self.parts[0], self.parts[2]])
        self.refused("0/3 is lost", "2/3 is lost", folders=[self.parts[1]])

    def test_an_unfinished_shard_is_named_and_can_be_finished(self):
        self.shards()
        journal = self.parts[2] / "journal.2-of-3.jsonl"
        lines = journal.read_text().splitlines(keepends=True)
        journal.write_text("".join(lines[:-2]))
        self.refused("2/3 is not finished")
        self.shard(2)
        self.merge()
        self.assert_same_tree(self.out, self.whole())

    def test_a_changed_or_deleted_file_is_named(self):
        self.shards()
        for folder in self.parts:
            victim = sorted((folder / "blend").iterdir())[0]
            content = victim.read_bytes()
            victim.write_bytes(content[:-1] + b"x")
            self.refused(victim.name, folder.name)
            victim.unlink()
            self.refused(victim.name)
            victim.write_bytes(content)
        self.merge()

    def test_damaged_records_are_refused(self):
        self.shards()
        for name in ("journal.1-of-3.jsonl", "samples.1-of-3.jsonl"):
            path = self.parts[1] / name
            content = path.read_bytes()
            for damaged in (b"", b"{}\n", b"[1]\n", b'{"identity":1}\n', b"\xff\x00garbage\n", content[:len(content) // 2], content.replace(b'"', b"'")):
                path.write_bytes(damaged)
                result = t.csgis("data", "merge", *self.parts, "--out", self.out)
                self.assertEqual(result.returncode, t.NOTHING_USABLE, f"{name} {damaged[:30]}: {result.stderr}")
                self.assertFalse((self.out / "dataset.json").exists())
            path.write_bytes(content)
        self.merge()
        self.assert_same_tree(self.out, self.whole())

    def test_a_record_that_leaves_the_dataset_is_refused(self):
        self.shards()
        (self.dir / "secret.png").write_bytes(b"x")
        journal = self.parts[0] / "journal.0-of-3.jsonl"
        lines = journal.read_text().splitlines()
        record = json.loads(lines[1])
        record["files"][0]["path"] = "../secret.png"
        lines[1] = json.dumps(record)
        journal.write_text("\n".join(lines) + "\n")
        self.refused()
        self.assertEqual((self.dir / "secret.png").read_bytes(), b"x")

    def test_folders_without_shards(self):
        self.refused("no shard", folders=[self.gt])
        self.refused("lost", folders=[self.dir / "lost"])
        self.refused("no shard", folders=[self.whole()])

    def test_shards_that_do_not_belong_together(self):
        self.shards()
        other = self.dir / "other"
        self.shard(1, "--seed", "8", out=other)
        self.refused("seed", "8", folders=[self.parts[0], other, self.parts[2]])
        four = self.dir / "four"
        self.shard(3, count=4, out=four)
        self.refused("3", "4", folders=[*self.parts, four])
        double = self.dir / "double"
        self.shard(1, out=double)
        self.refused("1-of-3", "more than one", folders=[*self.parts, double])

    def test_a_folder_given_twice_counts_once(self):
        self.shards()
        self.merge(*self.parts, self.parts[0], str(self.parts[0]) + "/.")
        self.assert_same_tree(self.out, self.whole())


class Output(MergeCase):
    def test_into_one_of_the_parts(self):
        self.shards()
        self.merge(out=self.parts[1])
        self.assert_same_tree(self.parts[1], self.whole())

    def test_the_merged_dataset_is_like_one_that_was_built_whole(self):
        self.shards()
        self.merge()
        self.build("--labels", self.labels)
        report = json.loads(self.build("--labels", self.labels, "--json").stdout)
        self.assertEqual((report["samples"], report["resumed"]), (12, 12))
        self.assert_same_tree(self.out, self.whole())

    def test_merging_again(self):
        self.shards()
        self.merge()
        self.merge()
        self.assert_same_tree(self.out, self.whole())

    def test_a_merge_that_was_killed_while_removing_the_parts(self):
        together = self.dir / "together"
        for i in range(3):
            self.shard(i, out=together)
        kept = {p.name: p.read_bytes() for p in together.glob("[!.]*-of-*")}
        self.merge(together, out=together)
        names = sorted(kept, reverse=True)  # in the order they are removed
        for left in range(1, len(names)):
            for name in names[left:]:
                (together / name).write_bytes(kept[name])
            self.merge(together, out=together)
            self.assert_same_tree(together, self.whole())
            self.assertEqual(list(together.glob("*-of-3*")), [])

    def test_files_are_linked_or_copied_never_moved(self):
        self.shards()
        self.merge()
        for folder in self.parts:
            self.assertTrue((folder / "dataset.json").exists() is False)
            for path in (folder / "blend").iterdir():
                self.assertTrue(os.path.samefile(path, self.out / "blend" / path.name), "one file system: a link costs nothing")

    def test_another_dataset_in_the_output_is_not_replaced(self):
        self.shards()
        self.build("--seed", "77")
        before = t.tree(self.out)
        self.merge(code=t.OUTPUT_FAILED)
        self.assert_same_tree(self.out, before)
        self.merge(options=["--overwrite"])
        self.expect(t.DONE, "data", "verify", self.out)

    def test_foreign_files_in_the_output_are_not_replaced(self):
        self.shards()
        self.out.mkdir()
        (self.out / "samples.jsonl").write_text("mine\n")
        self.merge(code=t.OUTPUT_FAILED)
        self.assertEqual(t.tree(self.out), {"samples.jsonl": t.sha256(self.out / "samples.jsonl")})
        (self.out / "samples.jsonl").rename(self.out / "my notes.txt")
        self.merge()
        self.assertEqual((self.out / "my notes.txt").read_text(), "mine\n")

    def test_an_output_that_is_a_file(self):
        self.shards()
        self.out.write_text("x")
        self.merge(code=t.OUTPUT_FAILED)
        self.assertEqual(self.out.read_text(), "x")

    def test_errors_are_joined_and_counted(self):
        (self.gt / "gt01.png").write_bytes(b"x")
        for i in range(3):
            self.shard(i, code=t.ITEMS_FAILED)
        result = self.merge(code=t.ITEMS_FAILED, options=["--json"])
        self.assertEqual(json.loads(result.stdout), {"out": str(self.out), "shards": 3, "samples": 9, "errors": 1})
        self.assertEqual([e["file"] for e in self.errors()], ["gt01.png"])
        self.assertIn("errors.jsonl", result.stderr)

    def test_a_shard_rebuilt_after_the_loss_of_its_folder(self):
        self.shards()
        shutil.rmtree(self.parts[1])
        self.shard(1)
        self.merge()
        self.assert_same_tree(self.out, self.whole())


if __name__ == "__main__":
    t.main()
