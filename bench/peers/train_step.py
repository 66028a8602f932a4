"""The same training step in PyTorch: the peer that `GpuNet.Bench peers` measures against, in turns.

A long-lived process, so that rounds alternate without the cost of a restart. It tries PyTorch's own options (memory layout, tracing,
multi-tensor optimiser) and keeps the fastest one. Then it speaks lines:

    peer -> bench   ready {"torch": …, "threads": …, "options": …, …}
    bench -> peer   10                               run so many steps
    peer -> bench   step {"ms": 512.3, "loss": 2.3}  milliseconds of all of them, and the last loss
    bench -> peer   (end of input)                   the peer ends

A step is: clear the gradients, forward, loss, backward, update. The images are in memory already.
Needs PyTorch 1.13 or later, nothing else. By hand: echo 20 | python3 train_step.py
"""

import argparse
import itertools
import json
import os
import platform
import sys
import time
import warnings

import torch
from torch import nn
from torch.nn import functional as F

MOMENTUM = 0.9
WEIGHT_DECAY = 0.004
RATE = 0.001
CLASSES = 10


class WithinChannelNorm(nn.Module):
    """Caffe's local response normalisation within channels: y = x · (1 + alpha · mean of x² over a size×size window) ^ −beta."""

    def __init__(self, size=3, alpha=5e-5, beta=0.75):
        super().__init__()
        self.size, self.alpha, self.beta = size, alpha, beta

    def forward(self, x):
        mean = F.avg_pool2d(x * x, self.size, stride=1, padding=self.size // 2)
        return x * torch.pow(1 + self.alpha * mean, -self.beta)


def convolution(inputs, outputs, sigma):
    layer = nn.Conv2d(inputs, outputs, 5, padding=2)
    nn.init.normal_(layer.weight, std=sigma)
    nn.init.zeros_(layer.bias)
    return layer


def inner_product(inputs, outputs, sigma):
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=sigma)
    nn.init.zeros_(layer.bias)
    return layer


def max_pool():
    return nn.MaxPool2d(3, 2, ceil_mode=True)


def average_pool():
    return nn.AvgPool2d(3, 2, ceil_mode=True)


def cifar10_quick():
    return nn.Sequential(
        convolution(3, 32, 1e-4), max_pool(), nn.ReLU(inplace=True),
        convolution(32, 32, 0.01), nn.ReLU(inplace=True), average_pool(),
        convolution(32, 64, 0.01), nn.ReLU(inplace=True), average_pool(),
        nn.Flatten(), inner_product(64 * 4 * 4, 64, 0.1), inner_product(64, CLASSES, 0.1))


def cifar10_full():
    return nn.Sequential(
        convolution(3, 32, 1e-4), max_pool(), nn.ReLU(inplace=True), WithinChannelNorm(),
        convolution(32, 32, 0.01), nn.ReLU(inplace=True), average_pool(), WithinChannelNorm(),
        convolution(32, 64, 0.01), nn.ReLU(inplace=True), average_pool(),
        nn.Flatten(), inner_product(64 * 4 * 4, CLASSES, 0.01))


MODELS = {"cifar10_quick": cifar10_quick, "cifar10_full": cifar10_full}


def parameter_groups(name, model):
    """Caffe's multipliers: the bias learns twice as fast. In cifar10_full the third convolution has none, and ip1 decays 250-fold, its bias not."""
    learning = [layer for layer in model if isinstance(layer, (nn.Conv2d, nn.Linear))]
    groups = {}
    for index, layer in enumerate(learning):
        weight, bias = (1, 1), (2, 1)
        if name == "cifar10_full" and index == 2:
            bias = (1, 1)
        if name == "cifar10_full" and index == 3:
            weight, bias = (1, 250), (2, 0)
        groups.setdefault(weight, []).append(layer.weight)
        groups.setdefault(bias, []).append(layer.bias)
    return [
        {"params": parameters, "lr": RATE * rate, "weight_decay": WEIGHT_DECAY * decay}
        for (rate, decay), parameters in groups.items()]


class TrainingStep:
    """The training step under one set of PyTorch's options."""

    def __init__(self, name, batch, channels_last, traced, foreach):
        self.options = ", ".join((
            "channels last" if channels_last else "NCHW",
            "traced" if traced else "eager",
            "multi-tensor SGD" if foreach else "SGD tensor by tensor"))
        torch.manual_seed(1)
        layout = torch.channels_last if channels_last else torch.contiguous_format
        # The range of pixels minus the mean image.
        self.images = (torch.rand(batch, 3, 32, 32) * 255 - 128).to(memory_format=layout)
        self.labels = torch.randint(CLASSES, (batch,))
        model = MODELS[name]().to(memory_format=layout)
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self.optimizer = torch.optim.SGD(parameter_groups(name, model), lr=RATE, momentum=MOMENTUM, foreach=foreach)
        self.model = torch.jit.trace(model, self.images) if traced else model

    def run(self, steps):
        """Milliseconds of so many steps, and the last loss."""
        start = time.perf_counter()
        for _ in range(steps):
            self.optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(self.model(self.images), self.labels)
            loss.backward()
            self.optimizer.step()
        value = loss.item()
        return (time.perf_counter() - start) * 1e3, value


def every_way(name, batch):
    return [TrainingStep(name, batch, *options) for options in itertools.product((False, True), repeat=3)]


def trial(ways, passes=6, steps=3):
    """Milliseconds of a step under each set of options, measured in turns: the best pass of each, since a disturbance only ever adds."""
    for way in ways:
        way.run(4)
    times = [[] for _ in ways]
    for _ in range(passes):
        for way, samples in zip(ways, times):
            samples.append(way.run(steps)[0] / steps)
    return [min(samples) for samples in times]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=sorted(MODELS), default="cifar10_quick")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(arguments.threads)

    ways = every_way(arguments.model, arguments.batch)
    best = trial(ways)
    fastest = min(range(len(ways)), key=best.__getitem__)
    step = ways[fastest]
    print("ready", json.dumps({
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "onednn": torch.backends.mkldnn.is_available(),
        "parameters": step.parameters,
        "options": step.options,
        "trial": {way.options: round(ms, 3) for way, ms in zip(ways, best)},
    }), flush=True)
    del ways
    for line in sys.stdin:
        milliseconds, loss = step.run(int(line))
        print("step", json.dumps({"ms": milliseconds, "loss": loss}), flush=True)


if __name__ == "__main__":
    main()
