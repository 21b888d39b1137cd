"""The page of a training in headless Chromium: made by a small one here, judged by train_page_test.mjs."""
import os
import pathlib
import subprocess
import sys
import tempfile

import csgis_test as t
from chromium import MODULES, find_programs

HERE = pathlib.Path(__file__).parent
LITE = ["--network", "lite", "--width", "4", "--blocks", "2", "--batch", "2", "--log-steps", "1", "--quiet"]
SMALL = [*LITE, "--patch", "32", "--synth-epoch", "16", "--synth-val", "3", "--epochs", "4"]
TINY = [*LITE, "--patch", "16", "--synth-epoch", "6", "--synth-val", "1", "--epochs", "1"]


def main():
    node, chromium = find_programs()
    with tempfile.TemporaryDirectory(prefix="csgis-test-") as temporary:
        folder = pathlib.Path(temporary)
        plain, contrast = folder / "plain", folder / "contrast"
        t.csgis("train", "--data", "synth", "--out", plain, *SMALL).check_returncode()
        t.csgis("train", "--data", "synth", "--out", contrast, *TINY, "--mode", "contrastive", "--vgg-weights",
                "random:1").check_returncode()
        env = {**os.environ, "NODE_PATH": str(MODULES), "CSGIS_PAGES": str(folder), "CSGIS_CHROMIUM": chromium}
        return subprocess.run([node, "--test", HERE / "train_page_test.mjs"], env=env, timeout=400).returncode


sys.exit(main())
