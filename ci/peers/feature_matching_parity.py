"""Initialisation and three updates of the GAN with feature matching, dropout and random codes included
-> baselines/models/gan-feature-matching/fixtures/parity-{absolute,squared}.json.

The networks of baselines/models/supervised/narrow.ts and gan-feature-matching/narrow.ts, written again here; PyTorch's autograd in
float64. The script is openai/improved-gan's train_svhn_feature_matching.py: the discriminator's update, then the generator's.
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from philox import random_words
from weight_normed_parity import AVERAGE, BETA1, BETA2, EPSILON, LEAK, RATE, ROWS, SCHEDULE, drawn, linear

torch.set_num_threads(1)
LABELLED, HALF, LATENT, ATTEMPTS, UPDATES, CLASSES = 6, 4, 3, 150, 3, [0, 1, 2, 1, 0, 2]
DROPPED = {"features/2": 0.2, "features/5": 0.5}
# The generator: z -> 2 x 2 x 5 -> 4 x 4 x 4 -> 8 x 8 x 2.
SHAPES = {"projection/1/weights": (1, 1, LATENT, 20), "projection/1/shift": (20,), "decoder/1/weights": (5, 5, 4, 5),
          "decoder/1/shift": (4,), "image/1/weights": (5, 5, 2, 4), "image/1/gain": (2,), "image/1/bias": (2,)}


class Margin:
    """How near a kink the passes come, relative to the layer's root mean square."""
    least = np.inf

    def see(self, h):
        self.least = min(self.least, (h.abs().min() / h.square().mean().sqrt()).item())
        return h


def key_for(key, purpose):
    return random_words(2 * purpose + 2, key)[2 * purpose:].astype(np.int32).tolist()


def uniform(count, key):
    bits = random_words(count * LATENT, key).astype(np.int32).astype(np.float32)
    return torch.tensor(bits * np.float32(2 ** -32) + np.float32(0.5)).double().reshape(count, LATENT)


def dropout(h, rate, key):
    """h is NCHW; bits are those of its elements in the order NHWC."""
    nhwc = h.permute(0, 2, 3, 1)
    size, level = nhwc.numel(), round(rate * 65536)
    words = random_words((size + 1) // 2, key)
    bits = np.stack([words & np.uint32(0xFFFF), words >> np.uint32(16)], 1).reshape(-1)[:size]
    mask = torch.tensor(bits >= level).double().reshape(nhwc.shape).permute(0, 3, 1, 2)
    return h * mask * (65536 / (65536 - level))


def features(x, p, keys, margin, initialise=False):
    h = ((x * 255 - 127.5) / 127.5).permute(0, 3, 1, 2)
    for row in ROWS:
        name, deviation = row[0], row[6]
        if name in DROPPED and keys is not None:
            h = dropout(h, DROPPED[name], next(keys))
        if name == "head/1":
            h = pooled = h.mean((2, 3), keepdim=True)
        h = linear(h, p, row)
        if initialise:
            m = h.mean((0, 2, 3))
            factor = deviation / torch.sqrt(1e-6 + h.var((0, 2, 3), unbiased=False))
            p[f"{name}/gain"], p[f"{name}/bias"] = p[f"{name}/gain"] * factor, -m * factor
            h = (h - m.reshape(1, -1, 1, 1)) * factor.reshape(1, -1, 1, 1)
        else:
            h = h + p[f"{name}/bias"].reshape(1, -1, 1, 1)
        if name != "head/1":
            h = F.leaky_relu(margin.see(h), LEAK)
    return pooled.flatten(1), h.flatten(1)


def normalise(h, shift):
    axes = [0, 2, 3] if h.dim() == 4 else [0]
    shape = [1, -1] + [1] * (h.dim() - 2)
    h = (h - h.mean(axes, keepdim=True)) / torch.sqrt(h.var(axes, unbiased=False, keepdim=True) + 1e-6)
    return h + shift.reshape(shape)


def transposed(h, w):
    return F.conv_transpose2d(h, w.permute(3, 2, 0, 1), stride=2, padding=2, output_padding=1)


def image_maps(z, p, margin):
    h = F.relu(margin.see(normalise(z @ p["projection/1/weights"][0, 0], p["projection/1/shift"])))
    h = h.reshape(-1, 2, 2, 5).permute(0, 3, 1, 2)
    h = F.relu(margin.see(normalise(transposed(h, p["decoder/1/weights"]), p["decoder/1/shift"])))
    w = p["image/1/weights"]
    norm = torch.sqrt(1e-6 + (w ** 2).sum((0, 1, 3)))
    return transposed(h, w * (p["image/1/gain"] / norm).reshape(1, 1, -1, 1))


def generate(z, p, margin):
    """Images as the networks take them, NHWC, scaled back to pixels for `features`."""
    scaled = torch.tanh(image_maps(z, p, margin) + p["image/1/bias"].reshape(1, -1, 1, 1)).permute(0, 2, 3, 1)
    return (scaled * 127.5 + 127.5) / 255


def adam(p, m, v, gradients, t, average):
    rate = RATE * min((SCHEDULE["epochs"] - (t - 1)) / (SCHEDULE["epochs"] - SCHEDULE["flatEpochs"]), 1)
    for n, g in gradients.items():
        m[n] = BETA1 * m[n] + (1 - BETA1) * g
        v[n] = BETA2 * v[n] + (1 - BETA2) * g ** 2
        p[n] = p[n] - rate * (m[n] / (1 - BETA1 ** t)) / torch.sqrt(v[n] / (1 - BETA2 ** t) + EPSILON)
        if n in average:
            average[n] = average[n] + AVERAGE * (p[n] - average[n])


def run(kind, attempt):
    margin, p = Margin(), {}
    for at, (name, kernel, _, _, inputs, outputs, _, _) in enumerate(ROWS):
        p[f"{name}/weights"] = drawn((kernel, kernel, inputs, outputs), 0, 0.05, [attempt, at])
        p[f"{name}/gain"], p[f"{name}/bias"] = torch.ones(outputs).double(), torch.zeros(outputs).double()
    for at, (name, shape) in enumerate(SHAPES.items()):
        ending = name.split("/")[-1]
        p[name] = drawn(shape, 0, 0.05, [attempt, 50 + at]) if ending == "weights" else \
            (torch.ones if ending == "gain" else torch.zeros)(*shape).double()
    x = drawn((LABELLED, 8, 8, 2), 0.5, 0.2, [attempt, 100])
    unlabelled = [drawn((2 * HALF, 8, 8, 2), 0.5, 0.2, [attempt, 200 + t]) for t in range(UPDATES)]
    key = [attempt, 7]
    features(x, p, (key_for(key, i) for i in range(2, 99)), margin, initialise=True)
    h = image_maps(uniform(HALF, key_for(key, 1)), p, Margin())
    m = h.mean((0, 2, 3))
    factor = 0.1 / torch.sqrt(1e-6 + h.var((0, 2, 3), unbiased=False))
    p["image/1/gain"], p["image/1/bias"] = p["image/1/gain"] * factor, -m * factor
    initialised = {name: value.flatten().tolist() for name, value in p.items() if name.endswith(("gain", "bias"))}

    own = [n for n in p if n not in SHAPES and not (n.endswith("gain") and n != "head/1/gain")]
    zeros = lambda names: {n: torch.zeros_like(p[n]) for n in names}
    moments, average = (zeros([*own, *SHAPES]), zeros([*own, *SHAPES])), {n: p[n] for n in own}
    losses, first = [], {}
    for t in range(1, UPDATES + 1):
        key = [attempt, 1000 + t]
        keys = (key_for(key, i) for i in range(2, 99))
        real, other = unlabelled[t - 1][:HALF], unlabelled[t - 1][HALF:]
        with torch.no_grad():
            made = generate(uniform(HALF, key_for(key, 0)), p, margin)
        q = {n: p[n].detach().requires_grad_(n in own) for n in p}
        labelled, true, fake = features(torch.cat([x, real, made]), q, keys, margin)[1].split([LABELLED, HALF, HALF])
        supervised = F.cross_entropy(labelled, torch.tensor(CLASSES))
        lse = lambda l: torch.logsumexp(l, 1)
        adversarial = 0.5 * F.binary_cross_entropy_with_logits(lse(true), torch.ones(HALF).double()) + \
            0.5 * F.binary_cross_entropy_with_logits(lse(fake), torch.zeros(HALF).double())
        gradients = dict(zip(own, torch.autograd.grad(supervised + adversarial, [q[n] for n in own])))
        adam(p, *moments, gradients, t, average)
        q = {n: p[n].detach().requires_grad_(n in SHAPES) for n in p}
        both = torch.cat([other, generate(uniform(HALF, key_for(key, 1)), q, margin)])
        true, fake = features(both, q, keys, margin)[0].split(HALF)
        apart = true.mean(0) - fake.mean(0)
        matching = apart.abs().mean() if kind == "absolute" else apart.square().sum()
        if kind == "absolute":
            margin.see(apart)
        ofGenerator = dict(zip(SHAPES, torch.autograd.grad(matching, [q[n] for n in SHAPES])))
        adam(p, *moments, ofGenerator, t, {})
        first = first or {**gradients, **ofGenerator}
        losses.append({"discriminatorLoss": (supervised + adversarial).item(), "labelledLoss": supervised.item(),
                       "unlabelledLoss": adversarial.item(), "generatorLoss": matching.item()})
    logits = features(x, {**p, **average}, None, Margin())[1]
    flat = lambda values: {n: value.detach().flatten().tolist() for n, value in values.items()}
    return margin.least, {"initialised": initialised, "losses": losses, "gradients": flat(first),
                          "parameters": flat({n: p[n] for n in [*own, *SHAPES]}), "averages": flat(average),
                          "logits": logits.flatten().tolist()}


def main():
    for kind in ("absolute", "squared"):
        attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: run(kind, attempt)[0])
        margin, values = run(kind, attempt)
        recipe = {"learningRate": RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "averageRate": AVERAGE, "schedule": SCHEDULE}
        body = {"made": "ci/peers/feature_matching_parity.py", "torch": torch.__version__.split("+")[0], "labelled": LABELLED,
                "half": HALF, "attempt": attempt, "margin": margin, "classes": CLASSES, "featureLoss": kind, "recipe": recipe,
                "weights": [{"name": f"{r[0]}/weights", "shape": [r[1], r[1], r[4], r[5]]} for r in ROWS],
                "generatorShapes": [{"name": n, "shape": list(s)} for n, s in SHAPES.items()], **values}
        target = pathlib.Path(__file__).parents[2] / f"baselines/models/gan-feature-matching/fixtures/parity-{kind}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(body) + "\n")
        print(kind, attempt, margin, values["losses"], target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
