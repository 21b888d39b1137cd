"""Runs build/NAME/bin/image_dump on many files and gives back arrays, for tests that compare decoders."""
import json
import os
import subprocess

import numpy as np

PROGRAM = os.path.join(os.path.dirname(os.environ["CSGIS_BINARY"]), "image_dump")


def decode(mode, paths, batch=64):
    """{path: array of H x W x C, or str with the reason for the refusal} of `image_dump mode`."""
    results = {}
    paths = [os.fspath(path) for path in paths]
    for first in range(0, len(paths), batch):
        part = paths[first:first + batch]
        run = subprocess.run([PROGRAM, mode, *part], capture_output=True, check=True)
        assert not run.stderr, f"a library printed: {run.stderr!r}"
        output = run.stdout
        at = 0
        for path in part:
            end = output.index(b"\n", at)
            head = json.loads(output[at:end])
            at = end + 1
            if "error" in head:
                results[path] = head["error"]
                continue
            shape = (head["height"], head["width"], head["channels"])
            results[path] = np.frombuffer(output, head["type"], int(np.prod(shape)), at).reshape(shape)
            at += results[path].nbytes
        assert at == len(output), "image_dump wrote more than its heads announce"
    return results
