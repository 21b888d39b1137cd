"""The example of every command, as its help prints it, does what it says: run in a folder that holds what it names."""
import http.server
import io
import os
import pathlib
import re
import shutil
import subprocess
import threading

import numpy as np
from PIL import Image

import csgis_test as t

SOURCE = pathlib.Path(os.environ["CSGIS_SOURCE"])
# Some examples work on what others make; the rest runs after these.
MAKERS = ["synth", "build", "data fetch", "smooth", "benchmark"]


def children(text):
    """The commands that a help text lists."""
    return re.findall(r"(?m)^  ([a-z-]+) {2,}\S", text.split("Commands:\n")[1])


def commands():
    """The words of every command that has a help of its own, from the program itself."""
    found = []
    for name in children(t.csgis("help").stdout):
        text = t.csgis("help", name).stdout
        if name != "help" and "\nCommands:\n" in text:
            found += [f"{name} {child}" for child in children(text)]
        else:
            found.append(name)
    return found


def example_of(words):
    """The example of a command, on one line; empty if its help has none."""
    if words == "help":
        return "csgis help build"
    text = t.csgis("help", *words.split()).stdout
    parts = text.split("\nExample:\n")
    return re.sub(r" \\\n *", " ", parts[1]).strip() if len(parts) == 2 else ""


class Proxy(http.server.BaseHTTPRequestHandler):
    """Stands in for every public host: answers any request with a small photo."""

    def do_GET(self):
        out = io.BytesIO()
        Image.fromarray(t.photo(np.random.default_rng(len(self.path)), 48, 64)).save(out, "PNG")
        self.send_response(200)
        self.send_header("Content-Length", str(len(out.getvalue())))
        self.end_headers()
        self.wfile.write(out.getvalue())

    def log_message(self, *_):
        pass


class Examples(t.Case):
    def setUp(self):
        super().setUp()
        self.work = self.dir / "work"
        self.work.mkdir()
        programs = self.dir / "bin"
        programs.mkdir()
        (programs / "csgis").symlink_to(pathlib.Path(t.BINARY).resolve())
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.environment = t.environment(
            PATH=f"{programs}:{os.environ['PATH']}", http_proxy=f"http://127.0.0.1:{server.server_port}",
            XDG_CACHE_HOME=str(self.dir / "cache"))
        for name in ("no_proxy", "NO_PROXY"):
            self.environment.pop(name, None)

    def make_what_examples_name(self):
        """Beside what other examples make: shards, a development kit, a checkpoint."""
        self.inputs(gts=3, textures=2)
        for shard in range(2):
            self.build("--shard", f"{shard}/2", out=self.work / f"part-{shard}")
        kit = self.work / "VOCdevkit/VOC2012"
        for folder in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
            (kit / folder).mkdir(parents=True)
        rng = np.random.default_rng(7)
        for split, name in (("train", "2007_000001"), ("val", "2007_000002")):
            Image.fromarray(t.photo(rng, 30, 40)).save(kit / f"JPEGImages/{name}.jpg")
            t.write_labels(kit / f"SegmentationClass/{name}.png", t.class_map(rng, 30, 40))
            (kit / f"ImageSets/Segmentation/{split}.txt").write_text(name + "\n")
        shutil.copy(SOURCE / "tests/data/checkpoints/trained.zip.pth", self.work / "net.pth")

    def test_every_example_runs(self):
        self.make_what_examples_name()
        found = commands()
        self.assertTrue({"build", "data verify", "weights convert", "help"} <= set(found), found)
        self.assertEqual(len(found), len(set(found)))
        self.assertTrue(set(MAKERS) <= set(found), "the test runs these first")
        for words in MAKERS + [words for words in found if words not in MAKERS]:
            with self.subTest(command=words):
                example = example_of(words)
                self.assertTrue(example.startswith(f"csgis {words}"), f"{words} has no example of its own: '{example}'")
                result = subprocess.run(["sh", "-c", example], cwd=self.work, env=self.environment, capture_output=True,
                                        text=True, stdin=subprocess.DEVNULL, timeout=600 * t.SLOWNESS)
                self.assertEqual(result.returncode, t.DONE, f"{example}\n{result.stdout}\n{result.stderr}")


if __name__ == "__main__":
    t.main()
