"""Losses, gradients and batch statistics of one update of the feature classifier
-> baselines/models/feature-classifier/fixtures/parity.json.

The network of baselines/models/feature-classifier/narrow.ts, written again here; PyTorch's autograd, cross_entropy and
binary_cross_entropy_with_logits in float64.
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from philox import standard_normal

torch.set_num_threads(1)
BATCH, LEAK, EPSILON, ATTEMPTS = 6, 0.1, 1e-4, 400
ROWS, CHANNELS, SIZE, OUTPUTS = [(4, 2, 3), (2, 1, 4), (2, 1, 5)], 2, 8, 3  # kernel, stride, features
LABELS = {"classes": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 0]],
          "attributes": [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]]}


def layout():
    entries, inputs = [], CHANNELS
    for at, (kernel, _, features) in enumerate(ROWS, 1):
        entries += [(f"features/{at}/weights", (kernel, kernel, inputs, features), 0, 0.3),
                    (f"features/{at}/scale", (features,), 1, 0.1), (f"features/{at}/shift", (features,), 0, 0.1)]
        inputs = features
    return entries + [("head/1/weights", (1, 1, inputs, OUTPUTS), 0, 0.3), ("head/1/bias", (OUTPUTS,), 0, 0.1)]


def draw(shape, mean, sd, stream):
    count = int(np.prod(shape))
    values = (mean + sd * stream[:count].astype(np.float64)).astype(np.float32)
    return torch.tensor(values).double().reshape(shape), stream[count:]


def forward(attempt):
    entries = layout()
    stream, p = standard_normal(sum(int(np.prod(shape)) for _, shape, _, _ in entries), [attempt, 1]), {}
    for name, shape, mean, sd in entries:
        p[name], stream = draw(shape, mean, sd, stream)
        p[name].requires_grad_()
    x, _ = draw((BATCH, SIZE, SIZE, CHANNELS), 0.5, 0.2, standard_normal(BATCH * SIZE * SIZE * CHANNELS, [attempt, 2]))
    h, margin, means, deviations = x.permute(0, 3, 1, 2), np.inf, [], []
    for at, (_, stride, _) in enumerate(ROWS, 1):
        h = F.conv2d(h, p[f"features/{at}/weights"].permute(3, 2, 0, 1), stride=stride)
        means.append(h.mean((0, 2, 3)))
        deviations.append(torch.sqrt(h.var((0, 2, 3), unbiased=False) + EPSILON))
        h = F.batch_norm(h, None, None, p[f"features/{at}/scale"], p[f"features/{at}/shift"], training=True, eps=EPSILON)
        margin = min(margin, h.abs().min().item())
        h = F.leaky_relu(h, LEAK)
    logits = h.flatten(1) @ p["head/1/weights"].reshape(-1, OUTPUTS) + p["head/1/bias"]
    return p, logits, torch.cat(means + deviations), margin


def main():
    attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: forward(attempt)[3])
    p, logits, statistics, margin = forward(attempt)
    losses = {"classes": F.cross_entropy(logits, torch.tensor(LABELS["classes"]).argmax(1)),
              "attributes": F.binary_cross_entropy_with_logits(logits, torch.tensor(LABELS["attributes"]).double())}
    updates = {}
    for labelling, loss in losses.items():
        gradients = torch.autograd.grad(loss, list(p.values()), retain_graph=True)
        updates[labelling] = {"loss": loss.item(), "labels": sum(LABELS[labelling], []),
                              "gradients": {name: g.flatten().tolist() for name, g in zip(p, gradients)}}
    body = {"made": "ci/peers/feature_classifier_parity.py", "torch": torch.__version__.split("+")[0], "batch": BATCH,
            "attempt": attempt, "margin": margin, "statistics": statistics.tolist(),
            "parameters": [{"name": n, "shape": list(s), "mean": m, "sd": sd} for n, s, m, sd in layout()], "updates": updates}
    target = pathlib.Path(__file__).parents[2] / "baselines/models/feature-classifier/fixtures/parity.json"
    target.write_text(json.dumps(body).replace('{"name"', '\n{"name"').replace('"classes"', '\n"classes"').replace('"attributes"', '\n"attributes"') + "\n")
    print(attempt, margin, {labelling: update["loss"] for labelling, update in updates.items()}, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
