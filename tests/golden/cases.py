"""The cases of Weir's golden files, without their results: which nets, which rows, which seeds."""

import itertools

RAGGED = ([2, 5, 0, 3], [1, 0, 5, 4], [2, 4, 1, 0])  # lengths of rows, of 5 steps at most


def make_layer(kind, units, direction="forward", bias="two", learned_state=False):
    """A layer as the files have it."""
    return {"kind": kind, "units": units, "direction": direction, "bias": bias, "learned_state": learned_state}


def make_case(name, seed, layers, lengths, *, inputs=2, steps=5, state="given"):
    """A case without its results."""
    return {"name": name, "inputs": inputs, "layers": layers, "rows": len(lengths), "steps": steps,
            "lengths": lengths, "state": state, "seed": seed}


def cell_cases(kind, first_seed):
    """Every bias, direction, depth of one kind; with full and with ragged rows."""
    grid = itertools.product(("two", "one", "none"), ("forward", "reverse", "both"), (1, 2), ("full", "ragged"))
    for i, (bias, direction, depth, rows) in enumerate(grid):
        lengths = [5, 5, 5] if rows == "full" else RAGGED[i // 2 % len(RAGGED)]
        name = f"{kind}, bias {bias}, {direction}, {depth} layer{'s' if depth > 1 else ''}, {rows}"
        yield make_case(name, first_seed + i, [make_layer(kind, 3, direction, bias)] * depth, lengths)


def stack_cases(first_seed):
    """Mixed kinds and widths, the edges of every size, and initial states that are learned or not given."""
    lstm, gru, before, rnn, relu, linear = (
        lambda *args, kind=kind, **options: make_layer(kind, *args, **options)
        for kind in ("lstm", "gru", "gru_reset_before", "rnn", "rnn_relu", "linear"))
    ragged = RAGGED[0]
    stacks = [
        ("lstm both, gru, linear", [lstm(3, "both"), gru(2), linear(2)], ragged, {}),
        ("rnn reverse, lstm both, linear", [rnn(3, "reverse"), lstm(2, "both"), linear(1)], ragged, {}),
        ("gru reset before under lstm", [before(3), lstm(2)], ragged, {}),
        ("linear first, then gru", [linear(3), gru(2)], ragged, {}),
        ("linear alone, no state", [linear(3)], ragged, {}),
        ("linear between, biases mixed",
         [lstm(2, bias="none"), linear(3, bias="none"), gru(2, bias="one"), linear(2, bias="one")], ragged, {}),
        ("every kind",
         [relu(2, "both"), rnn(3), before(2, "both"), gru(3, "reverse"), lstm(2), linear(2)], RAGGED[1], {}),
        ("one step", [lstm(3), relu(2), gru(2, "both")], [1, 0, 1], {"steps": 1}),
        ("one row", [gru(2, "both"), before(3, "reverse")], [4], {}),
        ("one input, one unit", [lstm(1, "both"), gru(1), rnn(1, "reverse"), before(1)], ragged, {"inputs": 1}),
        ("odd widths", [lstm(9), before(5), gru(7), linear(3)], [3, 5, 1], {"inputs": 3}),
        ("no row has a step", [lstm(2, "both", learned_state=True), gru(2)], [0, 0], {"state": "none"}),
        ("state none", [lstm(3, "both"), gru(2), rnn(2)], RAGGED[1], {"state": "none"}),
        ("state none, learned in the middle layer",
         [gru(2), lstm(2, learned_state=True), linear(2)], ragged, {"state": "none"}),
        ("state given over learned", [lstm(2, "both", learned_state=True), gru(2, learned_state=True)], ragged, {}),
    ]
    for make, bias in (rnn, "two"), (relu, "two"), (lstm, "none"), (gru, "one"), (before, "two"):
        for direction in "forward", "both":
            layer = make(3, direction, bias=bias, learned_state=True)
            stacks.append((f"{layer['kind']} {direction}, state learned", [layer], RAGGED[1], {"state": "none"}))
    for i, (name, layers, lengths, options) in enumerate(stacks):
        yield make_case(name, first_seed + i, layers, lengths, **options)


FILES = {
    "rnn_tanh.json": lambda: cell_cases("rnn", 1000),
    "rnn_relu.json": lambda: cell_cases("rnn_relu", 2000),
    "lstm.json": lambda: cell_cases("lstm", 3000),
    "gru.json": lambda: cell_cases("gru", 4000),
    "gru_reset_before.json": lambda: cell_cases("gru_reset_before", 5000),
    "stacks.json": lambda: stack_cases(6000),
}
