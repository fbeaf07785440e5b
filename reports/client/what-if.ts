/** Judges claims anew in the page with other margins and levels. The written verdicts stay where they are. */
import type { Claim, Judgement } from "../../harness/contract/claims.ts";
import { judge } from "../../harness/verdict/judge.ts";
import { formatInterval, formatNumber, formatP, meanDecimals, unitText, withUnit } from "../format.ts";
import { evidenceOf, type PageData } from "../views/page-data.ts";
import { shareOfReadings } from "../views/reading-share.ts";

/** What is moved of a claim; absent is as registered. */
export interface Moved {
  readonly margin?: number;
  readonly alpha?: number;
}

function movedClaim(claim: Claim, { margin, alpha }: Moved): Claim {
  const level = alpha === undefined ? claim : { ...claim, alpha };
  if (margin === undefined || (level.kind !== "point" && level.kind !== "gap")) return level;
  return { ...level, margin: { ...level.margin, value: margin } };
}

/** Verdicts of all claims: one that is moved changes the tests of its family. Throws as `judge` does. */
function judgeMoved(data: PageData, moved: ReadonlyMap<string, Moved>): readonly Judgement[] {
  const claims = data.claims.map((claim) => movedClaim(claim, moved.get(claim.id) ?? {}));
  return judge(claims, evidenceOf(data));
}

/** What a judgement says, in lines of plain text. */
function lines(claim: Claim, judgement: Judgement): readonly string[] {
  const unit = claim.kind === "qualitative" ? "" : unitText(claim.quantity.unit);
  const { effect } = judgement;
  const decimals = effect ? meanDecimals(effect.value, (effect.interval.high - effect.interval.low) / 4) : 0;
  return [
    judgement.reason,
    ...(effect
      ? [
          `Difference ${withUnit(formatNumber(effect.value, decimals), unit)}, ${formatNumber(100 * effect.interval.level)} % interval ${formatInterval(effect.interval.low, effect.interval.high, decimals)}.`,
        ]
      : []),
    ...judgement.tests.map(
      ({ name, p, adjustedP }) =>
        `${name}: ${formatP(p)}${adjustedP === p ? "" : `, after Holm ${formatP(adjustedP)}`}.`,
    ),
  ];
}

interface Panel {
  readonly claim: Claim;
  readonly inputs: readonly HTMLInputElement[];
  readonly result: HTMLElement;
  readonly verdict: HTMLElement;
}

/** What the inputs hold that is not as registered. An empty or unreadable one counts as 0, which `judge` refuses. */
function movedOf({ inputs }: Panel): Moved {
  const changed = inputs.filter((input) => input.value !== input.defaultValue);
  return Object.fromEntries(changed.map((input) => [input.name, Number(input.value)]));
}

function write(element: HTMLElement, texts: readonly string[]): void {
  element.replaceChildren(...texts.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  element.hidden = texts.length === 0;
}

function show(data: PageData, panels: readonly Panel[]): void {
  const moved = new Map(panels.map((panel) => [panel.claim.id, movedOf(panel)]));
  const anything = [...moved.values()].some((one) => Object.keys(one).length > 0);
  let judgements: readonly Judgement[] = [];
  let problem = "";
  try {
    if (anything) judgements = judgeMoved(data, moved);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const primary = data.readings[0]?.id;
  const find = (from: PageData["judgements"], claim: Claim) =>
    from.find((judgement) => judgement.claimId === claim.id && judgement.reading === primary);
  for (const { claim, result, verdict } of panels) {
    const own = Object.keys(moved.get(claim.id) ?? {}).length > 0;
    const judgement = judgements.find((one) => one.claimId === claim.id && one.reading === primary);
    const written = find(data.judgements, claim)?.verdict;
    const changed = judgement !== undefined && judgement.verdict !== written;
    write(verdict, changed ? [`What if, not the verdict: ${judgement.verdict}`] : []);
    if (own && problem !== "") write(result, [`Nothing is judged: ${problem}`]);
    else if (judgement && (own || changed)) {
      const share = shareOfReadings({ ...data, judgements }, claim);
      const said = changed
        ? `What if, not the verdict: ${written} would be ${judgement.verdict}.`
        : `What if: the verdict stays ${judgement.verdict}.`;
      write(result, [said, ...lines(claim, judgement), ...(share ? [share] : [])]);
    } else write(result, []);
  }
}

export function enableWhatIf(data: PageData): void {
  const panels = [...document.querySelectorAll<HTMLElement>(".what-if")].map((element): Panel => {
    const claim = data.claims.find(({ id }) => id === element.dataset.claim)!;
    const verdict = document.createElement("div");
    verdict.className = "what-if-verdict";
    verdict.hidden = true;
    element.closest("tbody")!.querySelector("td.verdict")!.append(verdict);
    return {
      claim,
      inputs: [...element.querySelectorAll("input")],
      result: element.querySelector<HTMLElement>(".what-if-result")!,
      verdict,
    };
  });
  const update = () => show(data, panels);
  document.querySelectorAll<HTMLElement>(".what-if").forEach((element, i) => {
    element.hidden = false;
    element.addEventListener("input", update);
    element.querySelector("button")!.addEventListener("click", () => {
      for (const input of panels[i]!.inputs) input.value = input.defaultValue;
      update();
    });
    // A browser that goes back keeps what was typed; the page starts from what is registered.
    for (const input of panels[i]!.inputs) input.value = input.defaultValue;
  });
}
