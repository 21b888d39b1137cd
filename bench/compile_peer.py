"""The peer of network_bench on CUDA: HDC_edge_refine with 64 channels and 12 blocks in Python, eager in float32 NCHW and
compiled in bfloat16 channels_last with torch.compile(mode="max-autotune"). Medians by CUDA events."""

import statistics

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        layers = []
        for dilation in (1, 2, 3):
            layers += [nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation), nn.BatchNorm2d(width), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x) + x


def conv_norm_relu(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]


class Network(nn.Module):
    def __init__(self, width=64, blocks=12):
        super().__init__()
        last = lambda outputs: [nn.Conv2d(width, outputs, 3, padding=1)]
        cores = lambda count: [Block(width) for _ in range(count)]
        self.descriptor = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), *cores(blocks))
        self.edge = nn.Sequential(*conv_norm_relu(width, width), *conv_norm_relu(width, width), *last(1))
        self.estimate = nn.Sequential(*conv_norm_relu(width + 1, width), *cores(3), *conv_norm_relu(width, width), *last(3))
        self.refine = nn.Sequential(*conv_norm_relu(width + 4, width), *cores(6), *last(3))

    def forward(self, x):
        f = self.descriptor(x)
        c = torch.cat([f, self.edge(f)], 1)
        first = self.estimate(c)
        return first + self.refine(torch.cat([c, first], 1))


def median_ms(run, repeats):
    for _ in range(5):
        run()
    times = []
    for _ in range(repeats):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end))
    return statistics.median(times)


def main():
    network = Network().eval().cuda()
    with torch.no_grad():
        for batch in (1, 8):
            x = torch.rand(batch, 3, 375, 500, device="cuda")
            print(f"batch {batch}, 500 x 375: eager fp32 NCHW {median_ms(lambda: network(x), 20):.3f} ms")
        half = Network().eval().cuda().to(torch.bfloat16).to(memory_format=torch.channels_last)
        compiled = torch.compile(half, mode="max-autotune")
        for batch in (1, 8):
            x = torch.rand(batch, 3, 375, 500, device="cuda", dtype=torch.bfloat16)
            x = x.to(memory_format=torch.channels_last)
            print(f"batch {batch}, 500 x 375: compiled bf16 channels_last {median_ms(lambda: compiled(x), 50):.3f} ms")


if __name__ == "__main__":
    main()
