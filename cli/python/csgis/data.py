"""Datasets of the native layout, sample by sample."""
import json
import pathlib

from ._csgis import read_image, read_labels


class Dataset:
    """The samples of one split, as torch's DataLoader wants them: len() and [i]. Holds no open file, so that workers may
    be forked or spawned.

    A sample is a dict: key, gt_id, texture_id, split; input and gt (H x W x 3, uint8), edge (H x W, uint8), label (H x W,
    uint8, or None); with negatives=True also over and under, lists of images.

    transform, when given, is called with the dict and returns what [i] gives.
    """

    def __init__(self, folder, split="train", *, negatives=False, transform=None):
        self.folder = pathlib.Path(folder)
        self.negatives = negatives
        self.transform = transform
        with open(self.folder / "samples.jsonl", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        splits = {record["split"] for record in records}
        if split != "all" and split not in splits:
            raise ValueError(f"{folder} has no split '{split}'; there are {', '.join(sorted(splits))} and all")
        self.records = [record for record in records if split in ("all", record["split"])]

    def __len__(self):
        return len(self.records)

    def __getitem__(self, index):
        record = self.records[index]
        sample = {name: record[name] for name in ("key", "gt_id", "texture_id", "split")}
        sample["input"] = self._image(record["blend"])
        sample["gt"] = self._image(record["gt"])
        sample["edge"] = self._image(record["edge"])
        sample["label"] = read_labels(str(self.folder / record["label"])) if record["label"] else None
        if self.negatives:
            for kind in ("over", "under"):
                sample[kind] = [self._image(negative["file"]) for negative in record[kind]]
        return self.transform(sample) if self.transform else sample

    def _image(self, path):
        return read_image(str(self.folder / path))
