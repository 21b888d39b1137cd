"""Files of our PNG writer, read by OpenCV and Pillow: every sample as it was written."""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import cv2
    import numpy as np
    from PIL import Image
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-opencv, python3-numpy, python3-pil")
    sys.exit(77)

TOOL = pathlib.Path(os.environ["CSGIS_BINARY"]).with_name("png_roundtrip_tool")


def by_opencv(file, content):
    image = cv2.imread(str(file), cv2.IMREAD_COLOR if content == "index" else cv2.IMREAD_UNCHANGED)
    if image is None:
        return None
    if image.ndim == 2:
        return image[:, :, None]
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}[image.shape[2]]
    return image[:, :, order]


def by_pillow(file):
    """The samples and the palette, which only index images have."""
    with Image.open(file) as image:
        palette = image.getpalette() if image.mode == "P" else None
        samples = np.array(image)
    return samples.reshape(*samples.shape[:2], -1), palette


def voc_palette():
    palette = np.zeros((256, 3), np.uint8)
    for index in range(256):
        for bit in range(8):
            for channel in range(3):
                palette[index, channel] |= (index >> (3 * bit + channel) & 1) << (7 - bit)
    return palette


VOC_PALETTE = voc_palette()


def check_file(file):
    """What is wrong with it, or None."""
    content, bits, height, width, channels = file.stem.split("_")
    shape = int(height), int(width), int(channels)
    expected = np.frombuffer(file.with_suffix(".raw").read_bytes(), "<u2" if bits == "16" else "u1").reshape(shape)
    seen = by_opencv(file, content)
    colours = VOC_PALETTE[expected[:, :, 0]] if content == "index" else expected
    if seen is None or seen.dtype != expected.dtype or not np.array_equal(seen, colours):
        return "OpenCV reads something else"
    if bits == "16" and shape[2] != 1:
        return None  # Pillow has no 16-bit colour
    seen, own_palette = by_pillow(file)
    if not np.array_equal(seen, expected):
        return "Pillow reads something else"
    if content == "index" and not np.array_equal(np.reshape(own_palette, (256, 3)), VOC_PALETTE):
        return "Pillow reads another palette"
    return None


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([TOOL, folder, "1"], check=True)
        files = sorted(pathlib.Path(folder).glob("*.png"))
        failures = [f"{file.name}: {wrong}" for file in files if (wrong := check_file(file))]
    print("\n".join(failures))
    print(f"{len(files)} files, {len(failures)} wrong")
    return 1 if failures or len(files) < 4000 else 0


sys.exit(main())
