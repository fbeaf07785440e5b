"""Initialisation and three updates of ALI with K + 1 classes, random numbers included
-> baselines/models/ali-k1/fixtures/parity-{printed,improved-gan}.json.

`printed`: SVHN's tables with an output a class; `improved-gan`: CIFAR10's encoder and decoder, and the discriminator of
openai/improved-gan's train_cifar_feature_matching.py with D(z) and D(x, z) joined, all under weight norm; a sixteenth of
the features. PyTorch's autograd in float64. Some seconds.
"""
import json
import pathlib
from dataclasses import replace
from math import log, prod

import numpy as np
import torch
from torch.nn import functional as F

import feature_matching_parity as improved_gan
from image_models_parity import ALI, STRIDE, Step, adam, described, key_for, layout
from image_networks import cifar10, narrowed, svhn
from philox import standard_normal
from weight_normed_parity import AVERAGE, BETA1, BETA2, EPSILON, RATE, SCHEDULE

torch.set_num_threads(1)
LABELLED, UNLABELLED, UPDATES, ATTEMPTS, LATENT, DRAWS, TEST_KEY = 12, 5, 3, 40, 6, 10, [0x6B31, 0]
CLASSES, WIDTH, SCALE = [7 * at % 10 for at in range(LABELLED)], 1 / 16, (255 / 128, 127.5 / 128)
RECIPE = {"learningRate": RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "averageRate": AVERAGE, "schedule": SCHEDULE}
LEAK = 0.2
# A row: dropout's rate; (kernel, stride, padding, outputs); "pool". 96 and 192 maps by 16; the joint part as wide as what it is given.
TABLES = {
    "image-features": (3, [0.2, (3, 1, 1, 6), (3, 1, 1, 6), (3, 2, 1, 6), 0.5, (3, 1, 1, 12), (3, 1, 1, 12), (3, 2, 1, 12),
                           0.5, (3, 1, 0, 12), (1, 1, 0, 12), (1, 1, 0, 12), "pool"]),
    "latent-features": (LATENT, [0.2, (1, 1, 0, 12), 0.5, (1, 1, 0, 12)]),
    "joint": (24, [0.5, (1, 1, 0, 24), 0.5, (1, 1, 0, 24), 0.5, (1, 1, 0, 10)]),
}
HEAD = "joint/6"


def coders_and_printed():
    networks = narrowed(svhn(), WIDTH, LATENT)
    joint = networks["joint"]
    return {**networks, "joint": replace(joint, rows=(*joint.rows[:-1], replace(joint.rows[-1], filters=10)))}


def normed_layout():
    for name, (channels, rows) in TABLES.items():
        for at, row in enumerate(rows, 1):
            if isinstance(row, tuple):
                kernel, _, _, outputs = row
                yield f"{name}/{at}/weights", (kernel, kernel, channels, outputs), 0, 0.05
                yield f"{name}/{at}/gain", (outputs,), 1, 0
                yield f"{name}/{at}/bias", (outputs,), 0, 0
                channels = outputs


class Pairs(Step):
    """Training; batches are of labelled and unlabelled images."""

    def normals(self, purpose, count):
        flat = standard_normal(count * LATENT, key_for(self.key, purpose))
        return torch.tensor(flat).double().reshape(count, 1, 1, LATENT)

    def encode(self, x, noise):
        mu, log_sigma = self.run("encoder", x, observe=True).chunk(2, 3)
        return mu + log_sigma.exp() * noise

    def weight_normed(self, name, parts, initialise=False):
        for at, row in enumerate(TABLES[name][1], 1):
            if row == "pool":
                parts = [h.mean((1, 2), keepdim=True) for h in parts]
            elif isinstance(row, float):
                parts = [self.drop(h, row) for h in parts]
            else:
                w, g = self.p[f"{name}/{at}/weights"], self.p[f"{name}/{at}/gain"]
                w = (w * (g / torch.sqrt(1e-6 + (w ** 2).sum((0, 1, 2))))).permute(3, 2, 0, 1)
                parts = [F.conv2d(h.permute(0, 3, 1, 2), w, stride=row[1], padding=row[2]).permute(0, 2, 3, 1) for h in parts]
                if initialise:
                    (h,) = parts
                    m = h.mean((0, 1, 2))
                    factor = (0.1 if f"{name}/{at}" == HEAD else 1) / torch.sqrt(1e-6 + h.var((0, 1, 2), unbiased=False))
                    self.p[f"{name}/{at}/gain"], self.p[f"{name}/{at}/bias"] = g * factor, -m * factor
                    parts = [(h - m) * factor]
                else:
                    parts = [h + self.p[f"{name}/{at}/bias"] for h in parts]
                if f"{name}/{at}" != HEAD:
                    parts = [self.leaky(h) for h in parts]
        return parts

    def leaky(self, h):
        self.margin = min(self.margin, (h.abs().min() / h.square().mean().sqrt()).item())
        return F.leaky_relu(h, LEAK)

    def classes(self, reading, images, codes, **more):
        if reading == "printed":
            features = self.run("image-features", torch.cat(images), [len(x) for x in images], observe=True)
            return self.run("joint", torch.cat([features, self.run("latent-features", torch.cat(codes))], 3)).flatten(1)
        features = torch.cat(self.weight_normed("image-features", [x * SCALE[0] - SCALE[1] for x in images], **more))
        (of_z,) = self.weight_normed("latent-features", [torch.cat(codes)], **more)
        return self.weight_normed("joint", [torch.cat([features, of_z], 3)], **more)[0].flatten(1)


class TestTime(Pairs):
    """No dropout; the running averages [(mean, deviation)] of batch norm."""

    def __init__(self, networks, p, running):
        super().__init__(networks, p, None, None, torch.float64)
        self.running = list(running)

    def drop(self, h, rate):
        return h

    def statistics_of(self, h):
        return self.running.pop(0)


def probabilities(reading, networks, p, averages, x):
    """log p(y | x) for mu, for one draw of z^, and for the mean over ten; `averages`: all layers', of encoder, decoder, D(x)."""
    coders = sum(row.norm for name in ("encoder", "decoder") for row in networks[name].rows)
    mu, log_sigma = TestTime(networks, p, averages).run("encoder", x).chunk(2, 3)
    noise = torch.tensor(standard_normal(DRAWS * LATENT, TEST_KEY)).double().reshape(DRAWS, 1, 1, 1, LATENT)
    given = lambda z: torch.log_softmax(TestTime(networks, p, averages[coders:]).classes(reading, [x], [z]), 1)
    drawn = [given(mu + log_sigma.exp() * epsilon) for epsilon in noise]
    return {"mean": given(mu), "sample": drawn[0], "samples": torch.stack([value.exp() for value in drawn]).mean(0).log()}


def images(count, key):
    values = (0.5 + 0.1 * standard_normal(count * 32 * 32 * 3, key).astype(np.float64)).astype(np.float32)
    return torch.tensor(values).double().reshape(count, 32, 32, 3)


def run(reading, attempt):
    printed = coders_and_printed()
    plain = printed if reading == "printed" else narrowed(cifar10(False), WIDTH, LATENT)
    networks = plain if reading == "printed" else {name: plain[name] for name in ("encoder", "decoder")}
    entries = [*layout(networks, [], 0, 0), *(normed_layout() if reading != "printed" else [])]
    stream, p = standard_normal(sum(prod(shape) for _, shape, *_ in entries), [attempt, 1]), {}
    for name, shape, mean, sd in entries:
        count = prod(shape)
        p[name] = torch.tensor((mean + sd * stream[:count].astype(np.float64)).astype(np.float32)).double().reshape(shape)
        stream = stream[count:]
    raw = dict(p)
    batch = lambda update: (images(LABELLED, [attempt, 10 + update]), images(UNLABELLED, [attempt, 20 + update]))

    x, u = batch(0)
    output = f"decoder/{len(networks['decoder'].rows)}/bias"
    p[output] = torch.log(u.mean(0) / (1 - u.mean(0)))
    if reading != "printed":
        step = Pairs(networks, p, [attempt, 99], ALI["batchNormEpsilon"], torch.float64)
        step.classes(reading, [x], [step.encode(x, step.normals(1, LABELLED))], initialise=True)
    initialised = {name: p[name] for name in p if p[name] is not raw[name]}

    frozen = [name for name in p if name.endswith("gain") and not name.startswith(HEAD)]
    generator = [name for name in p if name.split("/")[0] in ("encoder", "decoder")]
    discriminator = [name for name in p if name not in generator and name not in frozen]
    trained = [*discriminator, *generator]
    start, average = dict(p), {name: p[name] for name in discriminator} if reading != "printed" else {}
    moments = [{name: torch.zeros_like(p[name]) for name in trained} for _ in range(2)]
    state = {"p": p, "moments": {}, "t": 0}
    losses, averages, first, margin = [], None, None, None
    for update in range(UPDATES):
        state["t"] += 1
        p = state["p"] = {name: value.detach().requires_grad_(name not in frozen) for name, value in state["p"].items()}
        step = Pairs(networks, p, [attempt, 100 + update], ALI["batchNormEpsilon"], torch.float64)
        x, u = batch(update)
        both, z = torch.cat([x, u]), step.normals(0, UNLABELLED)
        z_hat, x_tilde = step.encode(both, step.normals(1, LABELLED + UNLABELLED)), step.run("decoder", z, observe=True)
        labelled, q, fake = step.classes(reading, [both, x_tilde], [z_hat, z]).split([LABELLED, UNLABELLED, UNLABELLED])
        # The K + 1st logit, written out here: 0.
        log_p = lambda l: torch.log_softmax(torch.cat([l, torch.zeros(len(l), 1).double()], 1), 1)
        real, generated = lambda l: torch.logsumexp(log_p(l)[:, :-1], 1).mean(), lambda l: log_p(l)[:, -1].mean()
        supervised = F.cross_entropy(labelled, torch.tensor(CLASSES))
        unlabelled = -0.5 * (real(q) + generated(fake))
        against = -0.5 * (generated(q) + real(fake))
        of_d = torch.autograd.grad(supervised + unlabelled, [p[name] for name in discriminator], retain_graph=True)
        of_g = torch.autograd.grad(against, [p[name] for name in generator])
        gradients = {**dict(zip(discriminator, of_d)), **dict(zip(generator, of_g))}
        losses.append({"discriminatorLoss": (supervised + unlabelled).item(), "labelledLoss": supervised.item(),
                       "unlabelledLoss": unlabelled.item(), "generatorLoss": against.item()})
        if reading == "printed":
            adam(state, gradients, ALI)
        else:
            improved_gan.adam(p, *moments, gradients, state["t"], average)
        seen = torch.cat([mean for mean, _ in step.statistics] + [deviation for _, deviation in step.statistics])
        if averages is None:
            averages = torch.cat([torch.zeros(len(seen) // 2), torch.ones(len(seen) // 2)]).double()
            first, margin = gradients, step.margin
        averages = 0.95 * averages + 0.05 * seen
    sizes = [len(mean) for mean, _ in step.statistics]
    running = list(zip(averages[: sum(sizes)].split(sizes), averages[sum(sizes) :].split(sizes)))
    after = {name: value.detach() for name, value in state["p"].items()}
    logits = probabilities(reading, networks, {**after, **average}, running, images(LABELLED, [attempt, 10]))
    return margin, {"entries": entries, "initialised": initialised, "losses": losses, "averages": averages, "gradients": first,
                    "movements": {name: after[name] - start[name] for name in after},
                    "averageMovements": {name: average[name].detach() - start[name] for name in average}, "logits": logits}


def main():
    settings = {"widthFactor": WIDTH, "latent": LATENT, "testDraws": DRAWS}
    builds = {"printed": {**settings, "network": "svhn"}, "improved-gan": {**settings, **RECIPE, "network": "cifar10"}}
    flat = lambda tensor: described(tensor.detach().double().flatten().numpy())
    for reading, build in builds.items():
        attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: run(reading, attempt)[0])
        margin, made = run(reading, attempt)
        body = {
            "made": "ci/peers/ali_k1_parity.py", "torch": torch.__version__.split("+")[0], "build": {**build, "reading": reading},
            "batch": LABELLED, "unlabelled": UNLABELLED, "attempt": attempt, "margin": margin, "stride": STRIDE,
            "losses": made["losses"], "y": [[int(at == k) for at in range(10)] for k in CLASSES], "averages": flat(made["averages"]),
            "initialised": {name: flat(value) for name, value in made["initialised"].items()},
            "logProbabilities": {name: flat(value) for name, value in made["logits"].items()},
            "parameters": [{"name": name, "shape": shape, "mean": mean, "sd": sd, "movement": flat(made["movements"][name]),
                            **({"gradient": flat(made["gradients"][name])} if name in made["gradients"] else {}),
                            **({"averageMovement": flat(made["averageMovements"][name])} if name in made["averageMovements"] else {})}
                           for name, shape, mean, sd in made["entries"]],
        }
        target = pathlib.Path(__file__).parents[2] / f"baselines/models/ali-k1/fixtures/parity-{reading}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(body).replace('{"name"', '\n{"name"') + "\n")
        print(reading, attempt, margin, made["losses"], target.stat().st_size, "bytes", flush=True)


if __name__ == "__main__":
    main()
