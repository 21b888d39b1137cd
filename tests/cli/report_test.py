"""`csgis report`: the files it makes, which pictures it reads, and figures for papers."""
import csv
import json
import os
import pathlib
import re
import zlib

import csgis_test as t
import numpy as np
import sample_results

HOSTILE = "a</script>%_&\"',$()"


class ReportCase(t.Case):
    def setUp(self):
        super().setUp()
        self.run = self.dir / "run"
        self.run.mkdir()

    def sample(self, **options):
        self.results = sample_results.made_up(self.run, **{"images": 6, "methods": 4, "gts": 3, "pictures": 6, **options})
        return json.loads(self.results.read_text(encoding="utf-8"))

    def change(self, change):
        content = json.loads(self.results.read_text(encoding="utf-8"))
        change(content)
        self.results.write_text(json.dumps(content), encoding="utf-8")

    def report(self, *options, code=t.DONE, out=None):
        return self.expect(code, "report", "--results", self.results, "--out", out or self.out, *options)

    def text(self, name):
        return (self.out / name).read_text(encoding="utf-8")

    def data(self):
        return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', self.text("report.html"), re.S)[1])


class Files(ReportCase):
    def test_all_files_show_the_same(self):
        content = self.sample()
        result = self.report()
        self.assertEqual(result.stdout, f"{self.out}/report.html\n")
        self.assertEqual(sorted(p.name for p in self.out.iterdir() if not p.name.startswith(".")),
                         ["references.bib", "report.html", "results.csv", "results.md", "results.tex"])
        with open(self.out / "results.csv", newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        data = self.data()
        for line, row in zip(table, content["rows"]):
            place = data["images"].index(next(i for i in data["images"] if i["name"] == row["image"]))
            for m, metric in enumerate(data["metrics"]):
                self.assertEqual(float(line[metric["name"]]), row["metrics"][metric["name"]])
                method = [x["name"] for x in data["methods"]].index(row["method"])
                self.assertAlmostEqual(data["values"][m][method][place], row["metrics"][metric["name"]], 5)
        for entry in content["summary"]:
            shown = f"{entry['mean']:.2f}" if entry["metric"] in ("psnr", "residual-texture") else f"{entry['mean']:.4f}"
            for name in ("report.html", "results.md", "results.tex"):
                self.assertIn(shown, self.text(name), f"{entry['method']} {entry['metric']} in {name}")

    def test_the_same_bytes_each_time(self):
        self.sample()
        trees = []
        for threads in (1, 4):
            self.report("--threads", threads, "--overwrite")
            trees.append(t.tree(self.out))
        self.assertEqual(*trees)

    def test_what_is_there_stays_unless_overwrite(self):
        self.sample()
        self.out.mkdir()
        (self.out / "results.md").write_text("mine")
        self.assertIn("--overwrite", self.report(code=t.OUTPUT_FAILED).stderr)
        self.assertEqual(self.text("results.md"), "mine")
        self.assertFalse((self.out / "report.html").exists())
        self.report("--overwrite")
        self.assertIn("| method |", self.text("results.md"))
        self.assert_clean()

    def test_results_that_are_none(self):
        self.results = self.dir / "nowhere.json"
        self.assertIn("nowhere.json", self.report(code=t.NOTHING_USABLE).stderr)
        self.results.write_text("{")
        self.assertIn("not JSON", self.report(code=t.NOTHING_USABLE).stderr)
        self.assertFalse((self.out / "report.html").exists())

    def test_cite(self):
        self.results = sample_results.made_up(self.run, images=2, methods=["none", "l0", "wls"])
        result = self.expect(t.DONE, "report", "--results", self.results, "--cite")
        self.assertEqual(re.findall(r"@\w+\{(\w+),", result.stdout),
                         ["csgis", "farbman2008wls", "wang2004ssim", "wang2022csgis", "xu2011l0"])
        self.report()
        self.assertEqual(self.text("references.bib"), result.stdout)

    def test_wrong_words(self):
        self.sample()
        self.assertIn("--figure", self.report("--crop", "1,2,3,4", code=t.USAGE).stderr)
        self.assertIn("--out", self.expect(t.USAGE, "report", "--results", self.results).stderr)
        self.assertIn("--data", self.report("--data", self.dir / "no", code=t.USAGE).stderr)

    def test_of_an_evaluation(self):
        (self.dir / "mine").mkdir()
        rng = np.random.default_rng(0)
        for name in ("a", "b"):
            t.write_rgb(self.gt / f"{name}.png", t.photo(rng, 30, 40))
            t.write_rgb(self.dir / f"mine/{name}.png", t.photo(rng, 30, 40))
        self.expect(t.DONE, "evaluate", "--pred", self.dir / "mine", "--gt", self.gt, "--out", self.dir / "scores")
        self.results = self.dir / "scores/results.json"
        self.report()
        for name in ("results.csv", "results.md"):
            self.assertEqual(self.text(name), (self.dir / "scores" / name).read_text())
        self.assertIn("No pictures were kept.", self.text("report.html"))


class Pictures(ReportCase):
    def test_hostile_names(self):
        self.sample(names=lambda i: f"{HOSTILE}{i}")
        self.report()
        page = self.text("report.html")
        self.assertNotIn("</script>%", page)
        self.assertEqual(self.data()["images"][0]["name"], f"{HOSTILE}0")
        self.assertEqual(len(self.data()["pictures"]), 6)
        self.report("--figure", f"{HOSTILE}3", out=self.dir / "figure")

    def test_only_the_folder_of_results_and_named_ones_are_read(self):
        self.sample()
        secret = self.dir / "secret"
        secret.mkdir()
        t.write_rgb(secret / "in.png", t.photo(np.random.default_rng(9), 120, 160))
        os.symlink(secret / "in.png", self.run / "link.png")
        for path in ("../secret/in.png", "link.png", str(secret / "in.png"), "pictures/../../secret/in.png"):
            self.change(lambda c: c["image_records"][0].update(input=path))
            self.assertIn("outside the folder of", self.report("--overwrite").stderr, path)
            parts = next(p for p in self.data()["pictures"] if p["image"] == self.data()["images"][0]["name"])["parts"]
            self.assertEqual(parts[0], {"name": "input", "gap": "outside"})
            self.report("--overwrite", "--data", secret)
            self.assertNotIn('"gap"', json.dumps(self.data()["pictures"]))

    def test_missing_and_damaged_pictures_are_gaps(self):
        self.sample()
        (self.run / "pictures/0-gt.png").unlink()
        os.truncate(self.run / "pictures/1-2.png", 200)
        self.assertIn("pictures missing or unreadable: 2", self.report().stderr)
        gaps = [part["gap"] for p in self.data()["pictures"] for part in p["parts"] if "gap" in part]
        self.assertEqual(sorted(gaps), ["missing", "unreadable"])

    def test_failed_rows(self):
        self.sample()

        def fail(content):
            row = content["rows"][-1]
            row.clear()
            row.update(method="method-3", image=content["images"][-1], status="failed", error="out of <b>memory</b>")
        self.change(fail)
        self.report()
        self.assertIn("out of &lt;b&gt;memory&lt;/b&gt;", self.text("report.html"))

    def test_the_page_keeps_its_size(self):
        self.sample(images=12, methods=10, pictures=12, size=(200, 300), shared=True)
        self.report("--page-size", "1.5")
        self.assertLess((self.out / "report.html").stat().st_size, 1.5e6)
        shown = len(self.data()["pictures"])
        self.assertTrue(1 <= shown < 12, shown)
        self.assertIn(f"{shown} of 12 images with pictures are in this page", self.text("report.html"))


def pdf_images(path):
    """Sizes and pixels of the images of our PDF, in their order."""
    found = []
    for head, body in re.findall(rb"/Subtype /Image(.*?)>>\nstream\n(.*?)\nendstream", path.read_bytes(), re.S):
        width, height = (int(re.search(rb"/%s (\d+)" % k, head)[1]) for k in (b"Width", b"Height"))
        found.append(np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, width, 3))
    return found


class Figures(ReportCase):
    def test_panels_and_boxes_hold_the_pixels_of_the_files(self):
        image = self.sample()["images"][2]
        result = self.report("--figure", image, "--crop", "10,20,30,40", "--crop", "0,0,8,8", "--panel", "input",
                             "--panel", "method-2", "--panel", "GT", "--difference", "--scan-line", "7")
        self.assertEqual(result.stdout, f"{self.out}/figure.pdf\n")
        files = [t.read_bgr(self.run / f"pictures/2-{part}.png")[..., ::-1] for part in ("in", "2", "gt")]
        expected = []
        for pixels in files:
            expected += [pixels, pixels[20:60, 10:40], pixels[:8, :8]]
            if pixels is not files[2]:
                expected.append(np.minimum(255, 4 * np.abs(pixels.astype(int) - files[2])).astype(np.uint8))
        found = pdf_images(self.out / "figure.pdf")
        self.assertEqual(len(found), len(expected))
        for a, b in zip(found, expected):
            np.testing.assert_array_equal(a, b)
        picture = t.read_bgr(self.out / "figure.png")
        self.assertEqual(picture.shape[1], 2103)  # 17.8 cm at 300 dots an inch
        width = 2102.4 / 3 - 2 * 12.5 / 3  # of a panel, with gaps of 3 points
        panel = t.cv2.resize(picture[:round(width * 120 / 160), :round(width)], (160, 120), interpolation=t.cv2.INTER_AREA)
        # Its noise has a deviation of 25 levels: off by a pixel, the median would be near 20.
        self.assertLess(np.median(np.abs(panel[..., ::-1].astype(int) - files[0])), 8)
        self.assertIn(r"\includegraphics[width=\textwidth]{figure.pdf}", self.text("figure.tex"))
        self.assertTrue((self.out / "references.bib").exists())

    def test_grid_of_several_images_and_overwrite(self):
        images = self.sample()["images"]
        self.report("--figure", images[0], "--figure", images[1], "--layout", "grid", "--width-cm", "8.5")
        # Input, three methods, GT of each.
        self.assertEqual(len(pdf_images(self.out / "figure.pdf")), 10)
        before = t.tree(self.out)
        self.report("--figure", images[2], code=t.OUTPUT_FAILED)
        self.assertEqual(t.tree(self.out), before)
        self.report("--figure", images[0], "--figure", images[1], "--layout", "grid", "--width-cm", "8.5", "--overwrite")
        self.assertEqual(t.tree(self.out), before)

    def test_what_is_not_there(self):
        image = self.sample(pictures=3)["images"]
        self.assertIn("did you mean", self.report("--figure", "gt00", code=t.USAGE).stderr)
        self.assertIn("160x120", self.report("--figure", image[0], "--crop", "150,0,11,5", code=t.USAGE).stderr)
        self.assertIn("too large", self.report("--figure", image[0], "--crop", "0,0,1,120", "--dpi", "1200", code=t.USAGE).stderr)
        self.assertIn("no picture", self.report("--figure", image[4], code=t.USAGE).stderr)
        self.assertFalse((self.out / "figure.pdf").exists())
        (self.run / "pictures/0-1.png").unlink()
        self.report("--figure", image[0])
        self.assertIn(b"(missing)", b"".join(zlib.decompress(s) for s in re.findall(
            rb"<<  /Filter /FlateDecode /Length \d+ >>\nstream\n(.*?)\nendstream", (self.out / "figure.pdf").read_bytes(), re.S)))


if __name__ == "__main__":
    t.main()
