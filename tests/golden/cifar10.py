#!/usr/bin/python3
"""Writes the golden values of cifar10_quick and cifar10_full with PyTorch in float64 (Debian's python3-torch).

    /usr/bin/python3 tests/golden/cifar10.py

For each network and batch size it writes <network>.n<batch>.json beside this file: every layer's output, the loss, every gradient, and the
losses of 10 steps of SGD, with a rate that rises and falls, momentum in Caffe's order, and the weight decay and multipliers of Caffe's files.
Inputs and weights come from an integer hash, which GoldenFile.cs computes too, so they are not stored. Of a tensor of more than SAMPLES values
the file holds an evenly spaced sample, the sum, the sum of squares and the largest magnitude.
"""

import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

SAMPLES = 64
STEPS = 10
STEP_SIZE = 5
MOMENTUM, DECAY = 0.9, 0.004
CLASSES = 10


def hashed(stream, count, scale):
    """Uniform values in [-scale, scale) that float32 holds exactly; GoldenFile.Hashed is the same in C#."""
    x = (np.arange(count, dtype=np.uint64) + np.uint64(stream) * np.uint64(0x9E3779B1)).astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    unit = (x >> np.uint32(8)).astype(np.float64) / (1 << 23) - 1
    return torch.from_numpy((unit * scale).astype(np.float32).astype(np.float64))


def caffe_average_pool(x, filter_size, stride):
    """Caffe's rule by hand: the size rounds up, the divisor is the window clipped to the image (there is no padding here)."""
    n, c, h, w = x.shape
    out_h = math.ceil((h - filter_size) / stride) + 1
    out_w = math.ceil((w - filter_size) / stride) + 1
    rows = []
    for i in range(out_h):
        columns = []
        for j in range(out_w):
            window = x[:, :, i * stride : min(i * stride + filter_size, h), j * stride : min(j * stride + filter_size, w)]
            columns.append(window.mean((2, 3)))
        rows.append(torch.stack(columns, -1))
    return torch.stack(rows, -2)


def max_pool(x):
    # No padding and no window that starts outside the image, so PyTorch's ceil_mode is Caffe's size.
    return F.max_pool2d(x, 3, 2, ceil_mode=True)


def norm(x, size=3, alpha=5e-5, beta=0.75):
    """Caffe's WITHIN_CHANNEL: the mean of x² over size×size, zeros outside the image counted; k is 1."""
    alpha, beta = float(np.float32(alpha)), float(np.float32(beta))
    mean = F.avg_pool2d(x * x, size, 1, padding=(size - 1) // 2, count_include_pad=True)
    return x * (1 + alpha * mean) ** -beta


def conv(w, b):
    return lambda x: F.conv2d(x, w, b, padding=2)


def inner_product(w, b):
    return lambda x: (x.flatten(1) @ w.t() + b)[:, :, None, None]


def average_pool(x):
    return caffe_average_pool(x, 3, 2)


# (layer, kind, shape of the weights, rate multipliers of weights and bias, decay multipliers, divisor of the first weights). The divisors
# bring pixels down to scores of a few units; in the full network later than in the quick one, so that its norms see values that they change.
QUICK = [
    ("conv1", "conv", (32, 3, 5, 5), (1, 2), (1, 1), 64),
    ("pool1", max_pool),
    ("relu1", F.relu),
    ("conv2", "conv", (32, 32, 5, 5), (1, 2), (1, 1), 1),
    ("relu2", F.relu),
    ("pool2", average_pool),
    ("conv3", "conv", (64, 32, 5, 5), (1, 2), (1, 1), 1),
    ("relu3", F.relu),
    ("pool3", average_pool),
    ("ip1", "ip", (64, 1024), (1, 2), (1, 1), 1),
    ("ip2", "ip", (10, 64), (1, 2), (1, 1), 1),
]
FULL = [
    ("conv1", "conv", (32, 3, 5, 5), (1, 2), (1, 1), 1),
    ("pool1", max_pool),
    ("relu1", F.relu),
    ("norm1", norm),
    ("conv2", "conv", (32, 32, 5, 5), (1, 2), (1, 1), 2),
    ("relu2", F.relu),
    ("pool2", average_pool),
    ("norm2", norm),
    ("conv3", "conv", (64, 32, 5, 5), (1, 1), (1, 1), 8),
    ("relu3", F.relu),
    ("pool3", average_pool),
    ("ip1", "ip", (10, 1024), (1, 2), (250, 0), 8),
]


def initial_scale(shape, divisor):
    """The bound of uniform weights of variance 2/fan-in, over the divisor."""
    return math.sqrt(6 / int(np.prod(shape[1:]))) / divisor


class Network:
    def __init__(self, table):
        self.parameters, self.layers, self.scales = {}, [], {}
        for position, (name, kind, *options) in enumerate(table):
            if callable(kind):
                self.layers.append((name, kind))
                continue
            shape, rates, decays, divisor = options
            scale = float(np.float32(initial_scale(shape, divisor)))
            w = hashed(100 + 2 * position, int(np.prod(shape)), scale).reshape(shape).requires_grad_()
            b = hashed(101 + 2 * position, shape[0], 0.125).requires_grad_()
            self.scales[name] = scale
            self.parameters[f"{name}.weights"] = (w, rates[0], decays[0])
            self.parameters[f"{name}.bias"] = (b, rates[1], decays[1])
            self.layers.append((name, conv(w, b) if kind == "conv" else inner_product(w, b)))

    def forward(self, x, labels):
        outputs = {}
        for name, layer in self.layers:
            x = layer(x)
            x.retain_grad()
            outputs[name] = x
        return outputs, F.cross_entropy(x.flatten(1), labels)


def rate_at(iteration, base, top):
    cycle = math.floor(1 + iteration / (2 * STEP_SIZE))
    x = abs(iteration / STEP_SIZE - 2 * cycle + 1)
    return base + (top - base) * max(0, 1 - x)


def stored(tensor):
    values = tensor.detach().flatten().numpy()
    step = max(1, -(-len(values) // SAMPLES))
    return {
        "shape": list(tensor.shape) + [1] * (4 - tensor.dim()) if tensor.dim() > 1 else [1, len(values), 1, 1],
        "step": step,
        "sample": [float(f"{v:.12g}") for v in values[::step]],
        "sum": float(values.sum()),
        "squares": float((values * values).sum()),
        "largest": float(np.abs(values).max()),
    }


def margins(outputs, table):
    """How close the batch comes to a kink: the smallest |x| before a ReLU, and the smallest lead of a maximum, over the layer's scale."""
    nearest = math.inf
    names = [row[0] for row in table]
    for i, name in enumerate(names):
        x = outputs[names[i - 1]].detach() if i else None
        if name.startswith("relu"):
            nearest = min(nearest, float(x.abs().min() / x.abs().max()))
        if name.startswith("pool1"):
            windows = F.pad(x, (0, 1, 0, 1), value=-math.inf).unfold(2, 3, 2).unfold(3, 3, 2).flatten(4)
            top = windows.topk(2, -1).values
            nearest = min(nearest, float((top[..., 0] - top[..., 1]).min() / x.abs().max()))
    return nearest


def lines(value, depth=2):
    """JSON with one tensor a line."""
    if depth == 0 or not isinstance(value, dict):
        return json.dumps(value)
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {lines(item, depth - 1)}" for key, item in value.items()) + "\n}"


def write(name, table, batch, stream, base, top):
    x = hashed(stream, batch * 3 * 32 * 32, 128.0).reshape(batch, 3, 32, 32)
    labels = torch.tensor([(7 * i + 3) % CLASSES for i in range(batch)])
    network = Network(table)
    rates = [rate_at(i, base, top) for i in range(STEPS)]
    outputs, loss = network.forward(x, labels)
    loss.backward()
    golden = {
        "network": name,
        "batch": batch,
        "inputStream": stream,
        "margin": margins(outputs, table),
        "weightScales": network.scales,
        "loss": float(loss),
        "activations": {layer: stored(output) for layer, output in outputs.items()},
        "activationGradients": {layer: stored(output.grad) for layer, output in outputs.items()},
        "parameterGradients": {p: stored(w.grad) for p, (w, _, _) in network.parameters.items()},
        "rates": rates,
        "momentum": MOMENTUM,
        "decay": DECAY,
    }

    velocities = {p: torch.zeros_like(w) for p, (w, _, _) in network.parameters.items()}
    losses = []
    for i in range(STEPS):
        for w, _, _ in network.parameters.values():
            w.grad = None
        _, loss = network.forward(x, labels)
        loss.backward()
        losses.append(float(loss))
        with torch.no_grad():
            for p, (w, rate, decay) in network.parameters.items():
                # Caffe's order: the rate goes into the velocity.
                velocities[p] = MOMENTUM * velocities[p] + rates[i] * rate * (w.grad + DECAY * decay * w)
                w -= velocities[p]
    golden["losses"] = losses
    golden["parametersAfter"] = {p: stored(w) for p, (w, _, _) in network.parameters.items()}

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.n{batch}.json")
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(lines(golden) + "\n")
    print(f"{path}: {os.path.getsize(path)} bytes, margin {golden['margin']:.2g}, losses", " ".join(f"{v:.6f}" for v in losses))
    for layer, output in outputs.items():
        print("   ", layer, f"σ {float(output.detach().std()):.3g}", f"dσ {float(output.grad.std()):.3g}")


def check_average_pool():
    x = hashed(9, 2 * 3 * 16 * 16, 1.0).reshape(2, 3, 16, 16)
    assert torch.allclose(F.avg_pool2d(x, 3, 2, ceil_mode=True, count_include_pad=True), average_pool(x), rtol=0, atol=1e-15)
    ones = average_pool(torch.ones(1, 1, 16, 16))
    assert ones.shape[-1] == 8 and float(ones.min()) == 1.0


if __name__ == "__main__":
    check_average_pool()
    # Input streams whose margin is wide: float32 rounding must not carry a value across a kink.
    write("cifar10_quick", QUICK, 8, 23, 1e-5, 5e-5)
    write("cifar10_full", FULL, 8, 23, 1e-5, 5e-5)
    write("cifar10_full", FULL, 2, 19, 5e-6, 2.5e-5)
