"""Writes optimizers.json: the weights of ten updates by PyTorch's optimizers, in float64, for the formulas that Caffe's have too.

    python3 optimizers.py > optimizers.json        (PyTorch 1.13)

The rate changes where both agree on what that does. PyTorch keeps it outside the velocity: SGD is compared with Caffe's form at a constant rate and with
PyTorch's at a changing one, Nesterov at a constant one. PyTorch's Adam adds its epsilon after the bias is corrected, Caffe before: it is next to nothing there.
"""
import json
import math

import torch
from torch import optim

WEIGHTS, STEPS, DECAY = 6, 10, 0.05
CONSTANT = [0.1] * STEPS
TRIANGLE = [0.02 + 0.03 * (3 - abs(3 - i % 6)) for i in range(STEPS)]
START = [math.sin(1 + i) for i in range(WEIGHTS)]
# Some cross 0; the last weight has the decay alone.
GRADIENTS = [[math.cos(0.7 * step + 1.3 * i) * (2.0**-i) if i < WEIGHTS - 1 else 0.0 for i in range(WEIGHTS)] for step in range(STEPS)]


def case(name, rates, make, **constants):
    weights = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([weights])
    after = []
    for rate, gradient in zip(rates, GRADIENTS):
        optimizer.param_groups[0]["lr"] = rate
        weights.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        after.append(weights.detach().tolist())
    return {"Name": name, **constants, "Rates": rates, "After": after}


CASES = [
    case("sgd", CONSTANT, lambda w: optim.SGD(w, lr=1, momentum=0.9, weight_decay=DECAY), Momentum=0.9),
    case("sgd torch", TRIANGLE, lambda w: optim.SGD(w, lr=1, momentum=0.9, weight_decay=DECAY), Momentum=0.9),
    case("nesterov", CONSTANT, lambda w: optim.SGD(w, lr=1, momentum=0.9, nesterov=True, weight_decay=DECAY), Momentum=0.9),
    case("adam", TRIANGLE, lambda w: optim.Adam(w, lr=1, betas=(0.9, 0.99), eps=1e-20, weight_decay=DECAY), Momentum=0.9, Momentum2=0.99, Delta=1e-20),
    case("rmsprop", TRIANGLE, lambda w: optim.RMSprop(w, lr=1, alpha=0.95, eps=0.01, weight_decay=DECAY), RmsDecay=0.95, Delta=0.01),
    case("adagrad", TRIANGLE, lambda w: optim.Adagrad(w, lr=1, eps=0.01, weight_decay=DECAY), Delta=0.01),
    case("adadelta", TRIANGLE, lambda w: optim.Adadelta(w, lr=1, rho=0.9, eps=0.01, weight_decay=DECAY), Momentum=0.9, Delta=0.01),
]
print("{")
print(f'"Decay": {DECAY}, "Start": {json.dumps(START)},')
print(f'"Gradients": {json.dumps(GRADIENTS)},')
print('"Cases": [\n' + ",\n".join(json.dumps(entry) for entry in CASES) + "\n]}")
