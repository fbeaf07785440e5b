/** The protocol of a table, field by field; a row says what is its own. */
import type { Plan, ProtocolField } from "../../../harness/contract/suite.ts";
import type { SettingsOf } from "../../../harness/contract/suite-definition.ts";
import type { Said } from "./row.ts";
import type { RowSettings } from "./settings.ts";
import type { Table } from "./table.ts";

export function tableProtocol(
  { dataset, arms }: Table,
  plan: Plan,
  settingsOf: SettingsOf<object>,
): readonly ProtocolField[] {
  const literal = plan.profile === "paper";
  const reduced = literal ? null : "a reduced budget: see its scope";
  const differs = literal ? {} : ({ oursDiffers: true } as const);
  const ofRows = plan.runs.flatMap((spec): RunOfRow[] => {
    const settings = settingsOf(spec);
    return isOfRow(settings) ? [{ updates: spec.updates, settings }] : [];
  });
  const everything = said(literal, ofRows);
  const rows = [...new Set(arms.map(({ row }) => row))];
  return [
    {
      field: "Images",
      paper: dataset === "svhn" ? "SVHN, 1,000 of them with labels" : "CIFAR10, 1,000 to 8,000 of them with labels",
      code: "of openai/improved-gan: the whole training set, those with labels included; nothing held out",
      ours: `${everything.all(({ data }) => data)}, the whole training set`,
      why: reduced ?? "learning curves are of test images, as the scripts print them; nothing is chosen by them",
      ...differs,
    },
    {
      field: "Labelled images",
      paper: dataset === "svhn" ? "1,000" : "1,000, 2,000, 4,000, 8,000",
      code: "of openai/improved-gan: the first of each class in a seeded order, as many of each",
      ours: `${everything.all(({ labels }) => labels)}, as many of each class; the same draws for every row, fewer labels a part of more`,
      why: "rows are compared in pairs",
    },
    {
      field: "Repetitions",
      paper: null,
      code: "of openai/improved-gan: another seed is another draw of labels and another initialisation",
      ours: `${new Set(plan.runs.map(({ replicate }) => replicate)).size}, each a draw and an initialisation of its own`,
      why: reduced ?? "the ten splits that Salimans et al. speak of",
      ...differs,
    },
    {
      field: "Reported error",
      paper: "test error; ALI's bars on CIFAR10 are 3 SD",
      code: "of openai/improved-gan: the test error of every epoch is printed",
      ours: "test error after the last update; SD over repetitions with ddof 1, in its own words",
      why: "no row is stopped by its test error",
    },
    ...rows.flatMap((row) =>
      row.protocol(
        said(
          literal,
          ofRows.filter(({ settings }) => settings.row === row.id),
        ),
        dataset,
      ),
    ),
  ];
}

interface RunOfRow {
  readonly updates: number;
  readonly settings: RowSettings;
}
/** Whether they are of a row's run, not of M1's or of a linear classifier's. */
export const isOfRow = (settings: object): settings is RowSettings => "row" in settings;

function said(literal: boolean, runs: readonly RunOfRow[]): Said {
  const distinct = (values: readonly (string | number)[]): string =>
    [...new Set(values.map((value) => (typeof value === "number" ? value.toLocaleString("en") : value)))].join(", ") ||
    "—";
  const all: Said["all"] = (of) => distinct(runs.map(({ settings }) => of(settings)));
  return {
    literal,
    all,
    model: (path) =>
      all(({ model }) => {
        const value = path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], model);
        return typeof value === "number" && Math.abs(value) < 1 ? String(value) : (value as string | number);
      }),
    updates: distinct(runs.map(({ updates }) => updates)),
  };
}

/** A field on how a row is trained; what a reduced budget takes of it follows none of the sources. */
export function rowField(
  { literal }: Pick<Said, "literal">,
  field: Omit<ProtocolField, "why" | "oursDiffers"> & { readonly why: string },
): ProtocolField {
  return literal ? field : { ...field, why: "a reduced budget: see its scope", oursDiffers: true };
}
