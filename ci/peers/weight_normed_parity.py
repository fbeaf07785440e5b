"""Weight norm's initialisation and three updates of the supervised classifier
-> baselines/models/supervised/fixtures/parity.json.

The network of baselines/models/supervised/narrow.ts without dropout, written again here; PyTorch's autograd and
cross_entropy in float64. The recipe is that of openai/improved-gan (nn.py).
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from philox import standard_normal

torch.set_num_threads(1)
BATCH, LEAK, ATTEMPTS, UPDATES, CLASSES = 6, 0.2, 200, 3, [0, 1, 2, 1, 0, 2]
# name, kernel, stride, padding, inputs, outputs, deviation, frozen
ROWS = [("features/2", 3, 1, 1, 2, 4, 1, True), ("features/3", 3, 2, 1, 4, 5, 1, True), ("features/5", 3, 1, 0, 5, 6, 1, True),
        ("features/6", 1, 1, 0, 6, 6, 1, True), ("head/1", 1, 1, 0, 6, 3, 0.1, False)]
RATE, BETA1, BETA2, EPSILON, AVERAGE = 3e-3, 0.5, 0.999, 1e-8, 0.1
SCHEDULE = {"updatesPerEpoch": 1, "flatEpochs": 1, "epochs": 3}


def drawn(shape, mean, sd, key):
    values = (mean + sd * standard_normal(int(np.prod(shape)), key).astype(np.float64)).astype(np.float32)
    return torch.tensor(values).double().reshape(shape)


def linear(h, p, row):
    name, _, stride, padding = row[:4]
    w = p[f"{name}/weights"]
    w = w * (p[f"{name}/gain"] / torch.sqrt(1e-6 + (w ** 2).sum((0, 1, 2))))
    return F.conv2d(h, w.permute(3, 2, 0, 1), stride=stride, padding=padding)


def forward(x, p, initialise=False):
    h, margin = ((x * 255 - 127.5) / 127.5).permute(0, 3, 1, 2), np.inf
    for row in ROWS:
        name, deviation = row[0], row[6]
        if name == "head/1":
            h = h.mean((2, 3), keepdim=True)
        h = linear(h, p, row)
        if initialise:
            m = h.mean((0, 2, 3))
            factor = deviation / torch.sqrt(1e-6 + h.var((0, 2, 3), unbiased=False))
            p[f"{name}/gain"], p[f"{name}/bias"] = p[f"{name}/gain"] * factor, -m * factor
            h = (h - m.reshape(1, -1, 1, 1)) * factor.reshape(1, -1, 1, 1)
        else:
            h = h + p[f"{name}/bias"].reshape(1, -1, 1, 1)
        if name != "head/1":
            margin = min(margin, h.abs().min().item())
            h = F.leaky_relu(h, LEAK)
    return h.flatten(1), margin


def run(attempt):
    p = {}
    for at, (name, kernel, _, _, inputs, outputs, _, _) in enumerate(ROWS):
        p[f"{name}/weights"] = drawn((kernel, kernel, inputs, outputs), 0, 0.05, [attempt, at])
        p[f"{name}/gain"], p[f"{name}/bias"] = torch.ones(outputs).double(), torch.zeros(outputs).double()
    x = drawn((BATCH, 8, 8, 2), 0.5, 0.2, [attempt, 100])
    margin = forward(x, p, initialise=True)[1]
    initialised = {name: value.flatten().tolist() for name, value in p.items() if not name.endswith("weights")}
    names = [n for n in p if not (n.endswith("gain") and n != "head/1/gain")]
    m, v, average = ({n: torch.zeros_like(p[n]) for n in names}, {n: torch.zeros_like(p[n]) for n in names}, {n: p[n] for n in names})
    losses, first = [], {}
    for t in range(1, UPDATES + 1):
        q = {n: p[n].detach().requires_grad_(n in names) for n in p}
        logits, at = forward(x, q)
        margin = min(margin, at)
        loss = F.cross_entropy(logits, torch.tensor(CLASSES))
        gradients = dict(zip(names, torch.autograd.grad(loss, [q[n] for n in names])))
        losses.append(loss.item())
        first = first or gradients
        epoch = t - 1
        rate = RATE * min((SCHEDULE["epochs"] - epoch) / (SCHEDULE["epochs"] - SCHEDULE["flatEpochs"]), 1)
        for n in names:
            m[n] = BETA1 * m[n] + (1 - BETA1) * gradients[n]
            v[n] = BETA2 * v[n] + (1 - BETA2) * gradients[n] ** 2
            p[n] = p[n] - rate * (m[n] / (1 - BETA1 ** t)) / torch.sqrt(v[n] / (1 - BETA2 ** t) + EPSILON)
            average[n] = average[n] + AVERAGE * (p[n] - average[n])
    logits = forward(x, {**p, **average})[0]
    return margin, {"initialised": initialised, "losses": losses,
                    **{what: {n: value[n].flatten().tolist() for n in names} for what, value in
                       {"gradients": first, "parameters": p, "averages": average}.items()},
                    "logits": logits.flatten().tolist()}


def main():
    attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: run(attempt)[0])
    margin, values = run(attempt)
    recipe = {"learningRate": RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "averageRate": AVERAGE, "schedule": SCHEDULE}
    body = {"made": "ci/peers/weight_normed_parity.py", "torch": torch.__version__.split("+")[0], "batch": BATCH,
            "attempt": attempt, "margin": margin, "classes": CLASSES, "recipe": recipe,
            "weights": [{"name": f"{r[0]}/weights", "shape": [r[1], r[1], r[4], r[5]]} for r in ROWS], **values}
    target = pathlib.Path(__file__).parents[2] / "baselines/models/supervised/fixtures/parity.json"
    target.write_text(json.dumps(body) + "\n")
    print(attempt, margin, values["losses"], target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
