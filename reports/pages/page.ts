/** The report page of one suite: one HTML text that needs nothing else; its script adds, and nothing needs it. */
import type { Figure } from "../../harness/contract/figures.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { type ForestCard, forestCards } from "../figures/forest.ts";
import { kindOf } from "../figures/kinds.ts";
import type { Markup } from "../figures/svg.ts";
import { formatNumber, formatTime } from "../format.ts";
import { inertJson, type PageScript, pageScript } from "../script.ts";
import { styles, template } from "../templates.ts";
import { anchor } from "../views/anchors.ts";
import { type CostView, costView } from "../views/cost-view.ts";
import { exactNumber, pageData } from "../views/page-data.ts";
import { profileText } from "../views/paper-table.ts";
import { type ProtocolRow, protocolRows } from "../views/protocol-view.ts";
import { type ProvenanceView, provenanceView } from "../views/provenance-view.ts";
import { type ReadingsView, readingsView } from "../views/readings-view.ts";
import { type RunTable, runTable } from "../views/run-view.ts";
import { type VerdictView, verdictView } from "../views/verdict-view.ts";
import type { OtherPage } from "./other-pages.ts";

export interface BesideFile {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly { readonly key: string; readonly unit: string; readonly meaning: string }[];
}
interface FigureView {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Printed after the caption. */
  readonly lead: string;
  /** Template of the figure below its heading, which gets `view`. */
  readonly partial: string;
  readonly view: unknown;
  /** Whether it is drawn as SVG, which can be saved as a file. */
  readonly drawn: boolean;
}
interface PageView {
  readonly styles: Markup;
  readonly script: PageScript;
  /** What the script judges by. */
  readonly data: Markup;
  readonly paper: ReportData["paper"];
  readonly suite: ReportData["suite"];
  readonly scope: string;
  readonly banners: readonly { readonly title: string; readonly text: string }[];
  readonly warnings: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly command: string;
  readonly generatedAt: string;
  readonly verdicts: VerdictView;
  readonly cards: readonly (Omit<ForestCard, "claims" | "metric"> & {
    readonly anchor: string;
    readonly rows: VerdictView["rows"];
  })[];
  readonly figures: readonly FigureView[];
  readonly runs: RunTable;
  readonly readings: ReadingsView | null;
  readonly questions: readonly {
    readonly question: string;
    readonly options: readonly { readonly id: string; readonly description: string; readonly primary: boolean }[];
  }[];
  readonly cost: CostView | null;
  readonly protocol: readonly ProtocolRow[];
  readonly provenance: ProvenanceView;
  readonly files: readonly BesideFile[];
  readonly above: readonly OtherPage[];
}

function bannersOf(data: ReportData, alarms: readonly string[]): PageView["banners"] {
  const { profile, budget } = data.plan;
  const banners: { title: string; text: string }[] = [];
  if (profile !== "paper")
    banners.push({
      title: "Reduced profile: nothing here is a verdict on the paper.",
      text: `These runs follow the profile “${profile}”${budget === profile ? "" : ` at the budget “${budget}”`}, not the paper's protocol. They can show that the pipeline works and hint at a direction, no more.`,
    });
  if (!data.usesPapersData)
    banners.push({
      title: "Stand-in data: nothing here is a verdict on the paper.",
      text: "The runs did not read the paper's own data, but a replacement or an easier version.",
    });
  if (alarms.length > 0) banners.push({ title: "Not one clean revision.", text: alarms.join(" ") });
  return banners;
}

/** Warnings of the data, and contradictions in them that a reader must know of. */
function warningsOf(data: ReportData): readonly string[] {
  const warnings = [...data.warnings];
  const reduced = data.plan.profile !== "paper" || !data.usesPapersData;
  for (const judgement of data.judgements)
    if (reduced && !["NOT TESTED", "NOT TESTABLE", "STALE"].includes(judgement.verdict))
      warnings.push(
        `The claim “${judgement.claimId}” is judged ${judgement.verdict} although the runs are not the paper's protocol. Do not quote it.`,
      );
  return warnings;
}

function factsOf(data: ReportData, runs: RunTable): PageView["facts"] {
  const unique = (values: readonly string[]): string => [...new Set(values)].join(", ");
  const { plan } = data;
  const engines = unique(data.records.map((record) => record.provenance.engine.class));
  return [
    { label: "Profile", value: profileText(plan) },
    { label: "Runs finished", value: `${runs.finished} of ${runs.planned} planned` },
    { label: "Arms", value: unique(plan.runs.map((run) => run.model)) || "—" },
    {
      label: data.readings.length === 1 ? "Reading" : "Primary reading",
      value: `${data.readings[0]?.id ?? "—"}${data.readings.length > 1 ? `, of ${formatNumber(data.readings.length)}` : ""}`,
    },
    { label: "Engine", value: engines || "—" },
    ...(data.paperCost === null ? [] : [{ label: "The paper profile here", value: data.paperCost.total }]),
    { label: "Suite version", value: String(data.suite.version) },
    { label: "Written", value: formatTime(data.generatedAt) },
  ];
}

/** What is left open and how it may be read; readings that answer no declared question are the answers to one question. */
function questionsOf({ readingAxes, readings }: ReportData): PageView["questions"] {
  const questions =
    readingAxes.length > 0 || readings.length === 0
      ? readingAxes
      : [{ question: readings.length === 1 ? "How the paper is read" : "Ways to read the paper", options: readings }];
  return questions.map(({ question, options }) => ({
    question,
    options: options.map(({ id, description }, index) => ({
      id,
      description,
      primary: index === 0 && options.length > 1,
    })),
  }));
}

/** Throws where two figures have one id: a link to one would lead to the other. */
function requireDistinctFigures(figures: ReportData["figures"]): void {
  const twice = figures.find(({ id }, index) => figures.findIndex((other) => other.id === id) < index);
  if (twice) throw new Error(`The figure "${twice.id}" stands twice in its suite. Give each figure an id of its own.`);
}

function figureView(figure: Figure, data: ReportData): FigureView {
  const { partial, drawn, ...kind } = kindOf(figure);
  const view = kind.view(figure, data);
  const { id, title, caption } = figure;
  return { id: anchor("figure", id), title, caption, lead: view.lead, partial, view, drawn };
}

/** Throws where two figures have one id. */
export function renderPage(data: ReportData, files: readonly BesideFile[], above: readonly OtherPage[] = []): string {
  requireDistinctFigures(data.figures);
  const verdicts = verdictView(data);
  const runs = runTable(data);
  const provenance = provenanceView(data.records);
  const view: PageView = {
    styles,
    script: pageScript(),
    data: inertJson(JSON.stringify(pageData(data), exactNumber)),
    paper: data.paper,
    suite: data.suite,
    scope: data.plan.scope,
    banners: bannersOf(data, provenance.alarms),
    warnings: warningsOf(data),
    facts: factsOf(data, runs),
    command: data.command,
    generatedAt: formatTime(data.generatedAt),
    verdicts,
    cards: forestCards(data).map(({ claims, metric, ...card }) => ({
      ...card,
      anchor: anchor("quantity", metric),
      rows: verdicts.rows.filter((row) => claims.some((claim) => claim.id === row.id)),
    })),
    figures: data.figures.map((figure) => figureView(figure, data)),
    runs,
    readings: readingsView(data),
    questions: questionsOf(data),
    cost: data.paperCost && costView(data.paperCost),
    protocol: protocolRows(data),
    provenance,
    files,
    above,
  };
  return template<PageView>("page")(view);
}
