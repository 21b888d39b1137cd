"""Image files written byte by byte, for variants that no installed encoder writes."""
import itertools
import struct
import zlib

import numpy as np


def tiff_bytes(image, order, tile=None, planar=False, deflate=False):
    """A TIFF with its directory last, in byte order '<' or '>', as no installed program writes all of them."""
    h, w, channels = image.shape
    code = {"uint8": 1, "uint16": 1, "float32": 3}[image.dtype.name]
    stored = image.astype(image.dtype.newbyteorder(order))
    planes = [stored[:, :, c:c + 1] for c in range(channels)] if planar else [stored]
    bh, bw = tile or (3, w)
    blocks = []
    for plane in planes:
        for y, x in itertools.product(range(0, h, bh), range(0, w, bw)):
            block = plane[y:y + bh, x:x + bw]
            if tile:
                block = np.pad(block, ((0, bh - block.shape[0]), (0, bw - block.shape[1]), (0, 0)))
            blocks.append(zlib.compress(block.tobytes()) if deflate else block.tobytes())
    offsets = [8 + sum(len(b) for b in blocks[:i]) for i in range(len(blocks))]
    tags = {256: (4, [w]), 257: (4, [h]), 258: (3, [image.dtype.itemsize * 8] * channels), 259: (3, [8 if deflate else 1]),
            262: (3, [2 if channels >= 3 else 1]), 277: (3, [channels]), 284: (3, [2 if planar else 1]), 339: (3, [code] * channels)}
    if channels in (2, 4):
        tags[338] = (3, [2])
    where = {322: (4, [bw]), 323: (4, [bh]), 324: (4, offsets), 325: (4, [len(b) for b in blocks])} if tile else \
            {273: (4, offsets), 278: (4, [bh]), 279: (4, [len(b) for b in blocks])}
    tags.update(where)
    data = b"".join(blocks)
    data += b"\0" * (len(data) % 2)
    directory, extra = struct.pack(order + "H", len(tags)), b""
    extra_at = 8 + len(data) + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        if len(packed) > 4:
            extra += packed + b"\0" * (len(packed) % 2)
            packed = struct.pack(order + "I", extra_at + len(extra) - len(packed) - len(packed) % 2)
        directory += struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8 + len(data))
    return head + data + directory + b"\0\0\0\0" + extra


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png_chunk(kind, payload):
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def packed_row(samples, bits):
    """One row of W x C samples as PNG stores it before filtering."""
    values = samples.ravel()
    if bits == 16:
        return values.astype(">u2").tobytes()
    if bits == 8:
        return values.astype(np.uint8).tobytes()
    planes = (values[:, None] >> np.arange(bits)[::-1]) & 1
    return np.packbits(planes.astype(np.uint8).ravel()).tobytes()


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered_row(kind, row, up, back):
    left = bytes(back) + row
    up_left = bytes(back) + up
    predict = [lambda i: 0, lambda i: left[i], lambda i: up[i], lambda i: (left[i] + up[i]) // 2,
               lambda i: paeth(left[i], up[i], up_left[i])][kind]
    return bytes([kind]) + bytes((value - predict(i)) & 255 for i, value in enumerate(row))


def png_bytes(image, bits, interlaced, rng, extra=b"", palette=None, parts=2):
    """H x W x C samples below 2**bits; each row gets a random filter, the data is split over `parts` IDAT chunks."""
    h, w, channels = image.shape
    back = max(1, bits * channels // 8)
    raw = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = image[y0::dy, x0::dx]
        if part.shape[1] == 0:
            continue
        up = None
        for row in part:
            packed = packed_row(row, bits)
            raw += filtered_row(int(rng.integers(5)), packed, up or bytes(len(packed)), back)
            up = packed
    colour = 3 if palette is not None else {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    stream = zlib.compress(raw)
    cuts = [len(stream) * i // parts for i in range(parts + 1)]
    data = b"".join(png_chunk(b"IDAT", stream[a:b]) for a, b in zip(cuts, cuts[1:]))
    colours = b"" if palette is None else png_chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, bits, colour, 0, 0, int(interlaced)))
    return b"\x89PNG\r\n\x1a\n" + header + colours + extra + data + png_chunk(b"IEND", b"")
