"""Three updates of the Ladder's Γ model and of the categorical GAN -> baselines/models/{ladder,catgan}/fixtures/parity.json: noise,
dropout and codes included, running averages and logits; of the Ladder also those of a pass that settles the averages.

The networks of baselines/models/{ladder,catgan}/narrow.ts, written again here; PyTorch's autograd in float64. The Ladder's recipe is
that of CuriousAI/ladder (ladder.py, nn.py), the GAN's objective that of Springenberg 2015.
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from philox import random_words, standard_normal

torch.set_num_threads(1)
LABELLED, UNLABELLED, UPDATES, ATTEMPTS, CLASSES = 6, 8, 3, 100, [0, 1, 2, 1, 0, 2]
LEAK, NOISE, EPSILON, SHARE = 0.1, 0.3, 1e-10, 0.1
LADDER = {"learningRate": 3e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "denoisingWeight": 4}
SCHEDULE = {"updatesPerEpoch": 1, "flatEpochs": 1, "epochs": 3}
# kind, and of convolutions kernel, padding, inputs, outputs
LADDER_ROWS = [("conv", 3, 0, 2, 4), ("conv", 3, 2, 4, 4), ("maxPool",), ("conv", 3, 0, 4, 5), ("conv", 1, 0, 5, 3),
               ("meanPool", 2 * 3 ** 0.5)]


def drawn(shape, mean, sd, key):
    values = (mean + sd * standard_normal(int(np.prod(shape)), key).astype(np.float64)).astype(np.float32)
    return torch.tensor(values).double().reshape(shape)


def key_for(key, purpose):
    return random_words(2 * purpose + 2, key)[2 * purpose:].astype(np.int32).tolist()


class Margin:
    """How near a kink the passes come, relative to the layer's root mean square."""
    least = np.inf

    def see(self, distance, h):
        self.least = min(self.least, (distance.abs().min() / h.square().mean().sqrt()).item())


def noise_like(h, keys):
    """h is NCHW, the noise that of NHWC."""
    nhwc = h.permute(0, 2, 3, 1)
    return NOISE * torch.tensor(standard_normal(h.numel(), next(keys)).astype(np.float64)).reshape(nhwc.shape).permute(0, 3, 1, 2)


def pool(h, margin):
    height, width = h.shape[2:]
    whole = F.pad(h, (0, width % 2, 0, height % 2), value=-1000)
    best = F.unfold(whole.flatten(0, 1)[:, None], 2, stride=2).topk(2, dim=1).values
    margin.see(best[:, 0] - best[:, 1], h)
    return F.max_pool2d(h, 2, 2, ceil_mode=True)


def over(h):
    return h.mean((0, 2, 3), keepdim=True), h.var((0, 2, 3), unbiased=False, keepdim=True)


def leaky(h, margin):
    margin.see(h, h)
    return F.leaky_relu(h, LEAK)


def ladder_pass(x, p, margin, noise=None, moments=None):
    """The rows one after the other; `noise(h)` where it is corrupted. Returns pre, z~, logits and each row's moments."""
    h, seen = x if noise is None else x + noise(x), []
    for at, row in enumerate(LADDER_ROWS, 1):
        name = f"encoder/{at}"
        if row[0] == "conv":
            pre = F.conv2d(h, p[f"{name}/weights"].permute(3, 2, 0, 1), padding=row[2])
        else:
            pre = pool(h, margin) if row[0] == "maxPool" else h.mean((2, 3), keepdim=True) * row[1]
        m, s = over(pre) if moments is None else moments[at - 1]
        seen.append((m, s))
        z = (pre - m) / torch.sqrt(s + EPSILON)
        z = z if noise is None else z + noise(z)
        h = z + p[f"{name}/bias"].reshape(1, -1, 1, 1) if f"{name}/bias" in p else z
        h = leaky(h, margin) if row[0] == "conv" else h
    return pre.flatten(1), z.flatten(1), h.flatten(1), seen


def ladder_losses(x, u, p, key, margin):
    keys = (key_for(key, i) for i in range(99))
    # Noise is drawn row by row: of the labelled images, then of the unlabelled ones.
    drawn_noise = [[next(keys), next(keys)] for _ in range(len(LADDER_ROWS) + 1)]
    of = lambda which: (lambda own: lambda h: noise_like(h, own))(iter([row[which] for row in drawn_noise]))
    classification = F.cross_entropy(ladder_pass(x, p, margin, of(0))[2], torch.tensor(CLASSES))
    _, corrupted, above, _ = ladder_pass(u, p, margin, of(1))
    pre, clean, _, moments = ladder_pass(u, p, margin)
    v = F.softmax(above, 1)
    v = (v - v.mean(0)) / torch.sqrt(v.var(0, unbiased=False) + EPSILON)
    a = p["combinator"]  # [a1 to a5, a6 to a10, unit]
    gate = lambda which: a[0, which] * torch.sigmoid(a[1, which] * v + a[2, which]) + a[3, which] * v + a[4, which]
    estimate = (corrupted - gate(0)) * gate(1) + gate(0)
    m, s = pre.mean(0), pre.var(0, unbiased=False)
    denoising = ((((estimate - m) / torch.sqrt(s + EPSILON) - clean) ** 2).sum(1) / 3).mean()
    total = classification + LADDER["denoisingWeight"] * denoising
    return {"ladderLoss": total, "labelledLoss": classification, "denoisingCost": denoising}, moments


def flat_moments(moments, count):
    """Means, then variances times n / (n - 1), n the images."""
    return torch.cat([m.flatten() for m, _ in moments] + [s.flatten() * count / (count - 1) for _, s in moments])


def as_moments(flat, widths):
    mean, variance = flat.split(len(flat) // 2)
    shape = lambda pieces: [piece.reshape(1, -1, 1, 1) for piece in pieces.split(widths)]
    return list(zip(shape(mean), shape(variance)))


def adam(p, m, v, gradients, t, rate, recipe):
    """Kingma and Ba's, ε before the bias correction."""
    beta1, beta2 = recipe["beta1"], recipe["beta2"]
    step = rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
    for n, g in gradients.items():
        m[n] = beta1 * m[n] + (1 - beta1) * g
        v[n] = beta2 * v[n] + (1 - beta2) * g ** 2
        p[n] = p[n] - step * m[n] / (torch.sqrt(v[n]) + recipe["epsilon"])


def prepared(images):
    """Each image less its mean, of length 55; NCHW."""
    flat = images.flatten(1)
    flat = flat - flat.mean(1, keepdim=True)
    flat = flat * 55 / flat.norm(dim=1, keepdim=True)
    return flat.reshape(images.shape).permute(0, 3, 1, 2)


def ladder_run(attempt):
    shapes = {}
    for at, row in enumerate(LADDER_ROWS, 1):
        if row[0] == "conv":
            shapes[f"encoder/{at}/weights"] = (row[1], row[1], row[3], row[4])
        if row[0] != "maxPool":
            shapes[f"encoder/{at}/bias"] = (row[4] if row[0] == "conv" else 3,)
    shapes["combinator"] = (5, 2, 3)
    p = {name: drawn(shape, 0, 0.3, [attempt, at]) for at, (name, shape) in enumerate(shapes.items())}
    images = lambda count, key: drawn((count, 7, 7, 2), 0.5, 0.2, [attempt, key])
    margin, losses, first = Margin(), [], {}
    m, v = [{n: torch.zeros_like(value) for n, value in p.items()} for _ in range(2)]
    widths = [4, 4, 4, 5, 3, 3]
    averages = torch.cat([torch.zeros(sum(widths)), torch.ones(sum(widths))]).double()
    for t in range(1, UPDATES + 1):
        x, u = prepared(images(LABELLED, 100 + t)), prepared(images(UNLABELLED, 200 + t))
        q = {n: value.detach().requires_grad_() for n, value in p.items()}
        made, moments = ladder_losses(x, u, q, [attempt, 1000 + t], margin)
        gradients = dict(zip(q, torch.autograd.grad(made["ladderLoss"], list(q.values()))))
        averages = (1 - SHARE) * averages + SHARE * flat_moments(moments, UNLABELLED).detach()
        rate = LADDER["learningRate"] * min((SCHEDULE["epochs"] - (t - 1)) / (SCHEDULE["epochs"] - SCHEDULE["flatEpochs"]), 1)
        adam(p, m, v, gradients, t, rate, LADDER)
        first = first or gradients
        losses.append({n: value.item() for n, value in made.items()})
    test = prepared(images(LABELLED, 300))
    logits = lambda averages: ladder_pass(test, p, margin, moments=as_moments(averages, widths))[2].flatten().tolist()
    settled = sum(flat_moments(ladder_pass(prepared(images(LABELLED, 100 + t)), p, margin)[3], LABELLED)
                  for t in range(1, UPDATES + 1)) / UPDATES
    flat = lambda values: {n: value.detach().flatten().tolist() for n, value in values.items()}
    return margin.least, {"shapes": {n: list(shape) for n, shape in shapes.items()}, "losses": losses, "gradients": flat(first),
                          "parameters": flat(p), "averages": averages.tolist(), "logits": logits(averages),
                          "settled": settled.tolist(), "settledLogits": logits(settled)}


CATGAN = {"learningRate": 3e-3, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8, "labelledWeight": 1.5, "batchNormEpsilon": 1e-5}
DROPPED, LATENT = 0.2, 3
CATGAN_SHAPES = {"discriminator/1/weights": (3, 3, 2, 4), "discriminator/1/bias": (4,), "discriminator/4/weights": (3, 3, 4, 5),
                 "discriminator/4/bias": (5,), "discriminator/5/weights": (1, 1, 5, 3), "discriminator/5/bias": (3,),
                 "projection/1/weights": (1, 1, LATENT, 36), "projection/1/scale": (36,), "projection/1/shift": (36,),
                 "decoder/1/weights": (5, 5, 4, 4), "decoder/1/scale": (4,), "decoder/1/shift": (4,),
                 "decoder/2/weights": (5, 5, 4, 2), "decoder/2/bias": (2,)}
OF_GENERATOR = [name for name in CATGAN_SHAPES if not name.startswith("discriminator")]


def kept(counts, shape, key):
    """Dropout's factors for parts of `counts` images of NHWC `shape`, drawn for all of them together; NCHW."""
    size, level = sum(counts) * int(np.prod(shape)), round(DROPPED * 65536)
    words = random_words((size + 1) // 2, key)
    bits = np.stack([words & np.uint32(0xFFFF), words >> np.uint32(16)], 1).reshape(-1)[:size]
    factors = torch.tensor(bits >= level).double() * (65536 / (65536 - level))
    return factors.reshape(sum(counts), *shape).permute(0, 3, 1, 2).split(counts)


def discriminate(parts, p, margin, keys=None, moments=None):
    """Images NCHW, each part normalised by itself; with noise and dropout where there are keys. Logits and moments of each part."""
    noisy = lambda hs: [h + noise_like(h, keys) for h in hs] if keys else hs
    seen = [[] for _ in parts]

    def row(hs, name, padding):
        out = []
        for at, h in enumerate(hs):
            pre = F.conv2d(h, p[f"{name}/weights"].permute(3, 2, 0, 1), padding=padding)
            m, s = over(pre) if moments is None else moments[len(seen[at])]
            seen[at].append((m, s))
            out.append((pre - m) / torch.sqrt(s + CATGAN["batchNormEpsilon"]))
        return [leaky(h + p[f"{name}/bias"].reshape(1, -1, 1, 1), margin) for h in noisy(out)]

    hs = [pool(h, margin) for h in row(noisy(parts), "discriminator/1", 1)]
    if keys:
        masks = kept([len(h) for h in hs], (3, 3, 4), next(keys))
        hs = [h * mask for h, mask in zip(hs, masks)]
    hs = row(hs, "discriminator/4", 0)
    head = lambda h: F.conv2d(h, p["discriminator/5/weights"].permute(3, 2, 0, 1), p["discriminator/5/bias"]).mean((2, 3))
    return [head(h) for h in hs], seen


def generate(count, p, key, margin):
    bits = random_words(count * LATENT, key).astype(np.int32).astype(np.float32)
    z = torch.tensor(bits * np.float32(2 ** -32) + np.float32(0.5)).double().reshape(count, LATENT)

    def normal(h, name):
        axes = [0, 2, 3] if h.dim() == 4 else [0]
        shape = [1, -1] + [1] * (h.dim() - 2)
        h = (h - h.mean(axes, keepdim=True)) / torch.sqrt(h.var(axes, unbiased=False, keepdim=True) + CATGAN["batchNormEpsilon"])
        return leaky(h * p[f"{name}/scale"].reshape(shape) + p[f"{name}/shift"].reshape(shape), margin)

    h = normal(z @ p["projection/1/weights"][0, 0], "projection/1").reshape(count, 3, 3, 4).permute(0, 3, 1, 2)
    h = F.conv_transpose2d(h, p["decoder/1/weights"].permute(3, 2, 0, 1), stride=2, padding=2, output_padding=1)
    h = F.conv2d(normal(h, "decoder/1"), p["decoder/2/weights"].permute(3, 2, 0, 1), p["decoder/2/bias"], padding=2)
    return torch.tanh(h)


def entropy(p):
    return -(p * p.log()).sum(-1)


def catgan_run(attempt):
    p = {name: drawn(shape, 0, 0.3, [attempt, at]) for at, (name, shape) in enumerate(CATGAN_SHAPES.items())}
    images = lambda count, key: drawn((count, 6, 6, 2), 0.5, 0.2, [attempt, key]).permute(0, 3, 1, 2) * 2 - 1
    own = [name for name in CATGAN_SHAPES if name not in OF_GENERATOR]
    margin, losses, first, widths = Margin(), [], {}, [4, 5]
    m, v = [{n: torch.zeros_like(value) for n, value in p.items()} for _ in range(2)]
    averages = torch.cat([torch.zeros(9), torch.ones(9)]).double()
    for t in range(1, UPDATES + 1):
        key = [attempt, 1000 + t]
        keys = (key_for(key, i) for i in range(2, 99))
        x, u = images(LABELLED, 100 + t), images(UNLABELLED, 200 + t)
        with torch.no_grad():
            made = generate(UNLABELLED, p, key_for(key, 0), margin)
        q = {n: p[n].detach().requires_grad_(n in own) for n in p}
        (told, real, fake), seen = discriminate([x, u, made], q, margin, keys)
        supervised = F.cross_entropy(told, torch.tensor(CLASSES))
        certain, even, unsure = (entropy(F.softmax(real, 1)).mean(), entropy(F.softmax(real, 1).mean(0)), entropy(F.softmax(fake, 1)).mean())
        total = -even + certain - unsure + CATGAN["labelledWeight"] * supervised
        gradients = dict(zip(own, torch.autograd.grad(total, [q[n] for n in own])))
        mean, variance = (torch.cat([row[which].detach().flatten() for row in seen[1]]) for which in (0, 1))
        averages = (1 - SHARE) * averages + SHARE * torch.cat([mean, variance])
        adam(p, m, v, gradients, t, CATGAN["learningRate"], CATGAN)
        q = {n: p[n].detach().requires_grad_(n in OF_GENERATOR) for n in p}
        (fake,), _ = discriminate([generate(UNLABELLED, q, key_for(key, 1), margin)], q, margin, keys)
        drawing = entropy(F.softmax(fake, 1)).mean() - entropy(F.softmax(fake, 1).mean(0))
        of_generator = dict(zip(OF_GENERATOR, torch.autograd.grad(drawing, [q[n] for n in OF_GENERATOR])))
        adam(p, m, v, of_generator, t, CATGAN["learningRate"], CATGAN)
        first = first or {**gradients, **of_generator}
        losses.append({"discriminatorLoss": total.item(), "labelledLoss": supervised.item(), "marginalEntropy": even.item(),
                       "conditionalEntropy": certain.item(), "generatedEntropy": unsure.item(), "generatorLoss": drawing.item()})
    (logits,), _ = discriminate([images(LABELLED, 300)], p, Margin(), moments=as_moments(averages, widths))
    flat = lambda values: {n: value.detach().flatten().tolist() for n, value in values.items()}
    return margin.least, {"shapes": {n: list(shape) for n, shape in CATGAN_SHAPES.items()}, "losses": losses, "gradients": flat(first),
                          "parameters": flat(p), "averages": averages.tolist(), "logits": logits.flatten().tolist()}


def write(model, run, recipe):
    attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: run(attempt)[0])
    margin, values = run(attempt)
    body = {"made": "ci/peers/noisy_normed_parity.py", "torch": torch.__version__.split("+")[0], "labelled": LABELLED,
            "unlabelled": UNLABELLED, "attempt": attempt, "margin": margin, "classes": CLASSES, "recipe": recipe, **values}
    target = pathlib.Path(__file__).parents[2] / f"baselines/models/{model}/fixtures/parity.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(body) + "\n")
    print(model, attempt, margin, values["losses"], target.stat().st_size, "bytes")


def main():
    write("ladder", ladder_run, {**LADDER, "schedule": SCHEDULE, "averageShare": SHARE})
    write("catgan", catgan_run, {**CATGAN, "averageShare": SHARE})


if __name__ == "__main__":
    main()
