#!/usr/bin/python3
"""Times `csgis build --layout reference` against the plain Python loop, whole processes, in turn, and compares pixels.

Usage: compare_build.py CSGIS GT_FOLDER TEXTURE_FOLDER [--runs N] [--threads N] [--scaling]
Prints medians and the ratio; with --scaling also 1 against 2 threads.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import cv2

PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference_build.py")


def timed(command, out):
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def differing_files(a, b):
    different = []
    for sub in ("train", "edge"):
        names = sorted(os.listdir(os.path.join(a, sub)))
        if names != sorted(os.listdir(os.path.join(b, sub))):
            different.append(sub + "/ (names)")
            continue
        for name in names:
            x, y = (cv2.imread(os.path.join(f, sub, name), cv2.IMREAD_UNCHANGED) for f in (a, b))
            if x.shape != y.shape or (x != y).any():
                different.append(f"{sub}/{name}")
    return different


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("csgis")
    parser.add_argument("gt")
    parser.add_argument("textures")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--scaling", action="store_true")
    args = parser.parse_args()

    work = tempfile.mkdtemp(prefix="csgis-bench-")
    try:
        ours, peer = os.path.join(work, "ours"), os.path.join(work, "peer")

        def build(threads):
            return timed([args.csgis, "build", "--quiet", "--layout", "reference", "--threads", str(threads), "--gt",
                          args.gt, "--textures", args.textures, "--out", ours], ours)

        ours_s, peer_s, single_s = [], [], []
        for _ in range(args.runs):
            peer_s.append(timed([sys.executable, PEER, args.gt, args.textures, peer], peer))
            if args.scaling:
                single_s.append(build(1))
            ours_s.append(build(args.threads))
        pairs = len(os.listdir(os.path.join(ours, "train")))
        print(f"pairs             {pairs}")
        print(f"python loop       {statistics.median(peer_s):.2f} s  ({pairs / statistics.median(peer_s):.0f}/s)")
        print(f"csgis, {args.threads} threads  {statistics.median(ours_s):.2f} s  ({pairs / statistics.median(ours_s):.0f}/s)")
        print(f"ratio             {statistics.median(p / o for p, o in zip(peer_s, ours_s)):.1f}")
        if args.scaling:
            print(f"1 -> {args.threads} threads    {statistics.median(s / o for s, o in zip(single_s, ours_s)):.2f}")
        different = differing_files(ours, peer)
        print(f"differing files   {len(different)} {different[:3] if different else ''}")
        return 1 if different else 0
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
