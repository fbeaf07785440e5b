/** Pictures of the suite's runs, as plain data: the paper's figure of five rows and four columns, and every run beside it. */
import { LATENT } from "../../baselines/models/toy-settings.ts";
import { centres, mixtureData } from "../../datasets/mixture.ts";
import { nearestComponents } from "../../datasets/mixture-coverage.ts";
import type { Figure, GridFigure } from "../../harness/contract/figures.ts";
import { crossReadings, settingOf } from "../../harness/contract/readings.ts";
import type { FinishedRun } from "../../harness/contract/run.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { streamKey } from "../../harness/random/seeds.ts";
import { runCurves, runDots } from "../shared/run-figures.ts";
import { METRICS } from "./metrics.ts";
import { type RunSettings, SLOTS, type Slot } from "./plan.ts";
import { QUESTIONS } from "./readings.ts";

const POINTS = 1_000;
const SHOWN = LATENT * POINTS;
/** The prior has 1e-4 of its mass outside this square. */
const LATENT_DOMAIN = [-4, 4] as const;
const CURVES = ["latentEnergy", "reconstructionError", "share3sd", "discriminatorLoss", "generatorLoss"];

export function figures(runs: readonly StoredRun[], settingsOf: SettingsOf<RunSettings>): readonly Figure[] {
  const [first] = runs;
  if (!first) return [];
  const trained = runs.filter(({ record }) => record.spec.updates > 0);
  const caption =
    "Distance to the prior and reconstruction error of 2,000 held-out examples, share within 3σ of 2,000 samples. ALI's runs are trained in toy-modes.";
  return [
    grid(runs, settingsOf(first.record.spec)),
    runDots(runs, METRICS),
    ...(trained.length > 0 ? [runCurves(trained, CURVES, caption)] : []),
  ];
}

interface Shown {
  readonly record: FinishedRun;
  readonly array: StoredRun["array"];
}

/** Finished runs of a slot under the primary reading. */
function finishedOf(runs: readonly StoredRun[], slot: Slot): readonly Shown[] {
  const setting = settingOf(crossReadings(QUESTIONS)[0], slot);
  return runs.flatMap((run): Shown[] => {
    const { record } = run;
    const shown = record.spec.model === slot && record.spec.setting === setting && record.state === "finished";
    return shown ? [{ record, array: (name) => run.array(name) }] : [];
  });
}

/** The replicate whose samples cover most modes; ties: the larger share within 3σ, then the lower replicate. */
export function bestCovering(records: readonly FinishedRun[]): number | null {
  const [best] = records.toSorted(
    (a, b) =>
      b.metrics.modes! - a.metrics.modes! ||
      b.metrics.share3sd! - a.metrics.share3sd! ||
      a.spec.replicate - b.spec.replicate,
  );
  return best?.spec.replicate ?? null;
}

const COLUMNS: readonly { readonly slot: Slot; readonly title: string; readonly best: string }[] = [
  { slot: "ali", title: "a  ALI", best: "best-covering ALI" },
  { slot: "inverse", title: "b  GAN, learned inverse mapping", best: "best-covering GAN" },
  { slot: "post-hoc", title: "c  GAN, post-hoc inference", best: "best-covering GAN" },
  { slot: "vae", title: "d  VAE", best: "best-covering VAE" },
];

function grid(runs: readonly StoredRun[], { mixture, trainSamples }: RunSettings): GridFigure {
  const bySlot = new Map(COLUMNS.map(({ slot }) => [slot, finishedOf(runs, slot)]));
  const replicateOf = (slot: Slot): number | null => {
    // Both encoders on a GAN sample from that GAN; the inverse mapping's samples say which GAN covers best.
    const judged = SLOTS[slot] === "gan" && bySlot.get("inverse")!.length > 0 ? "inverse" : slot;
    return bestCovering(bySlot.get(judged)!.map(({ record }) => record));
  };
  const columns = COLUMNS.map((column) => {
    const replicate = replicateOf(column.slot);
    const run = bySlot.get(column.slot)!.find(({ record }) => record.spec.replicate === replicate) ?? null;
    return { ...column, run };
  });
  const heldOut = mixtureData(mixture, trainSamples).heldOut.subarray(0, SHOWN);
  const component = Uint8Array.from(nearestComponents(heldOut, mixture));

  const edge = Math.max(...mixture.grid) + 1;
  const inData = { domain: [-edge, edge] as const, centres: centres(mixture), radius: 3 * mixture.sd };
  const inLatent = { domain: LATENT_DOMAIN };
  const row = (
    title: string,
    note: string,
    frame: typeof inData | typeof inLatent,
    colours: Uint8Array | null,
    points: (run: Shown) => Float32Array,
  ) => ({
    title,
    note,
    ...frame,
    panels: columns.map(({ run }) => ({
      points: run ? points(run).subarray(0, SHOWN) : new Float32Array(0),
      component: run && colours,
    })),
  });
  return {
    kind: "grid",
    id: "inference",
    title: "Inference and generation, as in the paper's figure",
    caption: `The best-covering run of each kind under the primary reading; the first ${POINTS.toLocaleString("en")} of 10,000 points a panel; circles: 3σ about the component centres. A row of codes that fills the plane as the prior's does, each colour in one piece, is what the paper shows for ALI.`,
    columns: columns.map(({ title, best, run }) => ({
      title,
      note: run
        ? `${best}: replicate ${run.record.spec.replicate}, ${run.record.metrics.modes} modes, ${Math.round(100 * run.record.metrics.share3sd!)} % within 3σ`
        : "no finished run",
    })),
    rows: [
      row("Held-out examples x", "coloured by component", inData, component, () => heldOut),
      row("Latent codes", "z drawn from q(z | x), coloured as x", inLatent, component, ({ array }) => array("codes")),
      row("Reconstructions", "codes decoded, coloured as x", inData, component, ({ array }) =>
        array("reconstructions"),
      ),
      row("Prior samples", "z drawn from N(0, I)", inLatent, null, ({ record }) => priorSamples(record)),
      row("Generator samples", "prior samples decoded", inData, null, ({ array }) => array("samples")),
    ],
  };
}

/** The draws of the prior that a run's samples were decoded from, drawn again. */
function priorSamples({ spec, provenance }: FinishedRun): Float32Array {
  return standardNormal(SHOWN, streamKey(provenance.rootSeed, spec.path, "samples"));
}
