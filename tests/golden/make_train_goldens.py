"""Makes train_losses.json and train_optimizers.json: what PyTorch says of losses and optimisers, in double precision.

Inputs are drawn by the counter generator at the head of make_goldens.py and are not stored:

    losses       stream 0: y [T][B][O], times `scale`
                 stream 1: v. The target of mse is v [T][B][O], that of bernoulli (v+1)/2; the class of softmax is
                           floor((v+1)/2 * O), v [T][B]
    optimizers   stream 0: parameters [P] at the start
                 stream k: the gradient [P] of step k = 1, 2, ..., whose first number is 0 from step 2 on

Rows are ragged: PyTorch is given the live steps only, by a mask. `value` and `dy` are its loss and derivative, zero
past a row's end; the reduction `mean_per_step` is its sum divided by the number of live steps. `parameters` are those
after each step. `rates` are the learning rates, one a step; options that are left out have PyTorch's defaults but for
AdamW's weight_decay, which is then 0.

    python make_train_goldens.py
"""

import argparse
import json
import platform
from pathlib import Path

import torch
from torch.nn import functional

from make_goldens import draw, numbers

STEPS, LENGTHS, WIDTH = 5, [3, 5, 0, 1], 4
PARAMETERS, RATES = 12, [0.1, 0.1, 0.05, 0.02, 0.2]


# ---- losses ---------------------------------------------------------------------------------------------------------

def mse(y, v, reduction):
    """Squared errors."""
    return functional.mse_loss(y, v, reduction=reduction)


def softmax(y, v, reduction):
    """Cross-entropy of a softmax, classes from the first number of each step."""
    classes = ((v[:, 0] + 1) / 2 * y.shape[1]).floor().long()
    return functional.cross_entropy(y, classes, reduction=reduction)


def bernoulli(y, v, reduction):
    """Cross-entropy of independent coins, from logits."""
    return functional.binary_cross_entropy_with_logits(y, (v + 1) / 2, reduction=reduction)


LOSSES = {"mse": mse, "softmax": softmax, "bernoulli": bernoulli}


def solve_loss(name, reduction, scale, seed):
    """One loss over ragged rows, with its derivative."""
    rows = len(LENGTHS)
    y = (draw(seed, 0, STEPS, rows, WIDTH) * scale).requires_grad_()
    shape = (STEPS, rows, 1) if name == "softmax" else (STEPS, rows, WIDTH)
    v = draw(seed, 1, *shape)
    live = torch.arange(STEPS)[:, None] < torch.tensor(LENGTHS)
    value = LOSSES[name](y[live], v[live], "mean" if reduction == "mean" else "sum")
    if reduction == "mean_per_step":
        value = value / live.sum()
    value.backward()
    return {"name": f"{name}, {reduction}, scale {scale}", "loss": name, "reduction": reduction, "rows": rows,
            "steps": STEPS, "width": WIDTH, "lengths": LENGTHS, "scale": scale, "seed": seed,
            "live_steps": int(live.sum()), "value": value.item(), "dy": numbers(y.grad)}


def losses():
    """Every loss with every reduction, for small and for large outputs."""
    seed = 7000
    for name in LOSSES:
        for reduction in "mean", "mean_per_step", "sum":
            for scale in 2.0, 64.0:
                yield solve_loss(name, reduction, scale, seed)
                seed += 1


# ---- optimisers -----------------------------------------------------------------------------------------------------

OPTIMIZERS = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam,
              "adamw": torch.optim.AdamW}

SETTINGS = [
    ("sgd", {}),
    ("sgd", {"weight_decay": 0.3}),
    ("sgd", {"momentum": 0.9}),
    ("sgd", {"momentum": 0.7, "weight_decay": 0.2}),
    ("rmsprop", {}),
    ("rmsprop", {"beta2": 0.9, "epsilon": 0.01}),
    ("rmsprop", {"momentum": 0.9}),
    ("rmsprop", {"momentum": 0.5, "weight_decay": 0.2}),
    ("adam", {}),
    ("adam", {"beta1": 0.5, "beta2": 0.8, "epsilon": 0.01}),
    ("adam", {"weight_decay": 0.3}),
    ("adamw", {}),
    ("adamw", {"weight_decay": 0.3}),
    ("adamw", {"beta1": 0.8, "beta2": 0.95, "epsilon": 0.001, "weight_decay": 0.01}),
]


def make_optimizer(kind, options, parameters):
    """PyTorch's optimiser with our options under its names."""
    theirs = {name: options[name] for name in ("momentum", "weight_decay") if name in options}
    if "epsilon" in options:
        theirs["eps"] = options["epsilon"]
    if kind == "rmsprop":
        theirs["alpha"] = options.get("beta2", 0.99)
    if kind.startswith("adam"):
        theirs["betas"] = options.get("beta1", 0.9), options.get("beta2", 0.999)
        theirs.setdefault("weight_decay", 0.0)
    return OPTIMIZERS[kind]([parameters], lr=RATES[0], **theirs)


def solve_optimizer(kind, options, seed):
    """The parameters after each of a few steps."""
    parameters = draw(seed, 0, PARAMETERS).requires_grad_()
    optimizer = make_optimizer(kind, options, parameters)
    after = []
    for k, rate in enumerate(RATES, start=1):
        optimizer.param_groups[0]["lr"] = rate
        parameters.grad = draw(seed, k, PARAMETERS)
        if k > 1:
            parameters.grad[0] = 0.0
        optimizer.step()
        after += numbers(parameters)
    name = ", ".join([kind, *(f"{key} {value}" for key, value in options.items())])
    return {"name": name, "kind": kind, "options": options, "rates": RATES, "count": PARAMETERS, "seed": seed,
            "parameters": after}


def optimizers():
    """Every kind with and without each of its options."""
    for i, (kind, options) in enumerate(SETTINGS):
        yield solve_optimizer(kind, options, 8000 + i)


# ---- the files ------------------------------------------------------------------------------------------------------

def write(path, cases):
    """One line a case, so that a change of one shows as one."""
    made_by = {"torch": torch.__version__, "python": platform.python_version(),
               "command": "python make_train_goldens.py"}
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    head = json.dumps(made_by, separators=(",", ":"))
    path.write_text(f'{{"made_by":{head},\n"cases":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.name}: {len(cases)} cases")


def main():
    """Makes both files."""
    parser = argparse.ArgumentParser(description="Make Weir's golden files of losses and optimisers.")
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parent, help="default: this script's")
    folder = parser.parse_args().folder
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    write(folder / "train_losses.json", list(losses()))
    write(folder / "train_optimizers.json", list(optimizers()))


if __name__ == "__main__":
    main()
