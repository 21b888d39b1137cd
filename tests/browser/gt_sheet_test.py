"""The contact sheet of `csgis gt` in headless Chromium: made here, judged by gt_sheet_test.mjs, whose saved choices are
then applied."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import csgis_test as t
from chromium import MODULES, find_programs

HERE = pathlib.Path(__file__).parent
PHOTOS = ["a <i>'one'</i> & \"two\"", "b", "c"]


def main():
    node, chromium = find_programs()
    with tempfile.TemporaryDirectory(prefix="csgis-test-") as temporary:
        folder = pathlib.Path(temporary)
        photos, out, choices = folder / "photos", folder / "out", folder / "choices.json"
        photos.mkdir()
        rng = np.random.default_rng(4)
        for i, name in enumerate(PHOTOS):
            noisy = t.photo(rng, 90, 120 + 10 * i).astype(float) + rng.normal(0, 8, (90, 120 + 10 * i, 1))
            # "/" cannot stand in a file name; the rest of the markup can.
            t.write_rgb(photos / f"{name.replace('/', ' ')}.png", noisy.clip(0, 255).astype(np.uint8))
        names = [name.replace("/", " ") for name in PHOTOS]
        t.csgis("gt", "--photos", photos, "--out", out, "--least-score", "0", "--candidate", "l0:lambda=0.02", "--candidate",
                "gaussian:sigma=2", "--candidate", "l0:lambda=0.1").check_returncode()
        env = {**os.environ, "NODE_PATH": str(MODULES), "CSGIS_PAGES": str(out), "CSGIS_CHROMIUM": chromium,
               "CSGIS_PHOTOS": json.dumps(names), "CSGIS_CHOICES_FILE": str(choices)}
        code = subprocess.run([node, "--test", HERE / "gt_sheet_test.mjs"], env=env, timeout=400).returncode
        if code != 0:
            return code
        # What was saved in the browser is what the program applies.
        taken = json.loads(choices.read_text())["choices"][0]["candidate"]
        t.csgis("gt", "--choices", choices, "--out", out).check_returncode()
        samples = {s["key"]: s for s in t.jsonl(out / "samples.jsonl")}
        assert samples[names[0]]["chosen_by"] == "person"
        assert samples[names[0]]["candidate"] == f"candidates/{names[0]}__{taken}.png"
        assert names[1] not in samples and not (out / f"gt/{names[1]}.png").exists()
        assert samples[names[2]]["chosen_by"] == "screening"
        # The sheet now shows what was applied, and what the screening would say.
        page = (out / "contact.html").read_text(encoding="utf-8")
        assert f'value="{taken}" checked' in page
    return 0


sys.exit(main())
