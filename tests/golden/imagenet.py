#!/usr/bin/python3
"""Writes the golden values of AlexNet, CaffeNet and GoogLeNet with PyTorch in float64 (Debian's python3-torch).

    /usr/bin/python3 tests/golden/imagenet.py

For each case it writes <network>.<crop>.json beside this file: the losses of all heads, the scores that they are computed from, and of every
parameter's gradient the sum, the sum of squares, the largest magnitude and a few values. Pixels, weights, biases and labels come from an integer
hash and the dropout masks from Philox, both of which the tests compute too, so nothing of them is stored.

The networks have millions of activations, so that some always lie near a kink: a ReLU's zero, or a tie of the two largest values of a window. Beyond it
the gradient is another, and which side of it float32 takes is up to its rounding. So the pixels come from the stream, of those that a search went through,
whose nearest kink is farthest: "margin" says how far, as a share of the layer's largest value. What float32 makes of a margin is seen by a second run in
float32, whose largest difference to float64's is printed.
"""

import math
import os

import numpy as np
import torch
import torch.nn.functional as F

from cifar10 import caffe_average_pool, hashed, lines

SAMPLES = 16
SEED = 1
ITERATION = 0
LAYER_STREAMS = 2 << 32


def philox(seed, stream, blocks):
    """Philox4x32-10: four numbers for each block, in order."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    block = np.arange(blocks, dtype=np.uint64)
    c = [block & low, block >> shift, np.full_like(block, stream & 0xFFFFFFFF), np.full_like(block, stream >> 32)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k0), p1 & low, (p0 >> shift) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, 1).reshape(-1)


def leads(x, stride, padding, shape):
    """By how much the largest value of each 3×3 window of a max pooling exceeds the second. Not where all are 0, since the ReLU below lets no
    gradient through then, nor where both are the same value, which an overlapping pooling below has taken from the same place."""
    x = F.pad(x, (padding, 3, padding, 3))
    first = second = torch.zeros(shape, dtype=x.dtype)
    for i in range(3):
        for j in range(3):
            value = x[:, :, i : i + stride * shape[2] : stride, j : j + stride * shape[3] : stride][:, :, : shape[2], : shape[3]]
            second = torch.maximum(second, torch.minimum(first, value))
            first = torch.maximum(first, value)
    lead = first - second
    return lead[lead > 0]


class Network:
    """Runs a network as its layers are called, and makes its parameters in their order, the streams of the hash counting on."""

    def __init__(self, x, labels, classes, dtype):
        self.x, self.labels, self.classes, self.dtype = x.to(dtype), labels, classes, dtype
        self.parameters, self.scales, self.outputs, self.losses, self.nodes = {}, {}, {}, {}, 0
        self.total, self.margin = 0, math.inf

    def hashed_parameter(self, name, shape, scale):
        value = hashed(100 + len(self.parameters), int(np.prod(shape)), scale).reshape(shape).to(self.dtype).requires_grad_()
        self.parameters[name] = value
        return value

    def weights_and_bias(self, name, shape, divisor):
        """Uniform weights of variance 2/fan-in, over the divisor."""
        scale = float(np.float32(math.sqrt(6 / int(np.prod(shape[1:]))) / divisor))
        self.scales[name] = scale
        return self.hashed_parameter(f"{name}.weights", shape, scale), self.hashed_parameter(f"{name}.bias", shape[:1], 0.125)

    def layer(self, name, y):
        self.outputs[name] = y
        self.nodes += 1
        return y

    def split(self):
        """A layer of its own where an output has several readers."""
        self.nodes += 1

    def conv(self, name, x, outputs, size, stride=1, padding=0, groups=1, divisor=1):
        w, b = self.weights_and_bias(name, (outputs, x.shape[1] // groups, size, size), divisor)
        y = self.layer(name, F.conv2d(x, w, b, stride=stride, padding=padding, groups=groups))
        return self.relu(f"{name} relu", y)

    def inner_product(self, name, x, outputs):
        x = x.flatten(1)
        w, b = self.weights_and_bias(name, (outputs, x.shape[1]), 1)
        return self.layer(name, x @ w.t() + b)

    def kink(self, distances, x):
        self.margin = min(self.margin, float(distances.min() / x.abs().max()))

    def relu(self, name, x):
        self.kink(x.detach().abs(), x.detach())
        return self.layer(name, F.relu(x))

    def norm(self, name, x):
        return self.layer(name, F.local_response_norm(x, 5, float(np.float32(1e-4)), 0.75, 1))

    def max_pool(self, name, x, stride=2, padding=0):
        # No window starts behind the image, so PyTorch's ceil_mode is Caffe's size.
        y = F.max_pool2d(x, 3, stride, padding, ceil_mode=True)
        self.kink(leads(x.detach(), stride, padding, y.shape), x.detach())
        return self.layer(name, y)

    def average_pool(self, name, x, size, stride):
        return self.layer(name, caffe_average_pool(x, size, stride))

    def dropout(self, name, x, ratio):
        ratio = float(np.float32(ratio))
        numbers = philox(SEED, LAYER_STREAMS + self.nodes, -(-x.numel() // 4))[: x.numel()]
        kept = torch.from_numpy(numbers >= np.uint64(round(ratio * 2**32))).reshape(x.shape)
        return self.layer(name, x * kept.to(self.dtype) * float(np.float32(1 / (1 - ratio))))

    def loss(self, name, x, weight=1.0):
        loss = F.cross_entropy(x.flatten(1), self.labels)
        self.losses[name] = self.layer(name, loss)
        self.total = self.total + float(np.float32(weight)) * loss


# Pixels of ±128 stay at about that size up to the last normalisation, so that the normalisations change what they see; the layers that read its
# output bring it down to a few units.
AFTER_NORM = 64


def alexnet(net):
    x = net.norm("norm1", net.conv("conv1", net.x, 96, 11, stride=4))
    x = net.max_pool("pool1", x)
    x = net.norm("norm2", net.conv("conv2", x, 256, 5, padding=2, groups=2))
    x = net.max_pool("pool2", x)
    classify(net, x)


def caffenet(net):
    x = net.max_pool("pool1", net.conv("conv1", net.x, 96, 11, stride=4))
    x = net.norm("norm1", x)
    x = net.max_pool("pool2", net.conv("conv2", x, 256, 5, padding=2, groups=2))
    x = net.norm("norm2", x)
    classify(net, x)


def classify(net, x):
    x = net.conv("conv3", x, 384, 3, padding=1, divisor=AFTER_NORM)
    x = net.conv("conv4", x, 384, 3, padding=1, groups=2)
    x = net.conv("conv5", x, 256, 3, padding=1, groups=2)
    x = net.max_pool("pool5", x)
    x = net.dropout("drop6", net.relu("relu6", net.inner_product("fc6", x, 4096)), 0.5)
    x = net.dropout("drop7", net.relu("relu7", net.inner_product("fc7", x, 4096)), 0.5)
    net.loss("loss", net.inner_product("fc8", x, net.classes))


def inception(net, row, x, conv1, reduce3, conv3, reduce5, conv5, project, divisor=1):
    name = f"inception_{row}"
    one = net.conv(f"{name}/1x1", x, conv1, 1, divisor=divisor)
    three = net.conv(f"{name}/3x3", net.conv(f"{name}/3x3_reduce", x, reduce3, 1, divisor=divisor), conv3, 3, padding=1)
    five = net.conv(f"{name}/5x5", net.conv(f"{name}/5x5_reduce", x, reduce5, 1, divisor=divisor), conv5, 5, padding=2)
    pool = net.conv(f"{name}/pool_proj", net.max_pool(f"{name}/pool", x, 1, 1), project, 1, divisor=divisor)
    return net.layer(f"{name}/output", torch.cat((one, three, five, pool), 1))


def auxiliary_head(net, name, x):
    x = net.conv(f"{name}/conv", net.average_pool(f"{name}/ave_pool", x, 5, 3), 128, 1)
    x = net.dropout(f"{name}/drop_fc", net.relu(f"{name}/relu_fc", net.inner_product(f"{name}/fc", x, 1024)), 0.7)
    net.loss(f"{name}/loss", net.inner_product(f"{name}/classifier", x, net.classes), 0.3)


def googlenet(net):
    x = net.max_pool("pool1", net.conv("conv1/7x7_s2", net.x, 64, 7, stride=2, padding=3))
    x = net.norm("norm1", x)
    x = net.conv("conv2/3x3_reduce", x, 64, 1)
    x = net.norm("norm2", net.conv("conv2/3x3", x, 192, 3, padding=1))
    x = net.max_pool("pool2", x)
    net.split()
    x = inception(net, "3a", x, 64, 96, 128, 16, 32, 32, divisor=AFTER_NORM)
    net.split()
    x = net.max_pool("pool3", inception(net, "3b", x, 128, 128, 192, 32, 96, 64))
    net.split()
    x = inception(net, "4a", x, 192, 96, 208, 16, 48, 64)
    net.split()
    auxiliary_head(net, "loss1", x)
    x = inception(net, "4b", x, 160, 112, 224, 24, 64, 64)
    net.split()
    x = inception(net, "4c", x, 128, 128, 256, 24, 64, 64)
    net.split()
    x = inception(net, "4d", x, 112, 144, 288, 32, 64, 64)
    net.split()
    auxiliary_head(net, "loss2", x)
    x = net.max_pool("pool4", inception(net, "4e", x, 256, 160, 320, 32, 128, 128))
    net.split()
    x = inception(net, "5a", x, 256, 160, 320, 32, 128, 128)
    net.split()
    x = inception(net, "5b", x, 384, 192, 384, 48, 128, 128)
    x = net.dropout("pool5/drop_7x7_s1", net.average_pool("pool5", x, x.shape[2], 1), 0.4)
    net.loss("loss3/loss", net.inner_product("loss3/classifier", x, net.classes))


def stored(tensor):
    """A sample of values whose distance shares no factor with the length, so that they lie at all places of the filters."""
    values = tensor.detach().double().flatten().numpy()
    step = max(1, -(-len(values) // SAMPLES))
    while math.gcd(step, len(values)) > 1 and step > 1:
        step += 1
    return {
        "shape": list(tensor.shape) + [1] * (4 - tensor.dim()) if tensor.dim() > 1 else [1, len(values), 1, 1],
        "step": step,
        "sample": [float(f"{v:.9g}") for v in values[::step]],
        "sum": float(values.sum()),
        "squares": float((values * values).sum()),
        "largest": float(np.abs(values).max()),
    }


def run(build, crop, batch, classes, stream, dtype):
    x = hashed(stream, batch * 3 * crop * crop, 128.0).reshape(batch, 3, crop, crop)
    net = Network(x, torch.tensor([(7 * i + 3) % classes for i in range(batch)]), classes, dtype)
    build(net)
    net.total.backward()
    return net


def difference(single, double):
    return float((single.double() - double).abs().max() / double.abs().max())


def write(build, crop, batch, classes, stream):
    name = build.__name__
    net = run(build, crop, batch, classes, stream, torch.float64)
    single = run(build, crop, batch, classes, stream, torch.float32)
    scores = [layer for layer in net.outputs if layer == "fc8" or layer.endswith("/classifier")]
    golden = {
        "network": name,
        "crop": crop,
        "batch": batch,
        "classes": classes,
        "inputStream": stream,
        "margin": float(f"{net.margin:.2g}"),
        "weightScales": net.scales,
        "losses": {loss: float(value) for loss, value in net.losses.items()},
        "scores": {layer: stored(net.outputs[layer]) for layer in scores},
        "gradients": {p: stored(w.grad) for p, w in net.parameters.items()},
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.{crop}.json")
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(lines(golden) + "\n")
    print(f"{path}: {os.path.getsize(path)} bytes, margin {net.margin:.2g}, losses", {loss: round(value, 4) for loss, value in golden["losses"].items()})
    print("    float32 errs in scores by", {layer: f"{difference(single.outputs[layer], net.outputs[layer].detach()):.2g}" for layer in scores})
    errors = {p: difference(single.parameters[p].grad, w.grad) for p, w in net.parameters.items()}
    worst = max(errors, key=errors.get)
    print(f"    and in gradients by at most {errors[worst]:.2g}, in {worst}")


if __name__ == "__main__":
    write(alexnet, 227, 2, 1000, stream=26)
    write(caffenet, 115, 2, 1000, stream=39)
    write(googlenet, 224, 2, 1000, stream=1021)
    # For slow devices.
    write(alexnet, 67, 1, 20, stream=26)
    write(googlenet, 64, 1, 20, stream=15)
