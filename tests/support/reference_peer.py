"""The reference layout computed from its specification with numpy, images read by OpenCV: an independent twin of
`csgis build --layout reference`. Integers throughout, so that ties are exact."""
import numpy as np


def rounded_half_even(numerator, denominator):
    """Integer quotients rounded to nearest, ties to even."""
    quotient, rest = np.divmod(numerator, denominator)
    up = (2 * rest > denominator) | ((2 * rest == denominator) & (quotient % 2 == 1))
    return quotient + up


def tiled(texture, height, width):
    h, w = texture.shape
    return texture[np.arange(height) % h][:, np.arange(width) % w]


def blend(gt_bgr, texture_bgr, weights=(299, 587, 114), strength=(1, 1)):
    """GT + strength * (tiled grey texture - its mean over the GT). `weights` are thousandths for B, G, R; `strength`
    is a fraction. Returns the image and how many of its values lie exactly between two integers."""
    height, width = gt_bgr.shape[:2]
    pixels = height * width
    grey = tiled(texture_bgr.astype(np.int64) @ np.array(weights), height, width)
    over, under = strength
    # offset = strength * (grey - sum / pixels) / 1000, over the common denominator
    denominator = 1000 * pixels * under
    numerator = gt_bgr.astype(np.int64) * denominator + (over * (grey * pixels - grey.sum()))[:, :, None]
    ties = int((2 * (numerator % denominator) == denominator).sum())
    return np.clip(rounded_half_even(numerator, denominator), 0, 255).astype(np.uint8), ties


def sobel(plane):
    """gx and gy with smoothing 1 2 1, borders reflected without repeating the edge pixel."""
    def padded(axis, values):
        before, after = (1, -2) if values.shape[axis] > 1 else (0, 0)
        take = lambda i: np.take(values, [i], axis)
        return np.concatenate([take(before), values, take(after)], axis)

    p = padded(1, padded(0, plane.astype(np.int64)))
    gx = (p[:-2, 2:] + 2 * p[1:-1, 2:] + p[2:, 2:]) - (p[:-2, :-2] + 2 * p[1:-1, :-2] + p[2:, :-2])
    gy = (p[2:, :-2] + 2 * p[2:, 1:-1] + p[2:, 2:]) - (p[:-2, :-2] + 2 * p[:-2, 1:-1] + p[:-2, 2:])
    return gx, gy


def response(plane):
    gx, gy = sobel(plane)
    return rounded_half_even(np.minimum(abs(gx), 255) + np.minimum(abs(gy), 255), 2)


def edges(gt_bgr, channel="blue", threshold=50):
    if channel == "blue":
        strongest = response(gt_bgr[:, :, 0])
    elif channel == "luma":
        strongest = response((gt_bgr.astype(np.int64) @ np.array([114, 587, 299]) + 500) // 1000)
    else:
        strongest = np.max([response(gt_bgr[:, :, c]) for c in range(3)], axis=0)
    return np.where(strongest >= threshold, 255, 0).astype(np.uint8)
