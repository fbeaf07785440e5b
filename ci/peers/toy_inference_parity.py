"""The toy's VAE, learned inverse and post-hoc inference in PyTorch float64 -> baselines/models/*/fixtures/parity.{json,bin}.

Written from the published description and the open choices of the models' READMEs (see README.md); networks, Adam, the
search and the files' form are toy_parity.py's.
"""
import torch

from toy_parity import (
    DECODER, ENCODER, KINDS, Model, Trace, adversarial_losses, batch_normalised, batch_normalised_net, maxout_rows, run, tensor,
)

# Running averages about what the decoder's layers see: 2 inputs N(0, 1), then 400 rectified normals, weights of SD 0.05.
KINDS |= {
    "first mean": (0, 0.01), "first sd": (0.07, 0.007), "mean": (0, 0.1), "sd": (0.7, 0.07),
}
WIDTHS = [400] * 4


def averages(kind):
    return [tensor(f"decoder/averages/{row}/{kind}", f"first {kind}" if row == 1 else kind, width)
            for row, width in enumerate(WIDTHS, 1)]


FROZEN = {"decoder": DECODER, "decoder/averages": averages("mean") + averages("sd")}


def frozen_decoder(p, h):
    """The trained decoder on its running averages. No gradient passes through it, so its kinks do not matter."""
    for row in range(1, 5):
        linear = h @ p[f"decoder/{row}/weights"]
        normal = (linear - p[f"decoder/averages/{row}/mean"]) / p[f"decoder/averages/{row}/sd"]
        h = torch.relu(p[f"decoder/{row}/scale"] * normal + p[f"decoder/{row}/shift"])
    return (h @ p["decoder/5/weights"] + p["decoder/5/bias"]).detach()


def vae(p, inputs):
    """-ELBO: diagonal Gaussian posterior, standard normal prior, Gaussian likelihood of one learned SD."""
    trace, out = Trace(), {}
    heads = batch_normalised_net(p, "encoder", inputs["x"], 3, trace)
    out["mu"], out["logSigma"] = heads[:, :2], heads[:, 2:]
    posterior = torch.distributions.Normal(out["mu"], out["logSigma"].exp())
    out["zHat"] = out["mu"] + out["logSigma"].exp() * inputs["epsilon"]
    out["xTilde"] = batch_normalised_net(p, "decoder", out["zHat"], 5, trace)
    likelihood = torch.distributions.Normal(out["xTilde"], p["likelihood/log-sd"].exp())
    prior = torch.distributions.Normal(torch.zeros_like(out["mu"]), torch.ones_like(out["mu"]))
    divergence = torch.distributions.kl_divergence(posterior, prior).sum(1)
    return {"generator": (divergence - likelihood.log_prob(inputs["x"]).sum(1)).mean()}, out, trace


def inverse(p, inputs):
    trace, out = Trace(), {}
    out["xTilde"] = frozen_decoder(p, inputs["z"])
    out["zHat"] = batch_normalised_net(p, "encoder", torch.cat([out["xTilde"], inputs["epsilon"]], 1), 3, trace)
    return {"generator": (torch.linalg.vector_norm(inputs["z"] - out["zHat"], dim=1) ** 2).mean()}, out, trace


def post_hoc(p, inputs):
    trace, out = Trace(), {}
    out["zHat"] = batch_normalised_net(p, "encoder", torch.cat([inputs["x"], inputs["epsilon"]], 1), 3, trace)
    out["xTilde"] = frozen_decoder(p, inputs["z"])
    data, made = torch.cat([inputs["x"], out["zHat"]], 1), torch.cat([out["xTilde"], inputs["z"]], 1)
    return adversarial_losses(p, data, made, out, trace), out, trace


VAE = batch_normalised("encoder", [2, 400, 400, 4]) + DECODER + [tensor("likelihood/log-sd", "bias")]
MODELS = (
    Model("vae", ("x", "epsilon"), {"generator": VAE}, vae, finalists=48),
    Model("inverse", ("z", "epsilon"), {"generator": ENCODER}, inverse, FROZEN),
    Model("post-hoc", ("x", "z", "epsilon"), {"generator": ENCODER, "discriminator": maxout_rows(4)}, post_hoc, FROZEN),
)

if __name__ == "__main__":
    run(MODELS, "ci/peers/toy_inference_parity.py")
