"""What the tests in headless Chromium share: Debian's node and chromium, playwright-core in build/browser."""
import os
import pathlib
import shutil
import sys

MODULES = pathlib.Path(os.environ["CSGIS_SOURCE"]) / "build/browser/node_modules"


def skip(reason):
    print(f"SKIPPED: {reason}; scripts/test.sh --browser installs it")
    sys.exit(77)


def find_programs():
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if not node or not chromium:
        skip("node or chromium is not there")
    if not (MODULES / "playwright-core").is_dir():
        skip(f"playwright-core is not in {MODULES}")
    return node, chromium
