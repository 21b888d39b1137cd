#!/usr/bin/python3
"""Times `csgis evaluate --metrics psnr,ssim:skimage` against the plain Python loop with scikit-image, whole processes, in
turn, and compares the values.

Usage: compare_evaluate.py CSGIS PHOTO_FOLDER [--pairs N] [--runs N] [--threads N]
The ground truths are the photos mirrored and shifted until there are enough, the predictions the same with noise; both are
written as PNG before the clock starts. Prints medians and the ratio.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image
from skimage import io
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

HEIGHT, WIDTH = 321, 481


def plain_loop(pred, gt):
    """What people run today; prints the means."""
    psnr, ssim = [], []
    for name in sorted(os.listdir(pred)):
        a, b = io.imread(os.path.join(gt, name)), io.imread(os.path.join(pred, name))
        psnr.append(peak_signal_noise_ratio(a, b))
        ssim.append(structural_similarity(a, b, gaussian_weights=True, channel_axis=2))
    print(json.dumps([np.mean(psnr), np.mean(ssim)]))


def make_pairs(photos, work, count):
    rng = np.random.default_rng(0)
    files = sorted(p for p in pathlib.Path(photos).iterdir() if p.suffix.lower() in (".jpg", ".png"))
    for folder in ("pred", "gt"):
        (work / folder).mkdir()
    images = [io.imread(f)[..., :3] for f in files]
    images = [i if i.shape[0] < i.shape[1] else i.transpose(1, 0, 2) for i in images]
    images = [i for i in images if i.shape[:2] == (HEIGHT, WIDTH)]
    if not images:
        sys.exit(f"no photo of {WIDTH} x {HEIGHT} in {photos}")
    for n in range(count):
        image = np.roll(images[n % len(images)], 17 * (n // len(images)), axis=1)
        noisy = np.clip(image.astype(int) + rng.integers(-12, 13, image.shape), 0, 255).astype(np.uint8)
        for folder, pixels in (("gt", image), ("pred", noisy)):
            Image.fromarray(pixels).save(work / folder / f"{n:04}.png")


def timed(command):
    start = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return time.perf_counter() - start, json.loads(done.stdout)


def main():
    if sys.argv[1:2] == ["--loop"]:
        return plain_loop(*sys.argv[2:4])
    parser = argparse.ArgumentParser()
    parser.add_argument("csgis")
    parser.add_argument("photos")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="csgis-bench-"))
    try:
        make_pairs(args.photos, work, args.pairs)
        folders = [str(work / "pred"), str(work / "gt")]
        ours, peer = [], []
        for _ in range(args.runs):
            seconds, values = timed([args.csgis, "evaluate", "--pred", folders[0], "--gt", folders[1], "--metrics",
                                     "psnr,ssim:skimage", "--json", "--quiet", "--threads", str(args.threads)])
            ours.append(seconds)
            seconds, plain = timed([sys.executable, os.path.abspath(__file__), "--loop", *folders])
            peer.append(seconds)
        means = [values["metrics"][m]["mean"] for m in ("psnr", "ssim:skimage")]
        print(f"pairs             {args.pairs}")
        print(f"python loop       {statistics.median(peer):.2f} s  ({args.pairs / statistics.median(peer):.0f}/s)")
        print(f"csgis, {args.threads} threads  {statistics.median(ours):.2f} s  "
              f"({args.pairs / statistics.median(ours):.0f}/s)")
        print(f"ratio             {statistics.median(p / o for p, o in zip(peer, ours)):.1f}")
        difference = max(abs(a - b) for a, b in zip(means, plain))
        print(f"means differ by   {difference:.1e}")
        return 1 if difference > 1e-9 else 0
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
