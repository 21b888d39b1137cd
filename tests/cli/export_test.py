"""`csgis data export`, read back with what other people use: tarfile, json, PIL."""
import io
import json
import re
import signal
import tarfile

import numpy as np
from PIL import Image

import csgis_test as t


class ExportCase(t.Case):
    def dataset(self, *options, gts=6, textures=5):
        self.inputs(gts=gts, textures=textures)
        self.build("--labels", self.labels, "--over", "guided:radius=3,eps=0.1", "--over", "guided:radius=5,eps=0.2",
                   "--negative-pick", "all", "--under", "none", *options)
        return {sample["key"]: sample for sample in self.samples()}

    def export(self, form, *options, out=None, code=t.DONE, dataset=None, **run):
        return self.expect(code, "data", "export", dataset or self.out, "--format", form, "--out",
                           out or self.dir / form, *options, **run)

    def source(self, path):
        return (self.out / path).read_bytes()


class WebDataset(ExportCase):
    # The rule of WebDataset's readers: the key ends at the first dot of the last part of the name.
    NAME = re.compile(r"^((?:.*/|)[^.]+)[.]([^/]*)$")

    def read(self, folder):
        """Shard -> list of (key, {extension: bytes}), members in their order; checks that samples lie together."""
        shards = {}
        for path in sorted(folder.glob("*.tar")):
            samples = []
            with tarfile.open(path) as tar:
                for member in tar:
                    self.assertTrue(member.isfile())
                    self.assertEqual((member.mode, member.uid, member.gid, member.mtime, member.uname, member.gname),
                                     (0o644, 0, 0, 0, "", ""))
                    key, extension = self.NAME.match(member.name).groups()
                    if not samples or samples[-1][0] != key:
                        samples.append((key, {}))
                    self.assertNotIn(extension, samples[-1][1])
                    samples[-1][1][extension] = tar.extractfile(member).read()
            for key, files in samples:
                self.assertEqual(list(files), sorted(files))
            shards[path.name] = samples
        keys = [key for samples in shards.values() for key, files in samples]
        self.assertEqual(len(keys), len(set(keys)), "a sample lies in one place")
        return shards

    def test_every_file_of_every_sample(self):
        records = self.dataset()
        self.export("webdataset")
        shards = self.read(self.dir / "webdataset")
        self.assertEqual(set(shards), {f"dataset-{split}-000000.tar" for split in {r["split"] for r in records.values()}})
        found = {}
        for name, samples in shards.items():
            for key, files in samples:
                record = json.loads(files["json"])
                found[record["key"]] = record
                original = records[record["key"]]
                self.assertEqual(name, f"dataset-{original['split']}-000000.tar")
                for field in ("key", "gt_id", "texture_id", "split"):
                    self.assertEqual(record[field], original[field])
                pairs = [(original["blend"], "input.png"), (original["gt"], "gt.png"), (original["edge"], "edge.png"),
                         (original["label"], "seg.png"), (original["over"][0]["file"], "neg.over.guided.png"),
                         (original["over"][1]["file"], "neg.over.guided-2.png"),
                         (original["under"][0]["file"], "neg.under.none.png")]
                self.assertEqual(set(files), {extension for _, extension in pairs} | {"json"})
                self.assertEqual((record["blend"], record["gt"], record["label"]), ("input.png", "gt.png", "seg.png"))
                self.assertEqual(record["label_kind"], "class")
                self.assertEqual([n["method"] for n in record["over"]], [n["method"] for n in original["over"]])
                for path, extension in pairs:
                    self.assertEqual(files[extension], self.source(path), extension)
                    self.assertEqual(record["sha256"][extension], original["sha256"][path])
                self.assertEqual(np.asarray(Image.open(io.BytesIO(files["gt.png"]))).shape[2], 3)
        self.assertEqual(set(found), set(records))

    def test_shards_are_even_and_bytes_do_not_depend_on_threads(self):
        records = self.dataset("--val", "0", "--split-by", "pair")
        one, two = self.dir / "one", self.dir / "two"
        self.export("webdataset", "--samples-per-shard", "7", "--threads", "1", "--name", "voc.smooth", out=one)
        self.export("webdataset", "--samples-per-shard", "7", "--threads", "8", "--name", "voc.smooth", out=two)
        self.assert_same_tree(one, two)
        shards = self.read(one)
        self.assertEqual([len(s) for s in shards.values()], [6, 6, 6, 6, 6])
        self.assertEqual(list(shards)[4], "voc.smooth-train-000004.tar")
        order = [json.loads(files["json"])["key"] for samples in shards.values() for _, files in samples]
        self.assertEqual(order, sorted(records))

    def test_awkward_names(self):
        rng = np.random.default_rng(3)
        names = ["a.b", "a%2Eb", "mit blank", "grün", "x" * 120]
        for name in names:
            t.write_rgb(self.gt / f"{name}.png", t.photo(rng, 8, 9))
        t.write_rgb(self.tx / "t.1.png", t.noise(rng, 4, 4))
        self.build("--val", "0", "--split-by", "pair")
        for locale in ("C", "C.UTF-8"):
            out = self.dir / locale
            self.export("webdataset", out=out, env=t.environment(LC_ALL=locale))
            (samples,) = self.read(out).values()
            self.assertEqual({json.loads(files["json"])["gt_id"] for _, files in samples}, set(names))
            self.assertIn("a%2Eb__t%2E1", {key for key, _ in samples})
            self.assertIn("a%252Eb__t%2E1", {key for key, _ in samples})
        self.assert_same_tree(self.dir / "C", self.dir / "C.UTF-8")

    def test_a_changed_file_leaves_out_its_samples_until_it_is_mended(self):
        records = self.dataset()
        self.export("webdataset", out=self.dir / "whole")
        victim = sorted(self.out.glob("blend/*.png"))[3]
        good = victim.read_bytes()
        victim.write_bytes(good[:-1] + b"x")
        result = self.export("webdataset", code=t.ITEMS_FAILED)
        out = self.dir / "webdataset"
        (error,) = self.errors(out)
        self.assertEqual((error["file"], error["reason"]), (victim.name, "its content has changed"))
        self.assertEqual(sum(map(len, self.read(out).values())), len(records) - 1)
        victim.write_bytes(good)
        self.export("webdataset")
        self.assert_same_tree(out, self.dir / "whole")

    def test_killed_and_run_again(self):
        self.dataset(gts=12, textures=12)
        options = ("--samples-per-shard", "3")
        self.export("webdataset", *options, out=self.dir / "whole")
        out = self.dir / "killed"
        for wanted in (1, 9, 20):
            process = t.start("data", "export", self.out, "--format", "webdataset", "--out", out, *options, "--threads", "1")
            while process.poll() is None and len(list(out.glob("*.tar")) if out.exists() else []) < wanted:
                pass
            process.send_signal(signal.SIGKILL)
            process.communicate()
            for path in out.glob("*.tar"):
                with tarfile.open(path) as tar:
                    tar.getmembers()
        self.export("webdataset", *options, out=out)
        self.assert_same_tree(out, self.dir / "whole")
        self.assert_clean(out)

    def test_wrong_use(self):
        self.dataset()
        self.export("webdataset", "--name", "a/b", code=t.USAGE)
        self.export("webdatset", code=t.USAGE)
        self.export("webdataset", dataset=self.gt, code=t.NOTHING_USABLE)
        self.export("webdataset")
        other = self.export("webdataset", "--samples-per-shard", "2", code=t.OUTPUT_FAILED)
        self.assertIn("samples-per-shard", other.stderr)
        self.export("webdataset", out=self.read_only_folder() / "x", code=t.OUTPUT_FAILED)


class BuildLayout(ExportCase):
    def test_equals_the_export_of_a_native_build(self):
        self.inputs()
        (self.gt / "bad.png").write_bytes(b"no image")
        self.build("--labels", self.labels, "--val", "0.3", code=t.ITEMS_FAILED)
        self.export("webdataset")
        out = self.dir / "tars"
        for _ in range(2):
            self.build("--labels", self.labels, "--val", "0.3", "--layout", "webdataset", out=out, code=t.ITEMS_FAILED)
            built, exported = t.tree(out), t.tree(self.dir / "webdataset")
            for name in ("dataset.json", "errors.jsonl"):
                self.assertEqual(built.pop(name), t.sha256(self.out / name))
            self.assert_same_tree(built, exported)
            self.assert_clean(out)
        self.build("--layout", "webdataset", "--shard", "0/2", out=self.dir / "part", code=t.USAGE)

    def test_killed_and_run_again(self):
        self.inputs(gts=12, textures=12)
        whole, out = self.dir / "whole", self.dir / "killed"
        self.build("--layout", "webdataset", out=whole)
        process = t.start(*self.command("--layout", "webdataset", out=out))
        self.wait_for_images(process, 40, out / ".csgis-native")
        process.kill()
        process.communicate()
        self.build("--layout", "webdataset", out=out)
        self.assert_same_tree(whole, out)


class ImageFolder(ExportCase):
    def test_metadata_leads_to_the_files(self):
        records = self.dataset("--licence", "CC0-1.0")
        self.export("imagefolder", "--name", "smooth")
        out = self.dir / "imagefolder"
        found = {}
        for path in out.glob("*/metadata.jsonl"):
            for line in t.jsonl(path):
                record = records[line["key"]]
                found[line["key"]] = line
                self.assertEqual(path.parent.name, record["split"])
                for column, field in (("file_name", "blend"), ("gt_file_name", "gt"), ("edge_file_name", "edge"),
                                      ("label_file_name", "label")):
                    self.assertEqual((path.parent / line[column]).read_bytes(), self.source(record[field]))
                for negative in line["over"]:
                    self.assertEqual((path.parent / negative["file"]).read_bytes(), self.source(negative["file"]))
        self.assertEqual(set(found), set(records))
        readme = (out / "README.md").read_text()
        self.assertTrue(readme.startswith("---\nlicense: \"CC0-1.0\"\n"))
        splits = dict(re.findall(r"- split: (\w+)\n    path: \"([\w-]+)/\*\*\"", readme))
        self.assertEqual(set(splits.values()), {record["split"] for record in records.values()})
        self.assertEqual(splits["validation"], "val")
        before = t.tree(out)
        self.export("imagefolder", "--name", "smooth")
        self.assert_same_tree(before, out)

    def test_a_lost_file_leaves_out_its_samples(self):
        records = self.dataset()
        victim = sorted(self.out.glob("blend/*.png"))[0]
        victim.unlink()
        self.export("imagefolder", code=t.ITEMS_FAILED)
        lines = [line for path in (self.dir / "imagefolder").glob("*/metadata.jsonl") for line in t.jsonl(path)]
        self.assertEqual(len(lines), len(records) - 1)


class Croissant(ExportCase):
    def test_required_fields_and_hashes(self):
        records = self.dataset("--licence", "CC0-1.0")
        result = self.export("croissant", "--name", "smooth")
        self.assertIn("--creator", result.stderr)
        result = self.export("croissant", "--name", "smooth", "--url", "https://example.org/smooth", "--creator", "A. U.",
                             "--date", "2026-01-31", "--overwrite")
        self.assertNotIn("--creator", result.stderr)
        data = json.loads((self.dir / "croissant" / "croissant.json").read_text())
        for field in ("@context", "@type", "conformsTo", "name", "description", "license", "url", "creator",
                      "datePublished", "distribution", "recordSet"):
            self.assertIn(field, data)
        self.assertEqual(data["@type"], "sc:Dataset")
        self.assertEqual(data["conformsTo"], "http://mlcommons.org/croissant/1.0")
        self.assertEqual((data["license"], data["url"], data["datePublished"]),
                         ("CC0-1.0", "https://example.org/smooth", "2026-01-31"))
        context = data["@context"]
        self.assertEqual((context["@vocab"], context["cr"], context["recordSet"]),
                         ("https://schema.org/", "http://mlcommons.org/croissant/", "cr:recordSet"))
        files = {item["@id"]: item for item in data["distribution"]}
        self.assertEqual(len(files), len(data["distribution"]))
        for item in files.values():
            self.assertIn("encodingFormat", item)
            if item["@type"] == "cr:FileObject":
                self.assertEqual(item["sha256"], t.sha256(self.out / item["contentUrl"]))
            else:
                self.assertEqual(item["@type"], "cr:FileSet")
                self.assertTrue(list(self.out.glob(item["includes"])))
        named = {path for record in records.values() for path in record["sha256"]}
        covered = {p.relative_to(self.out).as_posix() for item in files.values() if "includes" in item
                   for p in self.out.glob(item["includes"])}
        self.assertEqual(named, covered)
        (rows,) = data["recordSet"]
        self.assertEqual(rows["@type"], "cr:RecordSet")
        ids = [field["@id"] for field in rows["field"]]
        self.assertIn(rows["key"]["@id"], ids)
        for field in rows["field"]:
            self.assertEqual(field["@type"], "cr:Field")
            column = field["source"]["extract"]["column"]
            self.assertIn(field["source"]["fileObject"]["@id"], files)
            self.assertTrue(all(column in record for record in records.values()))


class Reference(ExportCase):
    def test_equals_a_build_of_that_layout(self):
        self.inputs()
        alike = ("--labels", self.labels, "--over", "guided:radius=3,eps=0.1", "--luma", "reference", "--edge-channel",
                 "blue")
        self.build(*alike, "--split-by", "pair", "--val", "0", "--headroom", "none", "--tiling", "repeat")
        self.export("reference")
        wanted = self.dir / "wanted"
        self.build(*alike, "--layout", "reference", out=wanted)
        ours, theirs = ({name: hash for name, hash in t.tree(folder).items() if name != "dataset.json"}
                        for folder in (self.dir / "reference", wanted))
        self.assert_same_tree(ours, theirs)
        self.expect(t.DONE, "data", "verify", self.dir / "reference")

    def test_what_it_cannot_hold(self):
        self.dataset()
        self.assertIn("one over-smoothed image", self.export("reference", code=t.USAGE).stderr)
        out = self.dir / "uneven"
        self.build("--per-gt", "2", out=out)
        lines = (out / "samples.jsonl").read_text().splitlines(keepends=True)
        (out / "samples.jsonl").write_text("".join(lines[1:]))
        self.assertIn("equally many", self.export("reference", dataset=out, code=t.USAGE).stderr)


if __name__ == "__main__":
    t.main()
