"""Makes Weir's golden files: what PyTorch says of small nets, forward and backward, in double precision.

Each file holds cases. A case names a net, a ragged batch and a seed, and lists what comes out: outputs, final states
and the gradient of

    loss = sum(dy * y over live steps) + sum(d(final state) * final state)

by the parameters, by x and by the initial state. What goes in is not stored. It is drawn, here and in the C test
alike, by a counter generator of integers. All modulo 2^64:

    mix(z):                 z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9      (the finaliser of splitmix64)
                            z = (z ^ (z >> 27)) * 0x94D049BB133111EB
                            z ^ (z >> 31)
    value(seed, stream, i): mix(seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + i + 1)
    uniform:                (value >> 40) / 2^24 * 2 - 1

so that every number is exact in float as well as in double. i counts from 0 in each stream:

    0  parameters, times 0.5        3  dy [T][B][O]
    1  x [T][B][I]                  4  d(final state) [B][S]
    2  initial state [B][S]

The vector of parameters goes layer by layer, direction by direction: weight_ih [G*H][I], weight_hh [G*H][H],
bias_ih [G*H], bias_hh [G*H], then, with learned_state, h [H] (and c [H]). Bias "one" has no bias_hh, "none" neither.
A linear layer has weight [O][I] and bias [O]. A state row goes layer by layer, direction by direction, h then c.

Rows run one at a time, each at its own length, so nothing here knows what padding is. torch.nn computes every kind but
the GRU that resets before its product, which torch lacks: that one is written out below. Whatever a single layer
computes is then compared with ONNX Runtime, in single precision.
"""

import argparse
import json
import math
import platform
from functools import partial
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper

from cases import FILES

PARAMETERS, INPUTS, INITIAL_STATE, D_OUTPUTS, D_FINAL_STATE = range(5)
ONNX_TOLERANCE = 1e-6


class Kind(NamedTuple):
    """What a recurrent kind carries from step to step, and what others call it."""
    state: str
    module: Callable  # of torch.nn
    operator: str     # of ONNX
    attributes: dict  # of that operator
    gates: list       # torch's gates in ONNX's order


KINDS = {
    "rnn": Kind("h", torch.nn.RNN, "RNN", {}, [0]),
    "rnn_relu": Kind("h", partial(torch.nn.RNN, nonlinearity="relu"), "RNN", {"activations": ["Relu"]}, [0]),
    "lstm": Kind("hc", torch.nn.LSTM, "LSTM", {}, [0, 3, 1, 2]),  # i o f g
    "gru": Kind("h", torch.nn.GRU, "GRU", {"linear_before_reset": 1}, [1, 0, 2]),  # z r n
    "gru_reset_before": Kind("h", None, "GRU", {"linear_before_reset": 0}, [1, 0, 2]),
}


# ---- what goes in ---------------------------------------------------------------------------------------------------

def draw(seed, stream, *shape):
    """Uniform numbers in [-1, 1) of one stream, as the head of this file says."""
    count = math.prod(shape)
    start = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + 1) % 2**64
    z = np.uint64(start) + np.arange(count, dtype=np.uint64)  # arrays of uint64 wrap around
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    uniform = (z >> np.uint64(40)).astype(np.float64) / 2**24 * 2 - 1
    return torch.from_numpy(uniform).reshape(shape)


# ---- how a net lies in its vectors ----------------------------------------------------------------------------------

def directions(layer):
    """In how many directions a layer runs."""
    return 2 if layer["direction"] == "both" else 1


def state_names(layer):
    """What one direction of a layer carries from step to step: h, h and c, or nothing."""
    return "" if layer["kind"] == "linear" else KINDS[layer["kind"]].state


def shapes(layer, inputs):
    """Name and shape of each parameter of one direction of a layer, in order."""
    units, bias = layer["units"], layer["bias"]
    if layer["kind"] == "linear":
        return {"weight": (units, inputs)} | ({} if bias == "none" else {"bias": (units,)})
    rows = len(KINDS[layer["kind"]].gates) * units
    named = {"weight_ih": (rows, inputs), "weight_hh": (rows, units)}
    named |= {name: (rows,) for name in {"two": ("bias_ih", "bias_hh"), "one": ("bias_ih",), "none": ()}[bias]}
    named |= {name: (units,) for name in state_names(layer) if layer["learned_state"]}
    return named


def with_inputs(case):
    """Each layer of a case with the width of what it reads."""
    inputs = case["inputs"]
    for layer in case["layers"]:
        yield layer, inputs
        inputs = layer["units"] * directions(layer)


def sizes(case):
    """Numbers of parameters, of state a row, and of outputs a step."""
    parameters = sum(directions(layer) * math.prod(shape)
                     for layer, inputs in with_inputs(case) for shape in shapes(layer, inputs).values())
    state = sum(directions(layer) * len(state_names(layer)) * layer["units"] for layer in case["layers"])
    return parameters, state, case["layers"][-1]["units"] * directions(case["layers"][-1])


def split_parameters(case, vector):
    """The vector of parameters as views: for each layer, for each of its directions, name -> tensor."""
    views, at = [], 0
    for layer, inputs in with_inputs(case):
        views.append([])
        for _ in range(directions(layer)):
            views[-1].append({})
            for name, shape in shapes(layer, inputs).items():
                views[-1][-1][name] = vector[at:at + math.prod(shape)].reshape(shape)
                at += math.prod(shape)
    return views


def split_state(case, row):
    """A state row as views [directions][h or h, c][units], one a layer."""
    shape = [(directions(layer), len(state_names(layer)), layer["units"]) for layer in case["layers"]]
    return [part.reshape(s) for part, s in zip(row.split([math.prod(s) for s in shape]), shape)]


def fresh_state(case, views):
    """The state row of a stream that is given none: learned where a layer has it, else zero."""
    parts = [way.get(name, torch.zeros(layer["units"]))
             for layer, ways in zip(case["layers"], views) for way in ways for name in state_names(layer)]
    return torch.cat(parts)


# ---- one layer over one row: x [L][I], state [D][n][H] -> y [L][D*H], state -----------------------------------------

def run_torch(layer, ways, x, state):
    """torch.nn.RNN, LSTM or GRU, forward or in both directions."""
    module = KINDS[layer["kind"]].module(x.shape[1], layer["units"], bias=layer["bias"] != "none",
                                         bidirectional=len(ways) == 2)
    weights = {}
    for way, suffix in zip(ways, ("_l0", "_l0_reverse")):
        weights |= {name + suffix: way[name] for name in way if name not in ("h", "c")}
        if layer["bias"] == "one":
            weights["bias_hh" + suffix] = torch.zeros_like(way["bias_ih"])
    initial = tuple(state[:, n:n + 1].contiguous() for n in range(state.shape[1]))  # each [D][1][H]
    y, final = torch.func.functional_call(module, weights, (x[:, None], initial if len(initial) == 2 else initial[0]))
    return y[:, 0], torch.cat(final if len(initial) == 2 else [final], dim=1)


def run_reset_before(layer, ways, x, state):
    """The GRU of Cho et al. 2014, which torch.nn does not have, as WEIR_GRU_RESET_BEFORE defines it."""
    outputs, finals = [], []
    for way, h, back in zip(ways, state[:, 0], (False, True)):
        w_r, w_z, w_n = way["weight_ih"].chunk(3)
        r_r, r_z, r_n = way["weight_hh"].chunk(3)
        zero = torch.zeros(3 * layer["units"])
        b_r, b_z, b_n = (way.get("bias_ih", zero) + way.get("bias_hh", zero)).chunk(3)
        steps = []
        for x_t in x.flip(0) if back else x:
            r = torch.sigmoid(w_r @ x_t + r_r @ h + b_r)
            z = torch.sigmoid(w_z @ x_t + r_z @ h + b_z)
            n = torch.tanh(w_n @ x_t + r_n @ (r * h) + b_n)
            h = (1 - z) * n + z * h
            steps.append(h)
        outputs.append(torch.stack(steps[::-1] if back else steps))
        finals.append(h)
    return torch.cat(outputs, dim=1), torch.stack(finals)[:, None]


def run_layer(layer, ways, x, state):
    """Any layer. One that only runs in reverse is one that runs forward on the row turned round."""
    if layer["kind"] == "linear":
        return torch.nn.functional.linear(x, ways[0]["weight"], ways[0].get("bias")), state
    run = run_reset_before if layer["kind"] == "gru_reset_before" else run_torch
    if layer["direction"] != "reverse":
        return run(layer, ways, x, state)
    y, state = run(layer, ways, x.flip(0), state)
    return y.flip(0), state


# ---- a whole case ---------------------------------------------------------------------------------------------------

def run_row(case, views, x, state):
    """All layers over one row, x [L][I] with L >= 1."""
    finals = []
    for layer, ways, initial in zip(case["layers"], views, split_state(case, state)):
        x, final = run_layer(layer, ways, x, initial)
        finals.append(final.flatten())
    return x, torch.cat(finals)


def forward(case, theta, x, start):
    """y [T][B][O], zero past a row's end, and the final states [B][S]; a row of no steps keeps its state."""
    y = torch.zeros(case["steps"], case["rows"], sizes(case)[2])
    finals = list(start)
    views = split_parameters(case, theta)
    for b, length in enumerate(case["lengths"]):
        if length > 0:
            y[:length, b], finals[b] = run_row(case, views, x[:length, b], start[b])
    return y, torch.stack(finals)


def draw_inputs(case):
    """Parameters, x, the states that rows start from (one tensor, differentiable), dy and d(final state)."""
    seed, rows, steps = case["seed"], case["rows"], case["steps"]
    n_parameters, n_state, n_outputs = sizes(case)
    theta = (0.5 * draw(seed, PARAMETERS, n_parameters)).requires_grad_()
    x = draw(seed, INPUTS, steps, rows, case["inputs"]).requires_grad_()
    start = draw(seed, INITIAL_STATE, rows, n_state)
    if case["state"] == "none":
        start = fresh_state(case, split_parameters(case, theta)).repeat(rows, 1)
    dy = draw(seed, D_OUTPUTS, steps, rows, n_outputs)
    return theta, x, start.requires_grad_(), dy, draw(seed, D_FINAL_STATE, rows, n_state)


def solve(case):
    """The case with its results."""
    theta, x, start, dy, d_final = draw_inputs(case)
    y, final = forward(case, theta, x, start)
    loss = (dy * y).sum() + (d_final * final).sum()
    gradients = torch.autograd.grad(loss, (theta, x, start), allow_unused=True, materialize_grads=True)
    results = dict(zip(("y", "state_out", "gradient", "dx", "state_in_gradient"), (y, final, *gradients)))
    solved = case | {name: numbers(result) for name, result in results.items()}
    if len(case["layers"]) == 1 and case["layers"][0]["kind"] != "linear":
        solved |= compare_with_onnx(case, theta, x, start, y, final)
    return solved


def numbers(tensor):
    """A flat list of floats; json writes as many digits as bring each one back. Adding 0 turns -0 into 0."""
    return (tensor.detach().flatten() + 0.0).tolist()


# ---- the second witness ---------------------------------------------------------------------------------------------

def onnx_node(layer, inputs):
    """One layer as an ONNX operator with inputs of these names."""
    kind, direction = KINDS[layer["kind"]], layer["direction"]
    attributes = kind.attributes | {"hidden_size": layer["units"], "direction": direction}
    if direction == "both":  # an activation for each way
        attributes["direction"] = "bidirectional"
        attributes |= {name: value * 2 for name, value in attributes.items() if name == "activations"}
    return helper.make_node(kind.operator, inputs, ["Y", "Y_h", "Y_c"][:1 + len(kind.state)], **attributes)


def onnx_weights(layer, ways):
    """W, R and B of the operator: rows in ONNX's order of gates, the two biases in one vector."""
    gates = KINDS[layer["kind"]].gates

    def reorder(way, name):
        rows = way.get(name, torch.zeros(len(gates) * layer["units"]))
        return torch.cat([rows.chunk(len(gates))[gate] for gate in gates])

    return {"W": torch.stack([reorder(way, "weight_ih") for way in ways]),
            "R": torch.stack([reorder(way, "weight_hh") for way in ways]),
            "B": torch.stack([torch.cat([reorder(way, "bias_ih"), reorder(way, "bias_hh")]) for way in ways])}


def onnx_feeds(case, theta, x, start):
    """The operator's inputs, by name, in its order."""
    layer, = case["layers"]
    initial = start.reshape(case["rows"], directions(layer), -1, layer["units"])
    feeds = {"X": x} | onnx_weights(layer, split_parameters(case, theta)[0])
    feeds["lengths"] = torch.tensor(case["lengths"], dtype=torch.int32)
    feeds |= {"initial_" + name: initial[:, :, n].transpose(0, 1) for n, name in enumerate(state_names(layer))}
    return {name: (t.float() if t.is_floating_point() else t).detach().numpy() for name, t in feeds.items()}


def run_onnx(case, feeds):
    """y [T][B][O] and the final states [B][S] of a case of one layer, from ONNX Runtime in single precision."""
    node = onnx_node(case["layers"][0], list(feeds))
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(feed.dtype), feed.shape)
              for name, feed in feeds.items()]
    outputs = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in node.output]
    model = helper.make_model(helper.make_graph([node], "one_layer", inputs, outputs),
                              ir_version=8, opset_imports=[helper.make_opsetid("", 14)])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    y, *finals = session.run(None, feeds)  # [T][D][B][H], each [D][B][H]
    return (y.transpose(0, 2, 1, 3).reshape(case["steps"], case["rows"], -1),
            np.stack(finals, axis=2).transpose(1, 0, 2, 3).reshape(case["rows"], -1))


def compare_with_onnx(case, theta, x, start, y, final):
    """Asserts that ONNX Runtime agrees. For a GRU that resets before and runs forward, also what it said, to keep."""
    started = np.array(case["lengths"]) > 0  # it gives zero, not the initial state, for a row of no steps
    onnx_y, onnx_h = run_onnx(case, onnx_feeds(case, theta, x, start))
    for ours, theirs in (y, onnx_y), (final[started], onnx_h[started]):
        np.testing.assert_allclose(theirs, ours.detach(), rtol=0, atol=ONNX_TOLERANCE, err_msg=case["name"])
    if (case["layers"][0]["kind"], case["layers"][0]["direction"]) != ("gru_reset_before", "forward"):
        return {}
    return {"onnxruntime_y": shortest(onnx_y), "onnxruntime_h": shortest(onnx_h)}


def shortest(array):
    """A flat list of floats with the fewest digits that bring back the same single-precision numbers."""
    return [float(str(number)) for number in array.flatten()]


# ---- the files ------------------------------------------------------------------------------------------------------

def made_by():
    """What made the files."""
    return {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__, "numpy": np.__version__,
            "python": platform.python_version(), "command": "python make_goldens.py"}


def write(path, cases):
    """One line a case, so that a change of one shows as one."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    head = json.dumps(made_by(), separators=(",", ":"))
    path.write_text(f'{{"made_by":{head},\n"cases":[\n{lines}\n]}}\n', encoding="utf-8")


def main():
    """Makes all files."""
    parser = argparse.ArgumentParser(description="Make Weir's golden files.")
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parent, help="default: this script's")
    args = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for name, cases in FILES.items():
        solved = [solve(case) for case in cases()]
        write(args.folder / name, solved)
        print(f"{name}: {len(solved)} cases")


if __name__ == "__main__":
    main()
