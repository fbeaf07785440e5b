"""Training steps of ALI on images of SVHN's size in PyTorch float32, to time beside ours: `svhn_ali_step.py eager|tuned`.

The networks of the paper's tab:svhn_description, batch 100, in channels_last: one forward pass, the discriminator on
[x; x~] as one batch of 200, two calls of autograd, Adam for every parameter. `eager` is the step as one writes it.
`tuned` has convolutions of 1x1 maps and of maps of the kernel's own size as matrix products, the discriminator's first
convolution on x and x~ apart (so that nothing flows back to x), and the fused Adam. `count` prints the numbers of
parameters. Batches are four of independent pixels, made beforehand. One thread.
"""
import sys

import torch
from torch.nn import functional as F

from served import serve

torch.set_num_threads(1)
BATCH, LATENT, LEAK, DROPOUT, EPSILON, NEW = 100, 256, 0.01, 0.2, 1e-4, 0.05
INITIAL_SD = 0.01
# operation, kernel, stride, features, batch norm, nonlinearity
ENCODER = [
    ("conv", 5, 1, 32, True, "leaky"), ("conv", 4, 2, 64, True, "leaky"), ("conv", 4, 1, 128, True, "leaky"),
    ("conv", 4, 2, 256, True, "leaky"), ("conv", 4, 1, 512, True, "leaky"), ("conv", 1, 1, 512, True, "leaky"),
    ("conv", 1, 1, 512, False, "linear"),
]
DECODER = [
    ("convT", 4, 1, 256, True, "leaky"), ("convT", 4, 2, 128, True, "leaky"), ("convT", 4, 1, 64, True, "leaky"),
    ("convT", 4, 2, 32, True, "leaky"), ("convT", 5, 1, 32, True, "leaky"), ("conv", 1, 1, 32, True, "leaky"),
    ("conv", 1, 1, 3, False, "sigmoid"),
]
IMAGE = [
    ("conv", 5, 1, 32, False, "leaky"), ("conv", 4, 2, 64, True, "leaky"), ("conv", 4, 1, 128, True, "leaky"),
    ("conv", 4, 2, 256, True, "leaky"), ("conv", 4, 1, 512, True, "leaky"),
]
LATENTS = [("conv", 1, 1, 512, False, "leaky"), ("conv", 1, 1, 512, False, "leaky")]
JOINT = [("conv", 1, 1, 1024, False, "leaky"), ("conv", 1, 1, 1024, False, "leaky"), ("conv", 1, 1, 1, False, "linear")]


def conv(x, w, stride, tuned):
    if tuned and x.shape[2:] == w.shape[2:]:
        # Reshapes of channels_last tensors in their memory's order: views, no copies.
        rows = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        return (rows @ w.permute(0, 2, 3, 1).reshape(len(w), -1).T)[:, :, None, None]
    return F.conv2d(x, w, stride=stride)


def conv_transpose(x, w, stride, tuned):
    if tuned and x.shape[2:] == (1, 1):
        inputs, outputs, kernel, _ = w.shape
        rows = x[:, :, 0, 0] @ w.permute(0, 2, 3, 1).reshape(inputs, -1)
        return rows.reshape(len(x), kernel, kernel, outputs).permute(0, 3, 1, 2)
    return F.conv_transpose2d(x, w, stride=stride)


class Network:
    def __init__(self, rows, channels, size, bias, dropout=0.0, averages=False):
        self.rows, self.dropout, self.layers = rows, dropout, []
        for operation, kernel, stride, features, batch_norm, _ in rows:
            size = (size - kernel) // stride + 1 if operation == "conv" else (size - 1) * stride + kernel
            ends = (features, channels) if operation == "conv" else (channels, features)
            weights = (torch.randn(*ends, kernel, kernel) * INITIAL_SD).contiguous(memory_format=torch.channels_last)
            layer = {"weights": weights}
            if batch_norm:
                layer |= {"scale": torch.ones(features), "shift": torch.zeros(features)}
            elif bias == "tied":
                layer["bias"] = torch.zeros(features, 1, 1)
            elif bias == "untied":
                layer["bias"] = torch.zeros(1, features, size, size).contiguous(memory_format=torch.channels_last)
            self.layers.append({name: value.requires_grad_() for name, value in layer.items()})
            channels = features
        # Mean and variance of the layers under batch norm.
        self.averages = [(torch.zeros(row[3]), torch.ones(row[3])) if averages else (None, None) for row in rows]

    def parameters(self):
        return [value for layer in self.layers for value in layer.values()]

    def __call__(self, h, tuned, first=0, last=None):
        for at in range(first, len(self.rows) if last is None else last):
            operation, _, stride, _, batch_norm, nonlinearity = self.rows[at]
            p = self.layers[at]
            h = F.dropout(h, self.dropout) if self.dropout else h
            if not batch_norm and operation == "conv" and "bias" in p and p["bias"].dim() == 3 and not tuned:
                h = F.conv2d(h, p["weights"], p["bias"].flatten(), stride)
            else:
                h = (conv if operation == "conv" else conv_transpose)(h, p["weights"], stride, tuned)
                if "bias" in p:
                    h = h + p["bias"]
            if batch_norm:
                h = F.batch_norm(h, *self.averages[at], p["scale"], p["shift"], True, NEW, EPSILON)
            if nonlinearity == "leaky":
                h = F.leaky_relu(h, LEAK)
            elif nonlinearity == "sigmoid":
                h = torch.sigmoid(h)
        return h


def networks():
    return {
        "encoder": Network(ENCODER, 3, 32, "untied", averages=True), "decoder": Network(DECODER, LATENT, 1, "untied", averages=True),
        "image": Network(IMAGE, 3, 32, "tied", DROPOUT), "latent": Network(LATENTS, LATENT, 1, "none", DROPOUT),
        "joint": Network(JOINT, 1024, 1, "tied", DROPOUT),
    }


def discriminate(made, x, x_tilde, z_hat, z, tuned):
    if tuned:
        first = torch.cat([made["image"](x, tuned, last=1), made["image"](x_tilde, tuned, last=1)])
        of_x = made["image"](first, tuned, first=1)
    else:
        of_x = made["image"](torch.cat([x, x_tilde]), tuned)
    of_z = made["latent"](torch.cat([z_hat, z]), tuned)
    return made["joint"](torch.cat([of_x, of_z], 1), tuned).flatten().chunk(2)


def losses_of(made, x, tuned):
    z, epsilon = torch.randn(2, BATCH, LATENT, 1, 1).unbind()
    mu, log_sigma = made["encoder"](x, tuned).chunk(2, 1)
    q, p = discriminate(made, x, made["decoder"](z, tuned), mu + log_sigma.exp() * epsilon, z, tuned)
    return (F.softplus(q).mean() + F.softplus(-p).mean(), F.softplus(-q).mean() + F.softplus(p).mean())


def groups_of(made):
    return [made["encoder"].parameters() + made["decoder"].parameters(),
            made["image"].parameters() + made["latent"].parameters() + made["joint"].parameters()]


def step_of(variant):
    tuned = variant == "tuned"
    made = networks()
    groups = groups_of(made)
    optimisers = [torch.optim.Adam(group, lr=1e-4, betas=(0.5, 0.999), eps=1e-8, fused=tuned) for group in groups]
    batches = [torch.randn(BATCH, 3, 32, 32).sigmoid().contiguous(memory_format=torch.channels_last) for _ in range(4)]
    done, latest = [0], []

    def step():
        losses = losses_of(made, batches[done[0] % len(batches)], tuned)
        found = [torch.autograd.grad(loss, group, retain_graph=i == 0) for i, (loss, group) in enumerate(zip(losses, groups))]
        for group, some, optimiser in zip(groups, found, optimisers):
            for parameter, gradient in zip(group, some):
                parameter.grad = gradient
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        done[0] += 1
        latest[:] = [loss.detach() for loss in losses]

    return step, lambda: [loss.item() for loss in latest]


if __name__ == "__main__":
    variant = sys.argv[1]
    if variant == "count":
        print([sum(value.numel() for value in group) for group in groups_of(networks())])
    elif variant in ("eager", "tuned"):
        step, finish = step_of(variant)
        serve(step, finish, {"torch": torch.__version__}, block=2)
    else:
        sys.exit(f'svhn_ali_step.py VARIANT: got "{variant}", variants are eager, tuned, count')
