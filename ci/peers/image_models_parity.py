"""Three updates of every kind of image model -> baselines/models/{ali,gan,conditional-ali,dcgan}/fixtures/image-steps*.json.

The networks of image_networks.py, whole or narrowed; PyTorch's autograd in float64, the discriminator on [x; x~] and [z^; z]
as one batch each, z, epsilon and dropout by the Philox keys of each purpose of each step, Adam as Blocks has it.
`image_models_parity.py [CASE ...]`; the whole SVHN tables take a minute, the others seconds each.
"""
import json
import pathlib
import sys
from math import prod, sqrt

import numpy as np
import torch
from torch.nn import functional as F

from image_networks import celeba, cifar10, conditional_celeba, dcgan, narrowed, svhn, tiny_imagenet, Network, rows
from ops_contract import keep
from philox import random_words, standard_normal

torch.set_num_threads(1)
BATCH, UPDATES, WALK, STRIDE = 4, 3, 16, 7919
ALI = {"learningRate": 1e-4, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8, "batchNormEpsilon": 1e-4}
DCGAN = {"learningRate": 5e-4, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8, "batchNormEpsilon": 1e-8, "l2": 1e-2}  # a larger l2, so that it can be seen
MODELS = pathlib.Path(__file__).parents[2] / "baselines/models"


def narrowed_conditional(factor, latent, attributes, units):
    whole, plain = conditional_celeba(attributes, units), narrowed(celeba(True), factor, latent)
    encoder, last = plain["encoder"].rows[:-1], plain["encoder"].rows[-1:]
    at = lambda network, channels, rows: Network(channels, network.size, network.bias, network.leak, rows)
    return {
        "encoder": at(plain["encoder"], 3, encoder),
        "posterior": at(whole["posterior"], encoder[-1].filters + units, last),
        "decoder": at(plain["decoder"], latent + units, plain["decoder"].rows),
        "image-features": plain["image-features"],
        "latent-features": plain["latent-features"],
        "joint": at(plain["joint"], plain["joint"].channels + units, plain["joint"].rows),
    }


def narrowed_dcgan(latent):
    """One thirty-second of the features: 8 - 4 - 2 maps in the generator, 2 - 4 - 8 in the discriminator."""
    return {
        "projection": Network(latent, 1, "none", 0.0, rows("1/1/128 BN", "leaky")),
        "decoder": Network(8, 4, "none", 0.0, rows("T5/2/4 BN, T5/2/2 BN, T5/2/3 tanh", "leaky"), padding=2),
        "image-features": Network(3, 32, "none", 0.2, rows("5/2/2, 5/2/4 BN, 5/2/8 BN", "leaky"), padding=2),
        "classifier": Network(8, 4, "none", 0.2, rows("4/1/1 linear", "leaky")),
    }


def small(networks):
    return narrowed(networks, 1 / 16, 6)


# name: (file, networks, settings beyond the paper's)
CASES = {
    "svhn": ("ali/fixtures/image-steps-svhn.json", svhn, {"network": "svhn", "widthFactor": 1}),
    **{
        name: (f"ali/fixtures/image-steps-{name}.json", lambda networks=networks: small(networks()), {"network": name, "widthFactor": 1 / 16, "latent": 6})
        for name, networks in {"cifar10": lambda: cifar10(False), "cifar10-code": lambda: cifar10(True), "celeba": lambda: celeba(False),
                               "celeba-code": lambda: celeba(True), "tiny-imagenet": tiny_imagenet}.items()
    },
    **{
        f"conditional-{reading}": (f"conditional-ali/fixtures/image-steps-{reading}.json", lambda: narrowed_conditional(1 / 16, 6, 5, 16),
                                   {"network": "celeba-code", "widthFactor": 1 / 16, "latent": 6, "attributes": 5, "embeddingUnits": 256, "embedding": reading})
        for reading in ("fixed", "trained")
    },
    "dcgan": ("dcgan/fixtures/image-steps.json", lambda: narrowed_dcgan(6), {"widthFactor": 1 / 32, "latent": 6, "l2": DCGAN["l2"]}),
}


def layout(networks, embeddings, attributes, units):
    """Name, shape, mean and sd of every parameter; weights so that every layer's output is about as large as its input."""
    for name, network in networks.items():
        for row, role, shape in network.parameters():
            mean, sd = {"scale": (1, 0.1)}.get(role, (0, 0.1))
            if role == "weights":
                sd = round(1 / sqrt(shape[0] * shape[1] * shape[3 if network.rows[row - 1].transposed else 2]), 4)
            yield f"{name}/{row}/{role}", shape, mean, sd
    for name in embeddings:
        yield f"{name}/1/weights", (attributes, units), 0, 0.5
        yield f"{name}/1/bias", (units,), 0, 0.1


def key_for(key, purpose):
    return random_words(2 * purpose + 2, key)[2 * purpose :].astype(np.int32).tolist()


class Step:
    """The forward passes of one step: parameters by name, the random numbers of its key, what its batch norms saw."""

    def __init__(self, networks, p, key, epsilon, dtype):
        self.networks, self.p, self.key, self.epsilon, self.dtype = networks, p, key, epsilon, dtype
        self.dropouts, self.statistics, self.margin = 0, [], float("inf")

    def normal(self, purpose, latent):
        flat = standard_normal(BATCH * latent, key_for(self.key, purpose))
        return torch.tensor(flat).to(self.dtype).reshape(BATCH, 1, 1, latent)

    def drop(self, h, rate):
        self.dropouts += 1
        return h * keep(h.shape, rate, key_for(self.key, 1 + self.dropouts)) * (65536 / (65536 - round(65536 * rate)))

    def statistics_of(self, h):
        mean = h.mean((0, 1, 2))
        return mean, torch.sqrt(((h - mean) ** 2).mean((0, 1, 2)) + self.epsilon)

    def run(self, name, h, parts=None, observe=False):
        """`parts`: cases of each part of the batch that goes through the first layers alone."""
        network = self.networks[name]
        for at, row in enumerate(network.rows, 1):
            of = lambda role: self.p.get(f"{name}/{at}/{role}")
            if row.dropout:
                h = torch.cat([self.drop(piece, row.dropout) for piece in h.split(parts or len(h))])
            w, first = of("weights").permute(3, 2, 0, 1).contiguous(), h.permute(0, 3, 1, 2)
            if row.transposed:
                more = {"padding": network.padding, "output_padding": row.stride - 1} if network.padding else {}
                h = F.conv_transpose2d(first, w, stride=row.stride, **more)
            else:
                h = F.conv2d(first, w, stride=row.stride, padding=network.padding)
            h = h.permute(0, 2, 3, 1)
            if row.norm:
                parts = None  # from here on one batch
                mean, deviation = self.statistics_of(h)
                h = of("scale") * (h - mean) / deviation + of("shift")
                if observe:
                    self.statistics.append((mean.detach(), deviation.detach()))
            elif of("bias") is not None:
                h = h + of("bias")
            if row.dropout_inside:
                h = torch.cat([self.drop(piece, row.dropout_inside) for piece in h.split(parts or len(h))])
            h = self.activate(h, row.nonlinearity, network)
        return h

    def activate(self, h, nonlinearity, network):
        if nonlinearity == "leaky":
            self.margin = min(self.margin, h.abs().min().item())
            return F.leaky_relu(h, network.leak)
        if nonlinearity == "maxout":  # piece p of unit u is channel p * units + u
            pieces = h.reshape(*h.shape[:-1], network.pieces, -1)
            gap = (pieces[..., 0, :] - pieces[..., 1, :]).abs()
            self.margin = min(self.margin, gap[gap > 0].min().item())
            return pieces.amax(-2)
        return {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "linear": lambda h: h}[nonlinearity](h)

    def embed(self, who, y):
        name = f"{who}-embedding" if f"{who}-embedding/1/weights" in self.p else "embedding"
        return (y @ self.p[f"{name}/1/weights"] + self.p[f"{name}/1/bias"])[:, None, None, :]


def q_and_p(step, x, y, latent):
    """Logits of both kinds of pairs."""
    z = step.normal(0, latent)
    hidden = step.run("encoder", x, observe=True)
    if y is not None:
        hidden = step.run("posterior", torch.cat([hidden, step.embed("encoder", y)], 3))
    mu, log_sigma = hidden.chunk(2, 3)
    z_hat = mu + log_sigma.exp() * step.normal(1, latent)
    x_tilde = step.run("decoder", z if y is None else torch.cat([z, step.embed("decoder", y)], 3), observe=True)
    features = [step.run("image-features", torch.cat([x, x_tilde]), [len(x), len(x_tilde)])]
    features.append(step.run("latent-features", torch.cat([z_hat, z])))
    if y is not None:
        features.append(step.embed("discriminator", y).repeat(2, 1, 1, 1))
    return step.run("joint", torch.cat(features, 3)).flatten().chunk(2)


GENERATOR = ("encoder", "posterior", "decoder", "encoder-embedding", "decoder-embedding", "projection")


def gradients_of(loss, p, generator, retain=False):
    names = [name for name in p if (name.split("/")[0] in GENERATOR) == generator and name.split("/")[0] != "embedding"]
    return dict(zip(names, torch.autograd.grad(loss, [p[name] for name in names], retain_graph=retain)))


def adversarial(networks, state, x, y, key, settings, dtype, latent):
    step = Step(networks, state["p"], key, settings["batchNormEpsilon"], dtype)
    q, p = q_and_p(step, x, y, latent)
    losses = {"generatorLoss": (F.softplus(q) + F.softplus(-p)).mean(), "discriminatorLoss": (F.softplus(-q) + F.softplus(p)).mean()}
    gradients = {**gradients_of(losses["generatorLoss"], state["p"], True, True), **gradients_of(losses["discriminatorLoss"], state["p"], False)}
    adam(state, gradients, settings)
    return losses, gradients, step


def by_turns(networks, state, x, y, key, settings, dtype, latent):
    epsilon = settings["batchNormEpsilon"]

    def generate(step, purpose):
        projected = step.run("projection", step.normal(purpose, latent), observe=True)
        decoder = networks["decoder"]
        return step.run("decoder", projected.reshape(-1, decoder.size, decoder.size, decoder.channels), observe=True)

    def logits(step, images):
        return step.run("classifier", step.run("image-features", images)).flatten()

    step = Step(networks, state["p"], key, epsilon, dtype)
    g_loss = F.softplus(-logits(step, generate(step, 0))).mean()
    g = gradients_of(g_loss, state["p"], True)
    adam(state, {name: gradient + settings["l2"] * state["p"][name].detach() for name, gradient in g.items()}, settings)
    other = Step(networks, state["p"], key, epsilon, dtype)
    d_loss = F.softplus(-logits(other, 2 * x - 1)).mean() + F.softplus(logits(other, generate(other, 1).detach())).mean()
    d = gradients_of(d_loss, state["p"], False)
    adam(state, {name: gradient + settings["l2"] * state["p"][name].detach() for name, gradient in d.items()}, settings)
    step.margin = min(step.margin, other.margin)
    return {"generatorLoss": g_loss, "discriminatorLoss": d_loss}, None, step


def adam(state, gradients, settings):
    """Epsilon before the bias correction; `t` counts the steps."""
    b1, b2, t = settings["beta1"], settings["beta2"], state["t"]
    rate = settings["learningRate"] * sqrt(1 - b2**t) / (1 - b1**t)
    for name, g in gradients.items():
        m, v = state["moments"].get(name, (0, 0))
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        state["moments"][name] = (m, v)
        moved = state["p"][name].detach() - rate * m / (torch.sqrt(v) + settings["epsilon"])
        state["p"][name] = moved.requires_grad_()


def inputs(networks, attempt, update, attributes, dtype):
    network = networks["image-features"]
    shape = (BATCH, network.size, network.size, network.channels)
    x = 0.5 + 0.1 * standard_normal(prod(shape), [attempt, 10 + update]).astype(np.float64)
    y = None
    if attributes:
        y = torch.tensor((random_words(BATCH * attributes, [1, 20]) >> np.uint32(7)) & np.uint32(1)).to(dtype).reshape(BATCH, attributes)
    return torch.tensor(x.astype(np.float32)).to(dtype).reshape(shape), y


def train(networks, entries, settings, latent, attempt, dtype, updates):
    """The losses of each update; everything after the first, and after the last."""
    attributes = next((shape[0] for name, shape, *_ in entries if "embedding/1/weights" in name), 0)
    stream, p = standard_normal(sum(prod(shape) for _, shape, *_ in entries), [attempt, 1]), {}
    for name, shape, mean, sd in entries:
        count = prod(shape)
        p[name] = torch.tensor((mean + sd * stream[:count].astype(np.float64)).astype(np.float32)).to(dtype).reshape(shape).requires_grad_()
        stream = stream[count:]
    start = dict(p)
    state, losses, averages, first, margin = {"p": p, "moments": {}, "t": 0}, [], None, None, None
    for update in range(updates):
        state["t"] += 1
        x, y = inputs(networks, attempt, update, attributes, dtype)
        one = by_turns if "projection" in networks else adversarial
        found, _, step = one(networks, state, x, y, [attempt, 100 + update], settings, dtype, latent)
        losses.append({name: loss.item() for name, loss in found.items()})
        seen = torch.cat([mean for mean, _ in step.statistics] + [deviation for _, deviation in step.statistics])
        if averages is None:
            averages = torch.cat([torch.zeros(len(seen) // 2), torch.ones(len(seen) // 2)]).to(dtype)
            first = {name: (m / (1 - settings["beta1"])).double().flatten().numpy() for name, (m, _) in state["moments"].items()}
            margin = step.margin
        averages = 0.95 * averages + 0.05 * seen
    after = {name: (value.detach() - start[name].detach()).double().flatten().numpy() for name, value in state["p"].items()}
    return {"losses": losses, "gradients": first, "movements": after, "averages": averages.double().numpy(), "margin": margin}


def walk(flat):
    return [flat[i * STRIDE % len(flat)] for i in range(min(WALK, len(flat)))]


def described(flat):
    return {"values": [float(f"{value:.9g}") for value in walk(flat)], "norm": float(f"{np.linalg.norm(flat):.9g}"), "size": len(flat)}


def worst(single, double):
    return max(float(np.linalg.norm(single[name] - double[name]) / np.linalg.norm(double[name])) for name in double if np.any(double[name]))


def main(case):
    file, make, build = CASES[case]
    networks = make()
    settings = DCGAN if "projection" in networks else ALI
    embeddings = {"fixed": ["embedding"], "trained": [f"{who}-embedding" for who in ("encoder", "decoder", "discriminator")]}.get(build.get("embedding"), [])
    entries = list(layout(networks, embeddings, build.get("attributes", 0), 16))
    latent = build.get("latent", 256)
    # The first pass as far from every kink as can be; a network of full width dilutes those it is near.
    attempts = [1] if case == "svhn" else range(1, 201 if networks["image-features"].size > 32 else 41)
    attempt = max(attempts, key=lambda attempt: train(networks, entries, settings, latent, attempt, torch.float64, 1)["margin"])
    double = train(networks, entries, settings, latent, attempt, torch.float64, UPDATES)
    single = train(networks, entries, settings, latent, attempt, torch.float32, UPDATES)
    body = {
        "made": "ci/peers/image_models_parity.py", "torch": torch.__version__.split("+")[0], "build": build,
        "batch": BATCH, "attempt": attempt, "margin": double["margin"], "stride": STRIDE,
        "float32": {part: worst(single[part], double[part]) for part in ("gradients", "movements")},
        "losses": double["losses"],
        **({"y": inputs(networks, attempt, 0, build["attributes"], torch.float64)[1].int().tolist()} if embeddings else {}),
        "averages": described(double["averages"]),
        "parameters": [{"name": name, "shape": shape, "mean": mean, "sd": sd, "movement": described(double["movements"][name]),
                        **({"gradient": described(double["gradients"][name])} if name in double["gradients"] else {})}
                       for name, shape, mean, sd in entries],
    }
    target = MODELS / file
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(body).replace('{"name"', '\n{"name"') + "\n")
    print(case, attempt, body["margin"], body["float32"], body["losses"], target.stat().st_size, "bytes", flush=True)


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        main(case)
