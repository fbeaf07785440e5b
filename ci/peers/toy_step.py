"""Training steps of the toy's models in PyTorch float32, to time beside ours: `toy_step.py ali|gan|vae eager|compile`.

`eager` is the step as one writes it in PyTorch: layers and batch norm of torch.nn.functional, one forward pass, two
calls of autograd, torch.optim.Adam. `compile` is the fastest that was found on a CPU: torch.compile of the forward pass
and both gradients as one graph, and the fused Adam. `check` instead compares one step of both with toy_parity.py's and
toy_inference_parity.py's in float64.

Networks, batch and hyperparameters: those of the parity scripts, initial weights of standard deviation 0.02. Batches are
gathered from 100,000 samples of the mixture, in a new random order each epoch. One thread.
"""
import math
import sys

import torch
from torch.nn import functional as F

from served import serve
from toy_inference_parity import MODELS as INFERENCE_MODELS
from toy_parity import ADAM, BATCH, BATCH_NORM, MODELS, PIECES

torch.set_num_threads(1)
SAMPLES = 100_000
INITIAL_SD = 0.02
TABLES = {model.name: model for model in MODELS + INFERENCE_MODELS}
GROUPS = {name: {group: [entry["name"] for entry in layout] for group, layout in TABLES[name].groups.items()}
          for name in ("ali", "gan", "vae")}


class Fused:
    """Batch norm by PyTorch's own operation, which keeps running averages in place."""

    def __init__(self):
        self.averages = {}

    def normalise(self, name, h, scale, shift):
        if name not in self.averages:
            self.averages[name] = torch.zeros_like(scale), torch.ones_like(scale)
        mean, variance = self.averages[name]
        return F.batch_norm(h, mean, variance, scale, shift, True, 1 - BATCH_NORM["decay"], BATCH_NORM["epsilon"])


class Written:
    """Batch norm in elementary operations, for a compiler to fuse; the batch's statistics are handed out."""

    def __init__(self):
        self.statistics = {}

    def normalise(self, name, h, scale, shift):
        variance, mean = torch.var_mean(h, 0, correction=0)
        self.statistics[name] = mean, variance
        return scale * (h - mean) * torch.rsqrt(variance + BATCH_NORM["epsilon"]) + shift


def generator_net(p, name, h, rows, norm):
    for row in range(1, rows):
        at = f"{name}/{row}"
        h = torch.relu(norm.normalise(at, h @ p[f"{at}/weights"], p[f"{at}/scale"], p[f"{at}/shift"]))
    return torch.addmm(p[f"{name}/{rows}/bias"], h, p[f"{name}/{rows}/weights"])


def discriminate(p, h):
    for row in (1, 2, 3):
        h = torch.addmm(p[f"discriminator/{row}/bias"], h, p[f"discriminator/{row}/weights"])
        h = h.view(len(h), PIECES, 200).amax(1)
    return torch.addmm(p["discriminator/4/bias"], h, p["discriminator/4/weights"])[:, 0]


def adversarial_losses(p, data, made):
    q, fake = discriminate(p, torch.cat([data, made])).chunk(2)
    return (F.softplus(q).mean() + F.softplus(-fake).mean(), F.softplus(-q).mean() + F.softplus(fake).mean())


# Each: losses in the order of the model's groups, from parameters by name, the batch and its noise.
def ali(p, x, noise, norm):
    z, epsilon = noise
    z_hat = generator_net(p, "encoder", torch.cat([x, epsilon], 1), 3, norm)
    x_tilde = generator_net(p, "decoder", z, 5, norm)
    return adversarial_losses(p, torch.cat([x, z_hat], 1), torch.cat([x_tilde, z], 1))


def gan(p, x, noise, norm):
    return adversarial_losses(p, x, generator_net(p, "decoder", noise[0], 5, norm))


def vae(p, x, noise, norm):
    mu, log_sigma = generator_net(p, "encoder", x, 3, norm).chunk(2, 1)
    sigma = log_sigma.exp()
    x_tilde = generator_net(p, "decoder", mu + sigma * noise[0], 5, norm)
    log_sd = p["likelihood/log-sd"]
    error = (((x - x_tilde) * torch.exp(-log_sd)) ** 2 / 2 + log_sd + math.log(2 * math.pi) / 2).sum(1)
    divergence = ((mu ** 2 + sigma ** 2 - 1) / 2 - log_sigma).sum(1)
    return ((error + divergence).mean(),)


# Standard normal draws [batch, 2] of each step.
FORWARD = {"ali": (ali, 2), "gan": (gan, 1), "vae": (vae, 1)}


def initial_parameters(model):
    def value(entry):
        if entry["name"].endswith("/weights"):
            return torch.randn(entry["shape"]) * INITIAL_SD
        return torch.ones(entry["shape"]) if entry["name"].endswith("/scale") else torch.zeros(entry["shape"])

    return {entry["name"]: value(entry) for layout in TABLES[model].groups.values() for entry in layout}


def batches():
    """Endless batches of 100,000 samples of the toy's mixture, in a new order each epoch."""
    centres = torch.tensor([[-4.0 + 2 * i, -4.0 + 2 * j] for i in range(5) for j in range(5)])
    data = centres[torch.randint(25, (SAMPLES,))] + 0.05 * torch.randn(SAMPLES, 2)
    while True:
        order = torch.randperm(SAMPLES)
        for rows in order.split(BATCH):
            yield data[rows]


def eager_gradients(model, p):
    forward, _ = FORWARD[model]
    groups = [[p[name] for name in names] for names in GROUPS[model].values()]
    norm = Fused()

    def gradients(x, noise):
        losses = forward(p, x, noise, norm)
        last = len(losses) - 1
        return losses, [torch.autograd.grad(loss, group, retain_graph=i < last)
                        for i, (loss, group) in enumerate(zip(losses, groups))]

    return gradients


def compiled_gradients(model, p):
    forward, _ = FORWARD[model]
    names = list(GROUPS[model].values())
    averages = {}

    def losses_of(groups, x, noise):
        norm = Written()
        by_name = {name: value for some, group in zip(names, groups) for name, value in zip(some, group)}
        return forward(by_name, x, noise, norm), norm.statistics

    @torch.compile
    def both(groups, x, noise):
        losses, backward, statistics = torch.func.vjp(lambda *given: losses_of(given, x, noise), *groups, has_aux=True)
        found = []
        for i in range(len(losses)):
            cotangents = tuple(torch.ones_like(loss) if i == j else torch.zeros_like(loss) for j, loss in enumerate(losses))
            found.append(backward(cotangents)[i])
        return losses, found, statistics

    def gradients(x, noise):
        with torch.no_grad():
            losses, found, statistics = both([[p[name] for name in some] for some in names], x, noise)
            for name, values in statistics.items():
                if name not in averages:
                    averages[name] = [torch.zeros_like(values[0]), torch.ones_like(values[1])]
                torch._foreach_lerp_(averages[name], values, 1 - BATCH_NORM["decay"])
        return losses, found

    return gradients


GRADIENTS = {"eager": eager_gradients, "compile": compiled_gradients}


def step_of(model, variant):
    p = {name: value.requires_grad_() for name, value in initial_parameters(model).items()}
    gradients = GRADIENTS[variant](model, p)
    groups = [[p[name] for name in names] for names in GROUPS[model].values()]
    optimisers = [
        torch.optim.Adam(group, lr=ADAM["learningRate"], betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"],
                         fused=variant == "compile")
        for group in groups
    ]
    source, draws, latest = batches(), FORWARD[model][1], []

    def step():
        losses, found = gradients(next(source), torch.randn(draws, BATCH, 2).unbind())
        for group, some, optimiser in zip(groups, found, optimisers):
            for parameter, gradient in zip(group, some):
                parameter.grad = gradient
            optimiser.step()
        latest[:] = losses

    return step, lambda: [loss.item() for loss in latest]


def check(model):
    """Largest relative difference of losses and gradients from the parity script's forward pass in float64."""
    torch.manual_seed(1)
    values = {name: value + 0.05 * torch.randn_like(value) for name, value in initial_parameters(model).items()}
    x, noise = next(batches()), list(torch.randn(FORWARD[model][1], BATCH, 2).unbind())
    exact = {name: value.double().requires_grad_() for name, value in values.items()}
    inputs = dict(zip([name for name in ("z", "epsilon") if name in TABLES[model].inputs], noise)) | {"x": x}
    losses, _, _ = TABLES[model].forward(exact, {name: value.double() for name, value in inputs.items()})
    for variant, make in GRADIENTS.items():
        got, found = make(model, {name: value.clone().requires_grad_() for name, value in values.items()})(x, noise)
        for (group, names), loss, gradients in zip(GROUPS[model].items(), got, found):
            expected = torch.autograd.grad(losses[group], [exact[name] for name in names], retain_graph=True)
            a = torch.cat([value.flatten().double() for value in gradients])
            b = torch.cat([value.flatten() for value in expected])
            print(f"{model} {variant} {group}: loss off by {abs(loss.item() / losses[group].item() - 1):.1e}, "
                  f"gradient by {((a - b).norm() / b.norm()).item():.1e}")


if __name__ == "__main__":
    model, variant = sys.argv[1:]
    if variant == "check":
        check(model)
    else:
        step, finish = step_of(model, variant)
        serve(step, finish, {"torch": torch.__version__})
