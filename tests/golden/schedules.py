"""Writes schedules.json: every rate, and momentum, of PyTorch's learning-rate schedulers, beside the policy text that must give the same.

    python3 schedules.py > schedules.json        (PyTorch 1.13)
"""
import json

import torch
from torch.optim import SGD
from torch.optim import lr_scheduler as lr

CASES = []


def case(policy, iterations, make, initial=0.1, momentum_range=None):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=initial, momentum=0.9)
    scheduler = make(optimizer)
    rates, momenta = [], []
    for _ in range(iterations):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step()
    CASES.append({"Policy": policy, "MomentumRange": momentum_range, "Rates": rates, "Momenta": momenta if momentum_range else None})


def cyclic(policy, momentum_range=None, **options):
    cycling = {"cycle_momentum": momentum_range is not None}
    if momentum_range:
        high, low = momentum_range.split("-")
        cycling.update(max_momentum=float(high), base_momentum=float(low))
    case(policy, 90, lambda o: lr.CyclicLR(o, 0.001, 0.006, **options, **cycling), momentum_range=momentum_range)


cyclic("triangular:base=0.001,max=0.006,step=10", step_size_up=10)
cyclic("triangular:base=0.001,max=0.006,step=10", "0.95-0.85", step_size_up=10)
cyclic("triangular:base=0.001,max=0.006,step=5,down=13", "0.9-0.8", step_size_up=5, step_size_down=13)
cyclic("triangular:base=0.001,max=0.006,step=13,down=5", step_size_up=13, step_size_down=5)
cyclic("triangular2:base=0.001,max=0.006,step=10", "0.95-0.85", step_size_up=10, mode="triangular2")
cyclic("triangular2:base=0.001,max=0.006,step=3,down=8", step_size_up=3, step_size_down=8, mode="triangular2")
cyclic("exp_range_amplitude:base=0.001,max=0.006,step=10,gamma=0.98", "0.95-0.85", step_size_up=10, mode="exp_range", gamma=0.98)
cyclic("exp_range_amplitude:base=0.001,max=0.006,step=4,down=9,gamma=0.97", step_size_up=4, step_size_down=9, mode="exp_range", gamma=0.97)


def one_cycle(policy, total, momentum_range="0.95-0.85", **options):
    high, low = (float(bound) for bound in momentum_range.split("-"))
    case(policy, total, lambda o: lr.OneCycleLR(o, 0.1, total_steps=total, max_momentum=high, base_momentum=low, **options), momentum_range=momentum_range)


one_cycle("one_cycle:max=0.1,iterations=100", 100)
one_cycle("one_cycle:max=0.1,iterations=97,anneal=linear", 97, anneal_strategy="linear")
one_cycle("one_cycle:max=0.1,iterations=100,phases=3", 100, three_phase=True)
one_cycle("one_cycle:max=0.1,iterations=83,pct_start=0.45,phases=3,anneal=linear", 83, "0.9-0.5", three_phase=True, pct_start=0.45, anneal_strategy="linear")
one_cycle("one_cycle:max=0.1,iterations=61,pct_start=0.2,div_factor=10,final_div_factor=100", 61, pct_start=0.2, div_factor=10, final_div_factor=100)
one_cycle("one_cycle:max=0.1,iterations=64,pct_start=0.25,div_factor=4,final_div_factor=1000,phases=3", 64, pct_start=0.25, div_factor=4, final_div_factor=1000, three_phase=True)
one_cycle("one_cycle:max=0.1,iterations=50,pct_start=0.5,phases=3,anneal=linear", 50, pct_start=0.5, three_phase=True, anneal_strategy="linear")

case("cosine_restarts:base=0,max=0.1,period=17", 90, lambda o: lr.CosineAnnealingWarmRestarts(o, 17))
case("cosine_restarts:base=0.002,max=0.1,period=10,mult=2", 160, lambda o: lr.CosineAnnealingWarmRestarts(o, 10, T_mult=2, eta_min=0.002))
case("cosine_restarts:base=0.002,max=0.1,period=3,mult=3", 130, lambda o: lr.CosineAnnealingWarmRestarts(o, 3, T_mult=3, eta_min=0.002))
case("warmup:base=0.025,max=0.1,step=12", 30, lambda o: lr.LinearLR(o, start_factor=0.25, total_iters=12))
case(
    "warmup:base=0.025,max=0.1,step=12/exp:base=0.1,gamma=0.9@12",
    60,
    lambda o: lr.SequentialLR(o, [lr.LinearLR(o, start_factor=0.25, total_iters=12), lr.ExponentialLR(o, 0.9)], milestones=[12]),
)

# A periodic window of a cycle's length, by PyTorch's own definition of it.
window = torch.hann_window(30, periodic=True, dtype=torch.float64).tolist()
CASES.append({"Policy": "hann:base=0.001,max=0.006,step=15", "MomentumRange": None, "Rates": [0.001 + 0.005 * height for height in window * 3], "Momenta": None})

print("[\n" + ",\n".join(json.dumps(entry) for entry in CASES) + "\n]")
