"""Losses and gradients of one update of ALI on images -> baselines/models/ali/fixtures/image-parity.json.

The networks of baselines/models/ali/narrow-images.ts (a row of every kind that the SVHN tables have), written again here;
PyTorch's autograd in float64, the discriminator on [x; x~] and [z^; z] as one batch each, dropout by the bits of Philox keys.
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from ops_contract import keep
from philox import standard_normal

torch.set_num_threads(1)
BATCH, LEAK, RATE, EPSILON, SAMPLED, ATTEMPTS = 4, 0.01, 0.2, 1e-4, 16, 60
SCALE = 65536 / (65536 - round(65536 * RATE))
# operation, kernel, stride, features, batch norm, nonlinearity
TABLES = {
    "encoder": (2, 10, "untied", [("conv", 3, 1, 4, 1, "leaky"), ("conv", 4, 2, 5, 1, "leaky"), ("conv", 3, 1, 6, 1, "leaky"),
                                  ("conv", 1, 1, 5, 1, "leaky"), ("conv", 1, 1, 6, 0, "linear")]),
    "decoder": (3, 1, "untied", [("convT", 3, 1, 6, 1, "leaky"), ("convT", 4, 2, 5, 1, "leaky"), ("convT", 3, 1, 4, 1, "leaky"),
                                 ("conv", 1, 1, 4, 1, "leaky"), ("conv", 1, 1, 2, 0, "sigmoid")]),
    "image-features": (2, 10, "tied", [("conv", 3, 1, 4, 0, "leaky"), ("conv", 4, 2, 5, 1, "leaky"), ("conv", 3, 1, 6, 1, "leaky")]),
    "latent-features": (3, 1, "none", [("conv", 1, 1, 5, 0, "leaky"), ("conv", 1, 1, 4, 0, "leaky")]),
    "joint": (10, 1, "tied", [("conv", 1, 1, 8, 0, "leaky"), ("conv", 1, 1, 7, 0, "leaky"), ("conv", 1, 1, 1, 0, "linear")]),
}
GROUPS = {"generator": ["encoder", "decoder"], "discriminator": ["image-features", "latent-features", "joint"]}


def layout():
    entries = []
    for name, (channels, size, bias, rows) in TABLES.items():
        for at, (operation, kernel, stride, features, norm, _) in enumerate(rows, 1):
            size = (size - kernel) // stride + 1 if operation == "conv" else (size - 1) * stride + kernel
            ends = (channels, features) if operation == "conv" else (features, channels)
            entries.append((f"{name}/{at}/weights", (kernel, kernel, *ends), 0, 0.3))
            if norm:
                entries += [(f"{name}/{at}/scale", (features,), 1, 0.1), (f"{name}/{at}/shift", (features,), 0, 0.1)]
            elif bias != "none":
                entries.append((f"{name}/{at}/bias", (features,) if bias == "tied" else (size, size, features), 0, 0.1))
            channels = features
    return entries


def draw(shape, mean, sd, stream):
    count = int(np.prod(shape))
    values = (mean + sd * stream[:count].astype(np.float64)).astype(np.float32)
    return torch.tensor(values).double().reshape(shape), stream[count:]


def first(x):  # channels first, for torch
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


class Pass:
    def __init__(self, p):
        self.p, self.keys, self.margin = p, 0, float("inf")

    def key(self):
        self.keys += 1
        return [100 + self.keys - 1, 5]

    def dropped(self, h, parts):
        pieces = h.chunk(parts)
        return torch.cat([piece * keep(piece.shape, RATE, self.key()) for piece in pieces])

    def run(self, name, h, dropout=False, parts=1):
        for at, (operation, _, stride, _, norm, nonlinearity) in enumerate(TABLES[name][3], 1):
            of = lambda role: self.p.get(f"{name}/{at}/{role}")
            w = of("weights")
            if dropout:
                h, w = self.dropped(h, parts), w * SCALE
            convolve = F.conv2d if operation == "conv" else F.conv_transpose2d
            h = last(convolve(first(h), w.permute(3, 2, 0, 1), stride=stride))
            if norm:
                parts = 1  # from here on one batch
                centred = h - h.mean((0, 1, 2))
                h = of("scale") * centred / torch.sqrt((centred ** 2).mean((0, 1, 2)) + EPSILON) + of("shift")
            elif of("bias") is not None:
                h = h + of("bias")
            if nonlinearity == "leaky":
                self.margin = min(self.margin, h.abs().min().item())
                h = F.leaky_relu(h, LEAK)
            elif nonlinearity == "sigmoid":
                h = torch.sigmoid(h)
        return h


def update(attempt):
    entries = layout()
    stream, p = standard_normal(sum(int(np.prod(shape)) for _, shape, _, _ in entries), [attempt, 1]), {}
    for name, shape, mean, sd in entries:
        p[name], stream = draw(shape, mean, sd, stream)
        p[name].requires_grad_()
    inputs = standard_normal(BATCH * (200 + 6), [attempt, 2])
    x, inputs = draw((BATCH, 10, 10, 2), 0.5, 0.1, inputs)
    z, inputs = draw((BATCH, 1, 1, 3), 0, 1, inputs)
    epsilon, _ = draw((BATCH, 1, 1, 3), 0, 1, inputs)
    once = Pass(p)
    mu, log_sigma = once.run("encoder", x).chunk(2, 3)
    z_hat, x_tilde = mu + log_sigma.exp() * epsilon, once.run("decoder", z)
    of_x = once.run("image-features", torch.cat([x, x_tilde]), True, 2)
    of_z = once.run("latent-features", torch.cat([z_hat, z]), True)
    q, pp = once.run("joint", torch.cat([of_x, of_z], 3), True).flatten().chunk(2)
    losses = {"generator": F.softplus(q).mean() + F.softplus(-pp).mean(), "discriminator": F.softplus(-q).mean() + F.softplus(pp).mean()}
    return p, losses, once


def main():
    attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: update(attempt)[2].margin)
    p, losses, once = update(attempt)
    gradients = {}
    for group, tables in GROUPS.items():
        names = [name for name in p if name.split("/")[0] in tables]
        for name, g in zip(names, torch.autograd.grad(losses[group], [p[name] for name in names], retain_graph=True)):
            flat = g.flatten().numpy()
            gradients[name] = {"shape": list(g.shape), "values": flat[:SAMPLED].tolist(),
                               "norm": float(np.linalg.norm(flat)), "largest": float(np.abs(flat).max())}
    body = {"made": "ci/peers/image_parity.py", "torch": torch.__version__.split("+")[0], "batch": BATCH, "attempt": attempt,
            "margin": once.margin, "dropouts": once.keys, "losses": {name: loss.item() for name, loss in losses.items()},
            "parameters": [{"name": n, "shape": list(s), "mean": m, "sd": sd} for n, s, m, sd in layout()], "gradients": gradients}
    target = pathlib.Path(__file__).parents[2] / "baselines/models/ali/fixtures/image-parity.json"
    target.write_text(json.dumps(body).replace('{"name"', '\n{"name"').replace('"gradients"', '\n"gradients"') + "\n")
    print(attempt, once.margin, once.keys, body["losses"], target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
