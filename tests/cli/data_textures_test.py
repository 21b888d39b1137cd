"""`csgis data textures`: figures of textures that are known by construction, bad files, and the sheet."""
import json

import numpy as np
from PIL import Image

import csgis_test as t


class Textures(t.Case):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(1)
        y, x = np.mgrid[:120, :144]
        stripes = 128 + 40 * np.sin(2 * np.pi * x / 12)
        self.write("stripes01", stripes)
        self.write("ramp", 60 + x + 3 * rng.normal(size=x.shape))
        noise = t.photo(rng, 100, 100)
        t.write_rgb(self.tx / "cloud_1.png", noise)
        Image.fromarray(noise).resize((80, 80), Image.BICUBIC).save(self.tx / "cloud_2.jpg", quality=90)

    def write(self, name, grey):
        t.write_rgb(self.tx / f"{name}.png", np.repeat(np.rint(grey).astype(np.uint8)[:, :, None], 3, 2))

    def rows(self, code=t.DONE):
        result = json.loads(self.expect(code, "data", "textures", self.tx, "--json").stdout)
        return {row["id"]: row for row in result["textures"]}, result["errors"]

    def test_figures(self):
        rows, errors = self.rows()
        self.assertEqual((list(rows), errors), (["cloud_1", "cloud_2", "ramp", "stripes01"], []))
        stripes = rows["stripes01"]
        self.assertAlmostEqual(stripes["contrast"], 40 / np.sqrt(2), delta=0.2)
        self.assertAlmostEqual(stripes["period"], 12, delta=0.6)
        self.assertEqual((stripes["colour"], stripes["group"], stripes["height"], stripes["width"]), (0, "stripes", 120, 144))
        self.assertLess(stripes["seam"], 1.5)  # the steepest step of a sine is 1.41 times its mean one
        self.assertGreater(rows["ramp"]["seam"], 10)
        self.assertGreater(rows["cloud_1"]["colour"], 10)
        self.assertEqual({name: row["like"] for name, row in rows.items()}, {"cloud_1": None, "cloud_2": "cloud_1", "ramp": None, "stripes01": None})

    def test_table_and_sheet(self):
        sheet = self.dir / "sheet.png"
        text = self.expect(t.DONE, "data", "textures", self.tx, "--out", sheet).stdout
        self.assertEqual([line.split()[0] for line in text.splitlines()], ["texture", "cloud_1", "cloud_2", "ramp", "stripes01"])
        self.assertIn("mirror", text.splitlines()[3])
        self.assertIn("repeat", text.splitlines()[4])
        image = np.asarray(Image.open(sheet))
        self.assertGreater(image.shape[1], 4 * 220)
        self.assertGreater((image != 255).mean(), 0.4)
        self.expect(t.OUTPUT_FAILED, "data", "textures", self.tx, "--out", sheet)
        self.expect(t.DONE, "data", "textures", self.tx, "--out", sheet, "--overwrite")

    def test_bad_files_are_named(self):
        (self.tx / "broken.png").write_bytes(b"no image")
        rows, errors = self.rows(t.ITEMS_FAILED)
        self.assertEqual((len(rows), [e["file"] for e in errors]), (4, ["broken.png"]))
        self.expect(t.NOTHING_USABLE, "data", "textures", self.gt)
        (self.gt / "a.png").write_bytes(b"x")
        self.assertIn("a.png", self.expect(t.NOTHING_USABLE, "data", "textures", self.gt).stderr)
        self.expect(t.USAGE, "data", "textures")


if __name__ == "__main__":
    t.main()
