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
import functools
import itertools
import json
import math
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
IMAGENET_CLASSES = 1000
HEAD_WEIGHT = 0.3


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


def across_channels_norm():
    return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75)


def layer_of(kind, inputs, outputs, *arguments, bias=0.0, sigma=None, **options):
    """A convolution or inner product with the bias of Caffe's table; weights as xavier's, or gaussian with a deviation."""
    layer = kind(inputs, outputs, *arguments, **options)
    if sigma is None:
        bound = math.sqrt(3 / layer.weight[0].numel())
        nn.init.uniform_(layer.weight, -bound, bound)
    else:
        nn.init.normal_(layer.weight, std=sigma)
    nn.init.constant_(layer.bias, bias)
    return layer


def alexnet_of(blocks, bias):
    """The five convolutions with what lies between them, and three inner products."""
    conv = functools.partial(layer_of, nn.Conv2d, sigma=0.01)
    return nn.Sequential(
        conv(3, 96, 11, stride=4), *blocks(),
        conv(96, 256, 5, padding=2, groups=2, bias=bias), *blocks(),
        conv(256, 384, 3, padding=1), nn.ReLU(inplace=True),
        conv(384, 384, 3, padding=1, groups=2, bias=bias), nn.ReLU(inplace=True),
        conv(384, 256, 3, padding=1, groups=2, bias=bias), nn.ReLU(inplace=True), max_pool(),
        nn.Flatten(),
        layer_of(nn.Linear, 256 * 6 * 6, 4096, sigma=0.005, bias=bias), nn.ReLU(inplace=True), nn.Dropout(0.5),
        layer_of(nn.Linear, 4096, 4096, sigma=0.005, bias=bias), nn.ReLU(inplace=True), nn.Dropout(0.5),
        layer_of(nn.Linear, 4096, IMAGENET_CLASSES, sigma=0.01))


def alexnet():
    return alexnet_of(lambda: (nn.ReLU(inplace=True), across_channels_norm(), max_pool()), 0.1)


def caffenet():
    return alexnet_of(lambda: (nn.ReLU(inplace=True), max_pool(), across_channels_norm()), 1.0)


def conv_relu(inputs, outputs, size, stride=1, padding=0):
    return nn.Sequential(layer_of(nn.Conv2d, inputs, outputs, size, stride, padding, bias=0.2), nn.ReLU(inplace=True))


class Inception(nn.Module):
    """Four branches over the same pixels, concatenated."""

    def __init__(self, inputs, conv1, reduce3, conv3, reduce5, conv5, project):
        super().__init__()
        self.branches = nn.ModuleList((
            conv_relu(inputs, conv1, 1),
            nn.Sequential(conv_relu(inputs, reduce3, 1), conv_relu(reduce3, conv3, 3, padding=1)),
            nn.Sequential(conv_relu(inputs, reduce5, 1), conv_relu(reduce5, conv5, 5, padding=2)),
            nn.Sequential(nn.MaxPool2d(3, 1, padding=1), conv_relu(inputs, project, 1))))

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def auxiliary_head(inputs):
    return nn.Sequential(
        nn.AvgPool2d(5, 3, ceil_mode=True), conv_relu(inputs, 128, 1), nn.Flatten(),
        layer_of(nn.Linear, 128 * 4 * 4, 1024, bias=0.2), nn.ReLU(inplace=True), nn.Dropout(0.7),
        layer_of(nn.Linear, 1024, IMAGENET_CLASSES))


class GoogLeNet(nn.Module):
    """The scores of the main head come last."""

    def __init__(self):
        super().__init__()
        self.below_head1 = nn.Sequential(
            conv_relu(3, 64, 7, 2, 3), max_pool(), across_channels_norm(),
            conv_relu(64, 64, 1), conv_relu(64, 192, 3, padding=1), across_channels_norm(), max_pool(),
            Inception(192, 64, 96, 128, 16, 32, 32), Inception(256, 128, 128, 192, 32, 96, 64), max_pool(),
            Inception(480, 192, 96, 208, 16, 48, 64))
        self.below_head2 = nn.Sequential(
            Inception(512, 160, 112, 224, 24, 64, 64), Inception(512, 128, 128, 256, 24, 64, 64), Inception(512, 112, 144, 288, 32, 64, 64))
        self.above = nn.Sequential(
            Inception(528, 256, 160, 320, 32, 128, 128), max_pool(),
            Inception(832, 256, 160, 320, 32, 128, 128), Inception(832, 384, 192, 384, 48, 128, 128),
            nn.AvgPool2d(7, 1), nn.Flatten(), nn.Dropout(0.4), layer_of(nn.Linear, 1024, IMAGENET_CLASSES))
        self.head1, self.head2 = auxiliary_head(512), auxiliary_head(528)

    def forward(self, x):
        x = self.below_head1(x)
        first = self.head1(x)
        x = self.below_head2(x)
        return first, self.head2(x), self.above(x)


# Its maker, the side of its images, its classes.
MODELS = {
    "cifar10_quick": (cifar10_quick, 32, CLASSES),
    "cifar10_full": (cifar10_full, 32, CLASSES),
    "alexnet": (alexnet, 227, IMAGENET_CLASSES),
    "caffenet": (caffenet, 227, IMAGENET_CLASSES),
    "googlenet": (GoogLeNet, 224, IMAGENET_CLASSES),
}


def parameter_groups(name, model):
    """Caffe's multipliers: the bias learns twice as fast. In cifar10_full the third convolution has none, and ip1 decays 250-fold, its bias not; in
    the ImageNet networks no bias decays."""
    learning = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    groups = {}
    for index, layer in enumerate(learning):
        weight, bias = (1, 1), (2, 1 if name.startswith("cifar10") else 0)
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
        make, side, classes = MODELS[name]
        self.images = (torch.rand(batch, 3, side, side) * 255 - 128).to(memory_format=layout)
        self.labels = torch.randint(classes, (batch,))
        model = make().to(memory_format=layout)
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self.optimizer = torch.optim.SGD(parameter_groups(name, model), lr=RATE, momentum=MOMENTUM, foreach=foreach)
        # Dropout draws a fresh mask at each call, so there is nothing to check a trace against.
        self.model = torch.jit.trace(model, self.images, check_trace=False) if traced else model

    def loss(self):
        """The main head's; auxiliary heads come before it and count less."""
        scores = self.model(self.images)
        if torch.is_tensor(scores):
            return F.cross_entropy(scores, self.labels)
        *auxiliary, main = scores
        return F.cross_entropy(main, self.labels) + HEAD_WEIGHT * sum(F.cross_entropy(head, self.labels) for head in auxiliary)

    def run(self, steps):
        """Milliseconds of so many steps, and the last loss."""
        start = time.perf_counter()
        for _ in range(steps):
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss()
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
