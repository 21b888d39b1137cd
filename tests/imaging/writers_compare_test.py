"""Reads what our TIFF and JPEG writers wrote with OpenCV and Pillow."""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import cv2
    import numpy as np
    from PIL import Image, JpegImagePlugin
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-opencv, python3-numpy, python3-pil")
    sys.exit(77)

from image_dump_reader import decode

PROGRAM = os.path.join(os.path.dirname(os.environ["CSGIS_BINARY"]), "image_rewrite")
compared = 0

with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    rng = np.random.default_rng(3)
    for shape in [(1, 1), (1, 1, 3), (31, 17), (31, 17, 3), (300, 401, 3)]:
        source = folder / "source.pfm"
        stored = (rng.random(shape) * 5 - 2).astype(np.float32)
        cv2.imwrite(str(source), stored)
        for kind in ("tiff-none", "tiff-deflate"):
            target = folder / f"{kind}.tif"
            subprocess.run([PROGRAM, kind, source, target], check=True)
            read = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
            assert read is not None and read.dtype == np.float32, (kind, shape)
            assert np.array_equal(read, stored), (kind, shape)
            compared += 1

    for shape in [(16, 16), (31, 17, 3)]:
        source, target = folder / "source.png", folder / "out.jpg"
        photo = cv2.GaussianBlur(rng.integers(0, 256, shape, dtype=np.uint8), (0, 0), 2)
        cv2.imwrite(str(source), photo)
        subprocess.run([PROGRAM, "jpeg", source, target], check=True)
        read = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
        assert read.shape == photo.shape and np.abs(read.astype(int) - photo).max() <= 8, shape
        if len(shape) == 3:
            assert JpegImagePlugin.get_sampling(Image.open(target)) == 0, "chroma is not at full resolution"
            ours = decode("colour8", [target])[str(target)]
            assert np.array_equal(ours, read[:, :, ::-1])
        compared += 1

print(f"{compared} files of our writers read by OpenCV and Pillow")
