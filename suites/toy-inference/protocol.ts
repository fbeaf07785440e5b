/** What the figure's protocol adds to that of the mixture, field by field. */
import type { ProtocolField } from "../../harness/contract/suite.ts";
import type { Budget } from "../toy-modes/settings.ts";

/** There is no code of the authors for any of it. */
const ours = (field: string, paper: string | null, ours: string, why: string | null): ProtocolField => ({
  field,
  paper,
  code: null,
  ours,
  why,
});

export function inferenceProtocol({ updates }: Budget): readonly ProtocolField[] {
  return [
    ours(
      "Learned inverse mapping",
      "decoder fixed; the encoder minimises the error of reconstructed latents",
      "ALI's encoder, its noise kept, on E‖z − Gz(Gx(z))‖²; the GAN's decoder on its running averages",
      "the encoder's shape and the decoder's batch norm are not stated",
    ),
    ours(
      "Post-hoc inference",
      "decoder fixed; the encoder is trained by ALI's procedure",
      "ALI's encoder and a new discriminator on pairs; the GAN's decoder on its running averages",
      "the discriminator and the decoder's batch norm are not stated",
    ),
    ours(
      "Updates of the second stage",
      null,
      `${updates.toLocaleString("en")}, as many as the first; batch, Adam and initial weights as there, moments from 0`,
      "nothing is said; a shorter second stage would be held against the two encoders",
    ),
    {
      ...ours(
        "GANs that the second stage starts from",
        "the best-covering one of the ten",
        "each of the ten, paired with ALI and VAE of equal replicate; the best-covering one in the figure",
        "one run has no error bars",
      ),
      oursDiffers: true,
    },
    {
      ...ours(
        "ALI's runs",
        "the best-covering one of the ten",
        "the ten of toy-modes, measured here; the best-covering one in the figure",
        "one run has no error bars",
      ),
      oursDiffers: true,
    },
    ours(
      "Best-covering",
      "most modes covered",
      "most modes with at least one of 10,000 samples; ties: larger share within 3σ, then lower replicate",
      "ties are likely and their order is not stated",
    ),
    ours(
      "VAE's encoder",
      null,
      "ALI's widths, on x alone, with heads for μ and log σ of a factorial Gaussian",
      "a VAE's encoder must give a density",
    ),
    ours(
      "VAE's likelihood",
      null,
      "Gaussian with one standard deviation s: learned from 1 on by the same Adam, or, as a reading of its own, s = 1",
      "its variance decides how much the VAE smears, and is not stated",
    ),
    ours(
      "VAE's learning rate",
      null,
      "the replicate's, as for every model",
      "log s moves by about the learning rate an update, and a low draw leaves s near 1; but at high draws the VAE collapses in short budgets, so that a factor would cost as much as it gave (README.md)",
    ),
    ours(
      "VAE's samples and reconstructions",
      null,
      "the decoder's mean, without noise of s",
      "the decoders of the other columns are deterministic too",
    ),
    ours(
      "Reconstruction",
      "x̂ from a sample of q(z | x)",
      "one draw of q(z | x) for each of 10,000 held-out examples, decoded",
      null,
    ),
    ours(
      "Cover of the prior, clusters, dropped modes, smear",
      "seen in the figure",
      "energy distance to N(0, I); cells of equal prior mass left empty; purity of the 10 nearest codes; modes of whose examples half come back; share of samples beyond 3σ",
      "the figure has no numbers",
    ),
  ];
}
