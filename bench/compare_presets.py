#!/usr/bin/python3
"""Times `csgis build` with both blending presets and in the reference layout, whole processes, in turn.

Usage: compare_presets.py CSGIS GT_FOLDER LABEL_FOLDER LABEL_MAP TEXTURE_FOLDER [--runs N] [--threads N] [--per-gt N]
Prints medians, rates, and the rate of the realistic preset relative to the others.
"""
import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time

BUILDS = {"reference layout": ["--layout", "reference"], "preset reference": ["--preset", "reference"], "preset realistic": ["--preset", "realistic"]}


def main():
    parser = argparse.ArgumentParser()
    for name in ("csgis", "gt", "labels", "label_map", "textures"):
        parser.add_argument(name)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--per-gt", type=int)
    args = parser.parse_args()

    work = tempfile.mkdtemp(prefix="csgis-bench-")
    seconds = {name: [] for name in BUILDS}
    samples = 0
    try:
        for _ in range(args.runs):
            for name, options in BUILDS.items():
                command = [args.csgis, "build", "--gt", args.gt, "--labels", args.labels, "--label-map", args.label_map, "--textures", args.textures,
                           "--missing-label", "void", "--threads", str(args.threads), "--quiet", "--json", "--out", work + "/out", *options]
                if args.per_gt:
                    command += ["--per-gt", str(args.per_gt)]
                start = time.perf_counter()
                result = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                seconds[name].append(time.perf_counter() - start)
                samples = json.loads(result.stdout)["samples"]
                shutil.rmtree(work + "/out")
    finally:
        shutil.rmtree(work)
    for name, times in seconds.items():
        ratio = statistics.median(t / r for t, r in zip(times, seconds["preset realistic"]))
        print(f"{name:<18} {statistics.median(times):6.2f} s  {samples / statistics.median(times):5.0f}/s  realistic runs at {ratio:.2f} of its rate")


if __name__ == "__main__":
    main()
