#!/usr/bin/python3
"""The peer of `csgis build --layout reference`: the published generator's job as a plain Python loop with OpenCV.

Usage: reference_build.py GT_FOLDER TEXTURE_FOLDER OUT
"""
import os
import sys

import cv2
import numpy as np


def images(folder):
    names = sorted(os.listdir(folder), key=os.fsencode)
    return [n for n in names if n.lower().endswith((".png", ".jpg", ".jpeg")) and not n.startswith(".")]


def edge_map(gt):
    blue = gt[:, :, 0]
    gx = cv2.convertScaleAbs(cv2.Sobel(blue, cv2.CV_16S, 1, 0))
    gy = cv2.convertScaleAbs(cv2.Sobel(blue, cv2.CV_16S, 0, 1))
    response = cv2.addWeighted(gx, 0.5, gy, 0.5, 0)
    return np.where(response < 50, 0, 255).astype(np.uint8)


def main(gt_folder, texture_folder, out):
    for sub in ("train", "edge"):
        os.makedirs(os.path.join(out, sub), exist_ok=True)
    index = 0
    with open(os.path.join(out, "map.txt"), "w") as map_file:
        for number, texture_name in enumerate(images(texture_folder)):
            texture = cv2.imread(os.path.join(texture_folder, texture_name)).astype(np.float32)
            grey = cv2.cvtColor(texture, cv2.COLOR_RGB2GRAY)  # on B,G,R data: the published swap of red and blue
            for gt_name in images(gt_folder):
                gt = cv2.imread(os.path.join(gt_folder, gt_name))
                height, width = gt.shape[:2]
                repeats = (-(-height // grey.shape[0]), -(-width // grey.shape[1]))
                tiled = np.tile(grey, repeats)[:height, :width]
                mixed = gt + (tiled - tiled.mean(dtype=np.float64)).astype(np.float32)[:, :, None]
                pair = np.concatenate([gt, mixed], axis=1)
                cv2.imwrite(os.path.join(out, "train", f"{index}.png"), pair)
                if number == 0:
                    cv2.imwrite(os.path.join(out, "edge", f"{index}.png"), edge_map(gt))
                    map_file.write(f"{gt_name.split('.')[0]},{index}\n")
                index += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
