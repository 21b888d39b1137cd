"""`csgis data pack`: one file of a dataset; what is wrong with the dataset or the output."""
import json

import csgis_test as t


class PackCase(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=4, textures=3)
        self.file = self.dir / "set.pack"

    def pack(self, folder=None, *options, code=t.DONE, out=None, **run):
        return self.expect(code, "data", "pack", folder or self.out, "--out", out or self.file, *options, **run)

    def index(self):
        data = self.file.read_bytes()
        offset, size = (int.from_bytes(data[at:at + 8], "little") for at in (24, 32))
        self.assertEqual(int.from_bytes(data[16:24], "little"), len(data))
        return data, json.loads(data[offset:offset + size])

    def test_both_layouts_are_packed_completely(self):
        for layout, over in (("native", ["--over", "l0:lambda=0.3"]), ("reference", [])):
            with self.subTest(layout=layout):
                out = self.dir / layout
                self.build("--layout", layout, "--labels", self.labels, "--val", "3", *over, out=out)
                result = json.loads(self.pack(out, "--json", "--overwrite").stdout)
                data, index = self.index()
                self.assertEqual(result["bytes"], len(data))
                self.assertEqual(result["train"] + result["held_out"], 12)
                self.assertGreater(result["held_out"], 0)
                self.assertEqual(index["labels"], "class")
                for key, truth, blend, edge, label, overs in index["train"] + index["held_out"]:
                    self.assertEqual(len(overs), len(over) // 2)
                    images = [index["images"][i] for i in (truth, blend, edge, label)]
                    self.assertEqual(len({tuple(image[1:3]) for image in images}), 1)
                    self.assertEqual([image[3] for image in images], [3, 3, 1, 1])
                self.assertEqual(len(index["images"]), 4 * 3 + 12 + (4 if over else 0))

    def test_the_bytes_are_those_of_the_dataset_alone(self):
        self.build("--labels", self.labels)
        self.pack(None, "--threads", "1")
        first = self.file.read_bytes()
        self.pack(None, "--threads", "4", "--overwrite")
        self.assertEqual(self.file.read_bytes(), first)

    def test_a_pixel_is_where_the_index_says(self):
        self.build("--labels", self.labels)
        self.pack()
        data, index = self.index()
        name, height, width, channels, offset, _ = index["images"][index["train"][0][1]]
        planes = t.np.frombuffer(data, t.np.uint8, channels * height * width, offset).reshape(channels, height, width)
        rgb = t.np.asarray(t.Image.open(self.out / name))
        self.assertTrue((planes.transpose(1, 2, 0) == rgb).all())

    def test_a_bad_image_is_named_and_its_samples_are_left_out(self):
        self.build("--labels", self.labels)
        sample = self.samples()[0]
        (self.out / sample["blend"]).write_bytes((self.out / sample["blend"]).read_bytes()[:200])
        result = self.pack(None, "--json", code=t.ITEMS_FAILED)
        self.assertIn(sample["blend"], result.stderr)
        _, index = self.index()
        keys = [entry[0] for entry in index["train"] + index["held_out"]]
        self.assertEqual(len(keys), 11)
        self.assertNotIn(sample["key"], keys)
        self.file.unlink()
        self.pack(None, "--on-error", "stop", code=t.ITEMS_FAILED)
        self.assertFalse(self.file.exists())

    def test_nothing_usable(self):
        (self.dir / "empty").mkdir()
        self.pack(self.dir / "empty", code=t.NOTHING_USABLE)
        self.pack(self.dir / "missing", code=t.NOTHING_USABLE)
        self.build()
        (self.out / "samples.jsonl").write_text('{"key": 1}\n')
        self.assertIn("samples.jsonl", self.pack(code=t.NOTHING_USABLE).stderr)

    def test_output_that_is_there_or_cannot_be_written(self):
        self.build()
        self.pack()
        before = self.file.read_bytes()
        self.assertIn("--overwrite", self.pack(code=t.OUTPUT_FAILED).stderr)
        self.pack(out=self.dir / "no" / "folder.pack", code=t.OUTPUT_FAILED)
        self.pack(out=self.dir, code=t.OUTPUT_FAILED)
        self.pack(None, "--overwrite", code=t.OUTPUT_FAILED, preexec_fn=t.limit_file_size(20000))
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual([path.name for path in self.dir.glob(".csgis*")], [])


if __name__ == "__main__":
    t.unittest.main()
