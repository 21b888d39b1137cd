"""The report page in headless Chromium: made here, judged by report_page_test.mjs, whose figure command is then run."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import csgis_test as t
from chromium import MODULES, find_programs
import sample_results

HERE = pathlib.Path(__file__).parent
HOSTILE = "it's <b>bold</b> & $(touch gone) #"


def make_pages(folder):
    """A small page of hostile names with all there is, a large one, and one of a bare evaluation."""
    for name in ("small", "large", "bare"):
        (folder / name).mkdir()
    sample_results.made_up(folder / "small", images=6, methods=["none", "l0", "rtv <i>", "wls (tuned)"], gts=3, pictures=5,
                           names=lambda i: f"{HOSTILE}{i}")
    sample_results.made_up(folder / "large", images=500, methods=10, pictures=500, size=(321, 481), shared=True)
    sample_results.made_up(folder / "bare", images=4, methods=["mine"])
    for name in ("small", "large", "bare"):
        t.csgis("report", "--results", folder / name / "results.json", "--out", folder / name).check_returncode()


def main():
    node, chromium = find_programs()
    with tempfile.TemporaryDirectory(prefix="csgis-test-") as temporary:
        folder = pathlib.Path(temporary)
        make_pages(folder)
        size = (folder / "large/report.html").stat().st_size
        print(f"500 images x 10 methods: {size / 1e6:.1f} MB")
        assert 20e6 < size <= 25e6, "the large page is full of pictures, and no larger than it may be"
        command_file = folder / "command.txt"
        env = {**os.environ, "NODE_PATH": str(MODULES), "CSGIS_PAGES": str(folder), "CSGIS_CHROMIUM": chromium,
               "CSGIS_COMMAND_FILE": str(command_file)}
        code = subprocess.run([node, "--test", HERE / "report_page_test.mjs"], env=env, timeout=400).returncode
        if code != 0:
            return code
        # The command that the gallery shows does what it says, run by a shell as it is.
        path = f"{pathlib.Path(t.BINARY).parent}:{os.environ['PATH']}"
        subprocess.run(["sh", "-c", command_file.read_text()], cwd=folder / "small", env={**os.environ, "PATH": path}, check=True)
        assert (folder / "small/figure/figure.pdf").exists()
        assert not (folder / "small/gone").exists()
    return 0


sys.exit(main())
