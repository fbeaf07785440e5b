"""Three updates of M1, of M2 on it and of the skip deep generative model
-> baselines/models/{vae-m1-m2,sdgm}/fixtures/parity-*.json.

The objectives of the models' READMEs, written class by class with torch.distributions, where one can see what is summed;
PyTorch's autograd in float64, the random numbers by the Philox keys of each purpose of each step.
`semi_supervised_parity.py [CASE ...]`: seconds.
"""
import json
import pathlib
import sys
from math import log, prod, sqrt

import numpy as np
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from philox import random_words, standard_normal

torch.set_num_threads(1)
UPDATES, WALK, STRIDE, ATTEMPTS = 3, 16, 7919, 60
IMAGE, LABELLED, UNLABELLED, CLASSES = (2, 2, 3), 6, 9, 3
PIXELS = prod(IMAGE)
RATE, B1, B2 = 3e-3, 0.9, 0.999
MODELS = pathlib.Path(__file__).parents[2] / "baselines/models"
M1 = {"components": 5, "hidden": 7, "latent": 4}
M2 = {"hidden": 6, "latent": 3, "alpha": 0.1, "cases": 150, "labels": 60}
SDGM = {"hidden": 8, "auxiliary": 3, "latent": 2, "samples": 2, "alpha": 0.1, "cases": 150, "labels": 60, "lowest": -6,
        "sd": [0.2, 0.25, 0.3], "norm": 5, "entry": 1, "every": 2, "factor": 0.75, "least": 1e-4, "epsilon": 1e-4, "share": 0.1}


def network(name, inputs, hidden, rows, heads, norm=False):
    """Name, shape, mean and sd of every parameter."""
    entries = []
    for row in range(1, rows + 1):
        for key, width in inputs.items() if row == 1 else [(None, hidden)]:
            entries.append((f"{name}/{row}/{key}/weights" if key else f"{name}/{row}/weights", (width, hidden), 0, round(1 / sqrt(width), 4)))
        if norm:
            entries += [(f"{name}/{row}/scale", (hidden,), 1, 0.1), (f"{name}/{row}/shift", (hidden,), 0, 0.1)]
        else:
            entries.append((f"{name}/{row}/bias", (hidden,), 0, 0.1))
    for head, width in heads.items():
        entries += [(f"{name}/{head}/weights", (hidden, width), 0, 0.3), (f"{name}/{head}/bias", (width,), 0, 0.1)]
    return entries


def gaussian(width):
    return {"mu": width, "logVariance": width}


M1_ENCODER = network("m1/encoder", {"x": 5}, 7, 2, gaussian(4))
WHITENING = [("pca/mean", (PIXELS,), 0.5, 0.1), ("pca/projection", (PIXELS, 5), 0, 0.5)]
LAYOUTS = {
    "m1": (M1_ENCODER + network("m1/decoder", {"z1": 4}, 7, 2, gaussian(5)), WHITENING),
    "m2": (network("classifier", {"z1": 4}, 6, 1, {"logits": CLASSES}) + network("encoder", {"z1": 4, "y": CLASSES}, 6, 1, gaussian(3))
           + network("decoder", {"y": CLASSES, "z2": 3}, 6, 1, gaussian(4)), M1_ENCODER + WHITENING),
    "sdgm": (network("auxiliary", {"x": PIXELS}, 8, 2, gaussian(3), True) + network("classifier", {"a": 3, "x": PIXELS}, 8, 2, {"logits": CLASSES}, True)
             + network("encoder", {"a": 3, "x": PIXELS, "y": CLASSES}, 8, 2, gaussian(2), True)
             + network("auxiliary-decoder", {"z": 2, "y": CLASSES}, 8, 2, gaussian(3), True)
             + network("decoder", {"a": 3, "z": 2, "y": CLASSES}, 8, 2, gaussian(PIXELS), True), []),
}
CASES = {  # file, layout, settings beyond the test's
    "m1": ("vae-m1-m2/fixtures/parity-m1.json", "m1", {}),
    "m2": ("vae-m1-m2/fixtures/parity-m2.json", "m2", {}),
    "sdgm-code": ("sdgm/fixtures/parity-code.json", "sdgm", {"expectations": "code"}),
    "sdgm-paper": ("sdgm/fixtures/parity-paper.json", "sdgm", {"expectations": "paper"}),
}


def key_for(key, purpose):
    return random_words(2 * purpose + 2, key)[2 * purpose :].astype(np.int32).tolist()


class Step:
    def __init__(self, p, key, dtype):
        self.p, self.key, self.dtype, self.margin = p, key, dtype, float("inf")

    def normal(self, shape, purpose=None):
        key = self.key if purpose is None else key_for(self.key, purpose)
        return torch.tensor(standard_normal(prod(shape), key)).to(self.dtype).reshape(shape)

    def run(self, name, inputs, rows, norm=False, seen=None):
        """Inputs [cases, width] by name -> what follows the last hidden row, a function of a head."""
        h = sum(value @ self.p[f"{name}/1/{key}/weights"] for key, value in inputs.items())
        for row in range(1, rows + 1):
            h = h if row == 1 else h @ self.p[f"{name}/{row}/weights"]
            if norm:
                mean, deviation = h.mean(0), torch.sqrt(h.var(0, unbiased=False) + SDGM["epsilon"])
                if seen is not None:
                    seen.append((mean.detach(), deviation.detach()))
                h = self.p[f"{name}/{row}/scale"] * (h - mean) / deviation + self.p[f"{name}/{row}/shift"]
                self.margin = min(self.margin, h.abs().min().item())
                h = torch.relu(h)
            else:
                h = F.softplus(h + self.p[f"{name}/{row}/bias"])
        return lambda head: h @ self.p[f"{name}/{head}/weights"] + self.p[f"{name}/{head}/bias"]

    def distribution(self, *arguments, **more):
        head = self.run(*arguments, **more)
        return Normal(head("mu"), torch.exp(head("logVariance") / 2))

    def posterior(self, images):
        return self.distribution("m1/encoder", {"x": (images.flatten(1) - self.p["pca/mean"]) @ self.p["pca/projection"]}, 2)


def m1(step, batch):
    x = (batch["x"].flatten(1) - step.p["pca/mean"]) @ step.p["pca/projection"]
    q = step.posterior(batch["x"])
    z = q.loc + q.scale * step.normal((len(x), M1["latent"]))
    p = step.distribution("m1/decoder", {"z1": z}, 2)
    bound = p.log_prob(x).sum(1) - kl_divergence(q, Normal(0.0, 1.0)).sum(1)
    return -bound.mean(), {"autoencoderLoss": -bound.mean()}, None


def prior(p, entries):
    """-log N(w; 0, I) of the weights, but for its constant."""
    return sum((p[name] ** 2).sum() / 2 for name, *_ in entries if name.endswith("weights"))


def m2(step, batch):
    def bound(z1, y, epsilon):
        q = step.distribution("encoder", {"z1": z1, "y": y}, 1)
        p = step.distribution("decoder", {"y": y, "z2": q.loc + q.scale * epsilon}, 1)
        return p.log_prob(z1).sum(1) + log(1 / CLASSES) - kl_divergence(q, Normal(0.0, 1.0)).sum(1)

    def features(images, purpose):
        q = step.posterior(images)
        return (q.loc + q.scale * step.normal(q.loc.shape, purpose)).detach()

    def log_class(z1):
        return F.log_softmax(step.run("classifier", {"z1": z1}, 1)("logits"), 1)

    z_l, z_u = features(batch["x"], 0), features(batch["u"], 1)
    labelled = bound(z_l, batch["y"], step.normal((len(z_l), M2["latent"]), 2))
    cross_entropy = -(batch["y"] * log_class(z_l)).sum(1)
    noise, log_q, unlabelled = step.normal((CLASSES, len(z_u), M2["latent"]), 3), log_class(z_u), 0
    for k in range(CLASSES):
        y = F.one_hot(torch.full((len(z_u),), k), CLASSES).to(step.dtype)
        unlabelled = unlabelled + log_q[:, k].exp() * (bound(z_u, y, noise[k]) - log_q[:, k])
    beta = M2["alpha"] * M2["cases"] / M2["labels"]
    loss = -((labelled - beta * cross_entropy).sum() + unlabelled.sum()) / (len(z_l) + len(z_u))
    told = {"classifierLoss": loss, "labelledBound": labelled.mean(), "crossEntropy": cross_entropy.mean(), "unlabelledBound": unlabelled.mean()}
    return loss + prior(step.p, LAYOUTS["m2"][0]) / M2["cases"], told, None


def dequantised(step, images, purpose):
    words = random_words(images.numel(), key_for(step.key, purpose)).astype(np.int32).astype(np.float64)
    noise = torch.tensor(words / 2**32 / 255).to(step.dtype).reshape(images.shape)
    return ((images + noise) / torch.tensor(SDGM["sd"], dtype=step.dtype)).flatten(1)


def sdgm(step, batch, expectations):
    samples = SDGM["samples"]

    def draw(images, purpose, classes):
        return (dequantised(step, images, purpose), step.normal((samples, len(images), SDGM["auxiliary"]), purpose + 1),
                step.normal((classes, samples, len(images), SDGM["latent"]), purpose + 2))

    def repeated(x, classes):  # [samples or classes * samples, cases, width], flat
        return x.expand(classes * samples, *x.shape[-2:]).flatten(0, 1)

    def forward(x, of_a, of_z, ys, seen):
        """Bounds [classes, samples, cases] and log q(y | a, x) [samples, cases, classes]; ys is a list of y [cases, classes]."""
        count, cases = len(ys), len(x)
        qa = step.distribution("auxiliary", {"x": x}, 2, norm=True, seen=seen)
        a = qa.loc + qa.scale * of_a  # [samples, cases, width]
        logits = step.run("classifier", {"a": a.flatten(0, 1), "x": x.repeat(samples, 1)}, 2, norm=True, seen=seen)("logits")
        log_q = F.log_softmax(logits, 1).reshape(samples, cases, CLASSES)
        every_x, every_a = x.repeat(count * samples, 1), a.flatten(0, 1).repeat(count, 1)
        every_y = torch.cat([y.repeat(samples, 1) for y in ys])
        qz = step.distribution("encoder", {"a": every_a, "x": every_x, "y": every_y}, 2, norm=True)
        z = qz.loc + qz.scale * of_z.flatten(0, 2)
        pa = step.distribution("auxiliary-decoder", {"z": z, "y": every_y}, 2, norm=True)
        head = step.run("decoder", {"a": every_a, "z": z, "y": every_y}, 2, norm=True)
        lowest = SDGM["lowest"]
        log_variance = lowest + F.softplus(head("logVariance") - lowest)
        px = Normal(head("mu"), torch.exp(log_variance / 2))
        bound = (px.log_prob(every_x).sum(1) + pa.log_prob(every_a).sum(1) + Normal(0.0, 1.0).log_prob(z).sum(1) + log(1 / CLASSES)
                 - qa.log_prob(a).sum(2).flatten().repeat(count) - qz.log_prob(z).sum(1))
        return bound.reshape(count, samples, cases), log_q

    seen = []
    x, a, z = draw(batch["x"], 0, 1)
    labelled, log_q = forward(x, a, z, [batch["y"]], None)
    right = (batch["y"] * log_q).sum(2)  # [samples, cases]
    cross_entropy = -(right.exp().mean(0).log() if expectations == "code" else right.mean(0))
    u, a, z = draw(batch["u"], 3, CLASSES)
    bounds, log_q = forward(u, a, z, [F.one_hot(torch.full((len(u),), k), CLASSES).to(step.dtype) for k in range(CLASSES)], seen)
    unlabelled = 0
    for k in range(CLASSES):
        if expectations == "code":
            q = log_q.exp().mean(0)[:, k]
            unlabelled = unlabelled + q * (bounds[k].mean(0) - q.log())
        else:
            unlabelled = unlabelled + (log_q[..., k].exp() * (bounds[k] - log_q[..., k])).mean(0)
    beta = SDGM["alpha"] * SDGM["cases"] / SDGM["labels"]
    loss = -labelled.mean() - unlabelled.mean() + beta * cross_entropy.mean()
    told = {"classifierLoss": loss, "labelledBound": labelled.mean(), "crossEntropy": cross_entropy.mean(), "unlabelledBound": unlabelled.mean()}
    return loss + prior(step.p, LAYOUTS["sdgm"][0]) / SDGM["cases"], told, seen


def updated(name, state, gradients):
    """In place: parameters and moments after one more update, the t-th."""
    t, rate = state["t"], RATE
    epsilon = 1e-10 if name == "m1" else 1e-8
    if name == "sdgm":
        rate = max(RATE * SDGM["factor"] ** ((t - 1) // SDGM["every"]), SDGM["least"])
        norm = sqrt(sum((g**2).sum().item() for g in gradients.values()))
        gradients = {key: (g * (min(norm, SDGM["norm"]) / (norm + 1e-7))).clamp(-SDGM["entry"], SDGM["entry"]) for key, g in gradients.items()}
    if name != "m2":
        rate *= sqrt(1 - B2**t) / (1 - B1**t)
    for key, g in gradients.items():
        m, v = state["moments"].get(key, (0, 0))
        m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
        state["moments"][key] = (m, v)
        state["p"][key] = (state["p"][key].detach() - rate * m / (torch.sqrt(v) + epsilon)).requires_grad_()


def drawn(shape, mean, sd, stream):
    return (mean + sd * stream[: prod(shape)].astype(np.float64)).astype(np.float32).reshape(shape)


def batch_of(name, attempt, update, dtype):
    def images(count, stream):
        return torch.tensor(drawn((count, *IMAGE), 0.5, 0.1, standard_normal(count * PIXELS, [attempt, stream + update]))).to(dtype)

    if name == "m1":
        return {"x": images(UNLABELLED, 20)}
    return {"x": images(LABELLED, 10), "u": images(UNLABELLED, 20), "y": F.one_hot(torch.arange(LABELLED) % CLASSES, CLASSES).to(dtype)}


def train(case, attempt, dtype, updates):
    _, name, build = CASES[case]
    trained, frozen = LAYOUTS[name]
    stream, p = standard_normal(sum(prod(shape) for _, shape, *_ in trained + frozen), [attempt, 1]), {}
    for key, shape, mean, sd in trained + frozen:
        p[key] = torch.tensor(drawn(shape, mean, sd, stream)).to(dtype)
        stream = stream[prod(shape) :]
    for key, *_ in trained:
        p[key].requires_grad_()
    start, state = dict(p), {"p": p, "moments": {}, "t": 0}
    losses, averages, first, margin = [], None, None, None
    for update in range(updates):
        state["t"] += 1
        step = Step(state["p"], [attempt, 100 + update], dtype)
        one = {"m1": m1, "m2": m2, "sdgm": lambda *given: sdgm(*given, build["expectations"])}[name]
        loss, told, seen = one(step, batch_of(name, attempt, update, dtype))
        names = [key for key, *_ in trained]
        gradients = dict(zip(names, torch.autograd.grad(loss, [state["p"][key] for key in names])))
        updated(name, state, gradients)
        losses.append({key: value.item() for key, value in told.items()})
        if seen:
            now = torch.cat([mean for mean, _ in seen] + [deviation for _, deviation in seen])
            before = torch.cat([torch.zeros(len(now) // 2), torch.ones(len(now) // 2)]).to(dtype) if averages is None else averages
            averages = (1 - SDGM["share"]) * before + SDGM["share"] * now
        if update == 0:
            first = {key: (m / (1 - B1)).double().flatten().numpy() for key, (m, _) in state["moments"].items()}
            margin = step.margin
    moved = {key: (state["p"][key].detach() - start[key].detach()).double().flatten().numpy() for key, *_ in trained}
    return {"losses": losses, "gradients": first, "movements": moved, "averages": averages, "margin": margin}


def described(flat):
    walk = [flat[i * STRIDE % len(flat)] for i in range(min(WALK, len(flat)))]
    return {"values": [float(f"{value:.9g}") for value in walk], "norm": float(f"{np.linalg.norm(flat):.9g}"), "size": len(flat)}


def worst(single, double):
    return max(float(np.linalg.norm(single[name] - double[name]) / np.linalg.norm(double[name])) for name in double)


def main(case):
    file, name, build = CASES[case]
    trained, frozen = LAYOUTS[name]
    # As far from every kink as can be; softplus has none.
    attempts = range(1, ATTEMPTS + 1) if name == "sdgm" else [1]
    attempt = max(attempts, key=lambda attempt: train(case, attempt, torch.float64, 1)["margin"])
    double, single = (train(case, attempt, dtype, UPDATES) for dtype in (torch.float64, torch.float32))
    body = {
        "made": "ci/peers/semi_supervised_parity.py", "torch": torch.__version__.split("+")[0], "build": build, "attempt": attempt,
        **({"margin": double["margin"]} if name == "sdgm" else {}), "stride": STRIDE,
        "float32": {part: worst(single[part], double[part]) for part in ("gradients", "movements")},
        "losses": double["losses"],
        **({"averages": described(double["averages"].numpy())} if double["averages"] is not None else {}),
        "parameters": [{"name": key, "shape": shape, "mean": mean, "sd": sd,
                        **({"movement": described(double["movements"][key]), "gradient": described(double["gradients"][key])} if key in double["movements"] else {})}
                       for key, shape, mean, sd in trained + frozen],
    }
    target = MODELS / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(body).replace('{"name"', '\n{"name"') + "\n")
    print(case, attempt, double["margin"], body["float32"], body["losses"][0], target.stat().st_size, "bytes", flush=True)


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        main(case)
