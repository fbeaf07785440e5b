"""Three updates of the stacked what-where auto-encoder, dropout included -> baselines/models/swwae/fixtures/parity.json.

The network of baselines/models/swwae/narrow.ts, written again here with PyTorch's own max_pool2d and max_unpool2d; autograd and
cross_entropy in float64; Adam with its epsilon before the bias correction.
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from philox import random_words, standard_normal

torch.set_num_threads(1)
LABELLED, UNLABELLED, ATTEMPTS, UPDATES, CLASSES = 6, 9, 400, 3, [0, 1, 2, 1, 0, 2]
MEAN, SD = [0.5, 0.6], [0.2, 0.25]
IMAGE_WEIGHT, MIDDLE_WEIGHT, DROPPED = 1, 0.2, 32_768
RATE, BETA1, BETA2, EPSILON = 3e-3, 0.9, 0.999, 1e-8
# name, kernel, inputs, outputs; from the image to the top
ENCODER = [("encoder/1/1", 5, 2, 4), ("encoder/2/1", 3, 4, 5)]
DECODER = [("decoder/1/1", 5, 4, 2), ("decoder/2/1", 3, 5, 4)]
TOP = 2 * 2 * 5
SHAPES = [(f"{name}/{role}", shape, sd) for name, k, i, o in [ENCODER[0], DECODER[0], ENCODER[1], DECODER[1]]
          for role, shape, sd in (("weights", (k, k, i, o), 0.2), ("bias", (o,), 0.1))]
SHAPES += [("head/weights", (TOP, 3), 0.3), ("head/bias", (3,), 0.1)]


def drawn(shape, mean, sd, key):
    values = (mean + sd * standard_normal(int(np.prod(shape)), key).astype(np.float64)).astype(np.float32)
    return torch.tensor(values).double().reshape(shape)


def kept(shape, key):
    """1 for what stays: 16 random bits an element, the low half of a word first, at least the dropped levels."""
    size = int(np.prod(shape))
    words = random_words((size + 1) // 2, random_words(2, key).astype(np.int32).tolist())
    halves = np.stack([words & 0xFFFF, words >> 16], 1).reshape(-1)[:size]
    return torch.tensor((halves >= DROPPED).astype(np.float64)).reshape(shape)


class Pass:
    def __init__(self, p):
        self.p, self.margin = p, np.inf

    def near(self, value):
        self.margin = min(self.margin, value.abs().min().item())

    def conv(self, h, name, kernel):
        return F.conv2d(h, self.p[f"{name}/weights"].permute(3, 2, 0, 1), self.p[f"{name}/bias"], padding=kernel // 2)

    def encode(self, x):
        pooled, h = [], x
        for name, kernel, _, _ in ENCODER:
            h = self.conv(h, name, kernel)
            self.near(h)
            h = torch.relu(h)
            top = F.unfold(h, 2, stride=2).reshape(len(h), h.shape[1], 4, -1).sort(2, descending=True).values
            self.near((top[:, :, 0] - top[:, :, 1])[top[:, :, 0] > 0])
            h, where = F.max_pool2d(h, 2, return_indices=True)
            pooled.append((h, where))
        return pooled

    def classify(self, top):
        # Maps as they lie in memory: height, width, channels.
        return top.permute(0, 2, 3, 1).flatten(1) @ self.p["head/weights"] + self.p["head/bias"]

    def losses(self, x, u, key):
        images = standardised(torch.cat([x, u]))
        pooled = self.encode(images)
        top = pooled[-1][0]
        mask = kept((len(top), 2, 2, 5), key).permute(0, 3, 1, 2)
        code = top * mask * (65_536 / (65_536 - DROPPED))
        h, middle = code, torch.zeros((), dtype=torch.float64)
        for at in (1, 0):
            name, kernel, _, _ = DECODER[at]
            h = self.conv(F.max_unpool2d(h, pooled[at][1], 2), name, kernel)
            if at > 0:
                self.near(h)
                h = torch.relu(h)
                middle = middle + F.mse_loss(h, pooled[at - 1][0])
        labelled = F.cross_entropy(self.classify(code[:LABELLED]), torch.tensor(CLASSES))
        image = F.mse_loss(h, images)
        return {"classifierLoss": labelled + IMAGE_WEIGHT * image + MIDDLE_WEIGHT * middle,
                "labelledLoss": labelled, "imageLoss": image, "middleLoss": middle}


def standardised(x):
    return ((x - torch.tensor(MEAN)) / torch.tensor(SD)).permute(0, 3, 1, 2).double()


def run(attempt):
    p = {name: drawn(shape, 0, sd, [attempt, at]) for at, (name, shape, sd) in enumerate(SHAPES)}
    images = lambda count, key: drawn((count, 8, 8, 2), 0.5, 0.2, [attempt, key])
    m, v = ({name: torch.zeros_like(value) for name, value in p.items()} for _ in "mv")
    losses, first, margin = [], {}, np.inf
    for t in range(1, UPDATES + 1):
        q = {name: value.detach().requires_grad_() for name, value in p.items()}
        made = Pass(q)
        terms = made.losses(images(LABELLED, 100), images(UNLABELLED, 199 + t), [attempt, 1000 + t])
        margin = min(margin, made.margin)
        gradients = dict(zip(q, torch.autograd.grad(terms["classifierLoss"], list(q.values()))))
        losses.append({name: term.item() for name, term in terms.items()})
        first = first or gradients
        step = RATE * np.sqrt(1 - BETA2 ** t) / (1 - BETA1 ** t)
        for n, g in gradients.items():
            m[n], v[n] = BETA1 * m[n] + (1 - BETA1) * g, BETA2 * v[n] + (1 - BETA2) * g ** 2
            p[n] = p[n] - step * m[n] / (torch.sqrt(v[n]) + EPSILON)
    made = Pass(p)
    logits = made.classify(made.encode(standardised(images(LABELLED, 100)))[-1][0])
    listed = lambda of: {name: value.flatten().tolist() for name, value in of.items()}
    return min(margin, made.margin), {"losses": losses, "gradients": listed(first), "parameters": listed(p),
                                      "logits": logits.flatten().tolist()}


def main():
    attempt = max(range(1, ATTEMPTS + 1), key=lambda attempt: run(attempt)[0])
    margin, values = run(attempt)
    recipe = {"learningRate": RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "imageWeight": IMAGE_WEIGHT,
              "middleWeight": MIDDLE_WEIGHT, "dropout": 0.5, "channelMean": MEAN, "channelSd": SD}
    body = {"made": "ci/peers/swwae_parity.py", "torch": torch.__version__.split("+")[0], "labelled": LABELLED,
            "unlabelled": UNLABELLED, "attempt": attempt, "margin": margin, "classes": CLASSES, "recipe": recipe,
            "start": [{"name": name, "shape": shape, "sd": sd} for name, shape, sd in SHAPES], **values}
    target = pathlib.Path(__file__).parents[2] / "baselines/models/swwae/fixtures/parity.json"
    target.write_text(json.dumps(body) + "\n")
    print(attempt, margin, values["losses"], target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
