"""docs/voc-smooth.md from top to bottom: its commands as they stand, on a miniature kit and a few textures that a server on
this machine hands out in place of the public hosts."""
import hashlib
import http.server
import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import threading
import unittest

from PIL import Image

import csgis_test as t

PAGE = pathlib.Path(os.environ["CSGIS_SOURCE"]) / "docs/voc-smooth.md"
# What makes it short: lengths, and nothing else.
SHORTER = {
    "--epochs 150": "--network lite --width 8 --blocks 2 --patch 32 --batch 2 --steps 6",
    "--select 150": "--select 6",
    "--per-gt 20": "--per-gt 3",
    "--method l0 --method rtv --method bilateral":
        "--tune-budget 4 --tune-images 2 --timing none --method l0 --method rtv --method bilateral",
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        data = self.server.files[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def tar_of(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def as_jpeg(path):
    out = io.BytesIO()
    Image.open(path).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


class VocSmooth(t.Case):
    def synthetic_kit(self):
        """A development kit of procedural scenes."""
        self.expect(t.DONE, "synth", "--out", self.dir / "synth", "--scenes", "10", "--textures", "10", "--min-side", "96",
                    "--max-side", "128")
        kit, names = {}, []
        for i, path in enumerate(sorted((self.dir / "synth/scenes").iterdir())):
            name = f"2012_{i:06}"
            names.append(name)
            kit[f"JPEGImages/{name}.jpg"] = as_jpeg(path)
            kit[f"SegmentationClass/{name}.png"] = (self.dir / "synth/labels" / path.name).read_bytes()
        for split, part in (("train", names[:6]), ("val", names[6:])):
            kit[f"ImageSets/Segmentation/{split}.txt"] = "".join(name + "\n" for name in part).encode()
        return {f"VOCdevkit/VOC2012/{name}": content for name, content in kit.items()}

    def shared_kit(self):
        root = pathlib.Path(os.environ["CSGIS_SHARED"]) / "data/voc-mini"
        wanted = [path for path in sorted(root.rglob("*")) if path.is_file() and "VOC2012" in path.parts]
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in wanted}

    def textures(self):
        classes = ["braided", "knitted", "meshed", "waffled", "woven"]
        self.expect(t.DONE, "synth", "--out", self.dir / "more", "--scenes", "0", "--textures", "10")
        paths = sorted((self.dir / "more/textures").iterdir())
        return {f"dtd/images/{classes[i % 5]}/{classes[i % 5]}_{i:04}.jpg": as_jpeg(path) for i, path in enumerate(paths)}

    def serve(self, sources):
        """Manifests of archives that a server on this machine has: name -> file."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.files = {}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        manifests = {}
        for name, data in sources.items():
            server.files[f"/{name}.tar.gz"] = data
            manifest = json.loads((PAGE.parent.parent / f"data_manifest/{name}.json").read_text())
            manifest["files"] = [{"name": f"{name}.tar.gz", "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
                                  "urls": [f"http://127.0.0.1:{server.server_port}/{name}.tar.gz"], "unpack": "archive"}]
            manifest["layout"] = [part for part in manifest["layout"] if not part.endswith(("labels", "SegmentationObject"))]
            manifests[name] = self.dir / f"{name}.json"
            manifests[name].write_text(json.dumps(manifest))
        return manifests

    def commands(self, manifests):
        text = "".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8")))
        for long, short in SHORTER.items():
            self.assertIn(long, text, "the page has changed: see SHORTER")
            text = text.replace(long, short)
        for name, manifest in manifests.items():
            self.assertIn(f"data fetch {name}", text)
            text = text.replace(f"data fetch {name}", f"data fetch {name} --manifest {manifest} --cache {self.dir / 'cache'}")
        return text.splitlines()

    def run_page(self, kit):
        manifests = self.serve({"voc2012": tar_of(kit), "dtd": tar_of(self.textures())})
        work = self.dir / "work"
        work.mkdir()
        env = t.environment(PATH=f"{pathlib.Path(t.BINARY).resolve().parent}:{os.environ['PATH']}")
        for line in self.commands(manifests):
            run = subprocess.run(["bash", "-euc", line], cwd=work, env=env, capture_output=True, text=True,
                                 stdin=subprocess.DEVNULL, timeout=600 * t.SLOWNESS)
            self.assertEqual(run.returncode, 0, f"{line}\n{run.stdout}{run.stderr}")
        samples = t.jsonl(work / "voc-smooth/samples.jsonl")
        self.assertTrue(all(sample["label"] for sample in samples))
        self.assertTrue(any(sample["over"] for sample in samples))
        gts = list((work / "ground-truths/gt").iterdir())
        self.assertEqual(len(samples), 3 * len(gts))
        self.assertEqual(len(list((work / "voc-smooth-reference/train").iterdir())), len(samples))
        self.assertEqual(len(list((work / "smoothed").glob("*.jpg"))), len(list((work / "voc/photos").iterdir())))
        rows = json.loads((work / "comparison/results.json").read_text())["rows"]
        self.assertTrue(all(row["status"] == "ok" for row in rows))
        methods = {row["method"].split(":")[0] for row in rows}
        self.assertLessEqual({"l0", "rtv", "bilateral", "net", "none"}, methods)
        self.assertIn("net", (work / "report/report.html").read_text(encoding="utf-8"))

    def test_on_procedural_scenes(self):
        self.run_page(self.synthetic_kit())

    @unittest.skipUnless("CSGIS_SHARED" in os.environ, "CSGIS_SHARED is not set: the shared data is not there")
    def test_on_photos(self):
        self.run_page(self.shared_kit())


if __name__ == "__main__":
    t.main()
