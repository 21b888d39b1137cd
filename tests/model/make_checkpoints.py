"""Writes the small checkpoints of tests/data/checkpoints with PyTorch (Debian's python3-torch 1.13): NAME.zip.pth,
NAME.legacy.pth and NAME.json, which says what a reader must find. Run by hand: python3 tests/model/make_checkpoints.py"""
import collections
import json
import pathlib

import numpy as np
import torch

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "checkpoints"
NAMES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


def described(state):
    """[name, type, shape, values] of each tensor."""
    return [[name, NAMES[t.dtype], list(t.shape), t.detach().reshape(-1).to(torch.float64).tolist()] for name, t in state.items()]


def save(name, content, state, **found):
    for container, is_zip in (("zip", True), ("legacy", False)):
        torch.save(content, FOLDER / f"{name}.{container}.pth", _use_new_zipfile_serialization=is_zip)
    text = json.dumps({"state": described(state), **found}, indent=1)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def every_kind():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
    state = collections.OrderedDict()
    for dtype in NAMES:
        state[f"type.{dtype}".replace("torch.", "")] = (torch.tensor([0, 1, 2, 100]) % 3).to(dtype)
    state["parameter"] = torch.nn.Parameter(torch.tensor([[1.5, -2.5]]))
    state["scalar"] = torch.tensor(7)
    state["empty"] = torch.zeros(0, 3)
    state["shared.whole"] = base
    state["shared.row"] = base[1]
    state["shared.offset"] = base[1, 2, 1:3]
    state["transposed"] = base.permute(2, 0, 1)
    state["every second"] = base[:, ::2, 1::2]
    state["expanded"] = torch.tensor([[3.0], [4.0]]).expand(2, 3)
    state["channels_last"] = torch.arange(16.0).reshape(1, 2, 2, 4).to(memory_format=torch.channels_last)
    state["one.sized"] = base[:1, :, :1]
    state["\u00e9\u4e2d"] = torch.ones(1)
    save("every_kind", state, state, part="")


def trained():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    torch.optim.lr_scheduler.MultiStepLR(opt, [40, 80], 0.5)
    net(torch.rand(2, 1, 5, 5)).square().sum().backward()
    opt.step()
    slots = collections.OrderedDict((f"{i}.{k}", v) for i, s in opt.state_dict()["state"].items() for k, v in s.items())
    groups = opt.state_dict()["param_groups"]
    save("trained", {"net": net.state_dict(), "now_epoch": 37, "opt": opt.state_dict()}, net.state_dict(), part="net", epoch=37,
         optimizer=described(slots), groups=groups)
    # As PyTorch 1.3 counted steps.
    content = {"net": net.state_dict(), "now_epoch": 2, "opt": opt.state_dict()}
    for slot in content["opt"]["state"].values():
        slot["step"] = int(slot["step"])
    slots = {k: v if k[2:] != "step" else torch.tensor(int(v)) for k, v in slots.items()}
    save("counted", content, net.state_dict(), part="net", epoch=2, optimizer=described(slots), groups=groups)


def segmenter():
    state = collections.OrderedDict([("backbone.w", torch.ones(2)), ("classifier.b", torch.zeros(1))])
    opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.MultiStepLR(opt, [30, 60])
    content = {"cur_itrs": 30000, "model_state": state, "optimizer_state": opt.state_dict(),
               "scheduler_state": schedule.state_dict(), "best_score": np.float64(0.711),
               "device": torch.device("cuda:0"), "size": torch.Size([1, 2]), "dtype": torch.float16}
    save("segmenter", content, state, part="model_state")


def wrapped():
    state = collections.OrderedDict([("module.a.weight", torch.ones(2)), ("module.a.bias", torch.zeros(1))])
    save("wrapped", {"state_dict": state, "epoch": 3}, {k[7:]: v for k, v in state.items()}, part="state_dict")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    every_kind()
    trained()
    segmenter()
    wrapped()
