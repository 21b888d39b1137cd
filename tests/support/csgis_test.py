"""What the system tests share: running the built binary in temporary folders, small inputs made from a seed, and
comparing whole output trees. CSGIS_BINARY names the program under test."""
import glob
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import cv2
    import numpy as np
    from PIL import Image
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-opencv, python3-numpy, python3-pil")
    sys.exit(77)

DONE, INTERNAL, USAGE, ITEMS_FAILED, NOTHING_USABLE, OUTPUT_FAILED, CANCELLED = 0, 1, 2, 3, 4, 5, 130
BINARY = os.environ["CSGIS_BINARY"]
# Builds with sanitizers take many times as long.
SLOWNESS = float(os.environ.get("CSGIS_TEST_SLOWNESS", "1"))


def environment(**changes):
    """The surrounding environment without what steers terminal output; None removes a variable."""
    env = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "COLUMNS", "TERM")}
    env.update({k: v for k, v in changes.items() if v is not None})
    return env


def csgis(*arguments, timeout=120, env=None, **popen):
    """Runs the program to its end; text on stdout and stderr. A hang is a failure, not a wait for ever."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=timeout * SLOWNESS, env=env or environment(), **popen)


def start(*arguments, **popen):
    """Starts the program in the background."""
    return subprocess.Popen([BINARY, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL, env=environment(), **popen)


def shared_data():
    """The folder of shared test data, or a loud skip of the whole script."""
    if "CSGIS_SHARED" not in os.environ:
        print("SKIPPED: CSGIS_SHARED is not set: the shared data is not there")
        sys.exit(77)
    return pathlib.Path(os.environ["CSGIS_SHARED"]) / "data"


def mount_tmpfs(case, folder, options):
    """Mounts a small file system for the length of a test, or skips it."""
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True).returncode != 0:
        case.skipTest("no right to mount a file system")
    case.addCleanup(subprocess.run, ["umount", "-l", folder], capture_output=True)


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


def limit_file_size(limit):
    """For preexec_fn: no file of the program grows beyond the limit."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def is_of_run(name):
    """Files that belong to a run and not to the dataset: journals and locks."""
    return name.startswith("journal") and name.endswith(".jsonl") or name.startswith(".csgis-") and name.endswith(".lock")


def tree(folder):
    """Relative path -> SHA-256 of every file of a dataset, and -> None for folders."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if not is_of_run(path.name):
            found[path.relative_to(folder).as_posix()] = None if path.is_dir() else sha256(path)
    return found


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def jsonl(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def photo(rng, height, width):
    """An RGB image of random low frequencies: no two look alike, and none is flat."""
    small = rng.integers(0, 256, (5, 5, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.BICUBIC))


def noise(rng, height, width, channels=3):
    return rng.integers(0, 256, (height, width, channels), dtype=np.uint8)


def class_map(rng, height, width):
    """VOC indices, background, classes and void, in blocks."""
    small = rng.choice([0, 0, 1, 7, 15, 20, 255], (4, 4)).astype(np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.NEAREST))


def voc_palette():
    """Indices to colours as in the VOC development kit: bits of the index, three at a time, from the top bit down."""
    palette = np.zeros((256, 3), np.uint8)
    for index in range(256):
        for bit in range(8):
            for channel in range(3):
                palette[index, channel] |= ((index >> (3 * bit + channel)) & 1) << (7 - bit)
    return palette


def write_rgb(path, rgb):
    Image.fromarray(rgb).save(path)


def write_labels(path, indices):
    image = Image.fromarray(indices, "P")
    image.putpalette(voc_palette().tobytes())
    image.save(path)


def read_bgr(path):
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert image is not None, f"{path} cannot be read"
    return image


def make_gts(folder, seed, count, size=(24, 32), labels=None):
    """Photos gt00.png ..., and label maps of the same names."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        height, width = size[0] + i % 3, size[1] - i % 5
        write_rgb(folder / f"gt{i:02}.png", photo(rng, height, width))
        if labels is not None:
            write_labels(labels / f"gt{i:02}.png", class_map(rng, height, width))


def make_textures(folder, seed, count, size=(10, 14)):
    rng = np.random.default_rng(seed + 1000)
    for i in range(count):
        write_rgb(folder / f"tx{i:02}.png", noise(rng, size[0] + 3 * i % 7, size[1] + i % 4))


class Case(unittest.TestCase):
    """A test with a temporary folder `self.dir` that holds empty folders gt, tx and labels."""

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="csgis-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.gt, self.tx, self.labels, self.out = (self.dir / name for name in ("gt", "tx", "labels", "out"))
        for folder in (self.gt, self.tx, self.labels):
            folder.mkdir()

    def inputs(self, gts=4, textures=3, seed=1, size=(24, 32)):
        make_gts(self.gt, seed, gts, size, self.labels)
        make_textures(self.tx, seed, textures)

    def read_only_folder(self):
        """A folder that nobody may write into; the test is skipped where root cannot mount one."""
        folder = self.dir / "read-only"
        folder.mkdir()
        if os.geteuid() == 0:
            mount_tmpfs(self, folder, "size=1m,ro")
        else:
            folder.chmod(0o555)
        return folder

    def command(self, *options, out=None):
        """The words of a build of self.gt and self.tx."""
        return ["build", "--gt", self.gt, "--textures", self.tx, "--out", out or self.out, *options]

    def expect(self, code, *arguments, **run):
        """Runs the program and checks its exit code."""
        result = csgis(*arguments, **run)
        self.assertEqual(result.returncode, code, f"{arguments}\nstdout: {result.stdout}\nstderr: {result.stderr}")
        if code not in (DONE, ITEMS_FAILED):
            self.assertEqual(result.stdout, "", "a failure prints no result")
            self.assertEqual(len(re.findall(r"(?m)^csgis: ", result.stderr)), 1, f"one message: {result.stderr}")
        return result

    def build(self, *options, code=DONE, out=None, **run):
        return self.expect(code, *self.command(*options, out=out), **run)

    def samples(self, out=None):
        return jsonl((out or self.out) / "samples.jsonl")

    def errors(self, out=None):
        path = (out or self.out) / "errors.jsonl"
        return jsonl(path) if path.exists() else []

    def images(self, out=None):
        """How many images lie in the visible subfolders of the output. For use while the program works: pathlib's glob
        fails when a folder, here the program's temporary one, goes between being listed and being opened."""
        return len(glob.glob(f"{glob.escape(str(out or self.out))}/*/*.png"))

    def wait_for_images(self, process, count, out=None):
        """Returns when that many images are there, or the program has ended."""
        while process.poll() is None and self.images(out) < count:
            time.sleep(0.002)

    def assert_same_tree(self, first, second, message=""):
        """Two datasets have the same files with the same bytes; names those that differ."""
        a, b = (x if isinstance(x, dict) else tree(x) for x in (first, second))
        different = sorted(name for name in a.keys() | b.keys() if a.get(name, "-") != b.get(name, "-"))
        self.assertEqual(different, [], message)

    def assert_clean(self, out=None):
        """No temporary file or folder is left."""
        left = [p.name for p in (out or self.out).rglob(".csgis-*") if not p.name.endswith(".lock")]
        self.assertEqual(left, [])


def main():
    unittest.main(verbosity=2)
