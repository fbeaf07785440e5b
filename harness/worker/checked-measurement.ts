/** Checks of what a suite measured, before it is stored: a column that nobody declared would be found when a page is made, too late. */
import { metricUnder } from "../contract/readings.ts";
import type { Measurement, Suite } from "../contract/suite.ts";

type Declared = Pick<Suite, "id" | "metrics" | "claims" | "regression" | "readings">;

/**
 * The measurement as it is.
 * @throws Error that names the suite and every fault: the run crashes, and nothing of it is stored
 */
export function checkedMeasurement(suite: Declared, path: string, measured: Measurement): Measurement {
  const faults = [
    ...metricFaults(suite, measured.metrics),
    ...drawFaults(suite, measured),
    ...curveFaults(measured.curve),
    ...arrayFaults(measured.arrays),
  ];
  if (faults.length === 0) return measured;
  throw new Error(
    `suite "${suite.id}" measured ${path} otherwise than it declares: ${faults.join("; ")}. Correct its run or its metrics; nothing was stored.`,
  );
}

/** A value that is not finite is a result: the run diverged. */
export function metricFaults({ metrics: columns }: Pick<Suite, "metrics">, metrics: Measurement["metrics"]): string[] {
  const declared = columns.map(({ key }) => key);
  const unknown = Object.keys(metrics).filter((name) => !declared.includes(name));
  const missing = columns.filter(({ key, optional }) => !optional && !Object.hasOwn(metrics, key));
  const noNumber = Object.entries(metrics).filter(([, value]) => typeof value !== "number");
  return [
    ...unknown.map((name) => `the metric "${name}" is not among its metrics (${declared.join(", ")})`),
    ...missing.map(({ key }) => `the metric "${key}" is missing and not optional`),
    ...noNumber.map(([name, value]) => `the metric "${name}" is ${String(value)}, not a number`),
  ];
}

/** Draws belong to metrics that are measured several times (`Quantity.nesting`), under some reading. */
function drawFaults(suite: Declared, { metrics, draws = {} }: Measurement): string[] {
  const nested = nestedMetrics(suite);
  return Object.entries(draws).flatMap(([name, values]) => {
    if (!Object.hasOwn(metrics, name)) return [`there are draws of "${name}", which is not measured`];
    if (!nested.has(name)) return [`there are draws of "${name}", which no quantity of the suite has a nesting for`];
    return values.length === 0 ? [`there is no draw of "${name}"`] : [];
  });
}

function nestedMetrics({ claims, regression, readings }: Declared): ReadonlySet<string> {
  const quantities = [...claims, ...regression].flatMap((one) => ("quantity" in one ? [one.quantity] : []));
  const nested = quantities.flatMap(({ metric, nesting }) => (nesting ? [metric] : []));
  return new Set([...nested, ...readings.flatMap((reading) => nested.map((metric) => metricUnder(reading, metric)))]);
}

function curveFaults(curve: Measurement["curve"]): string[] {
  const columns = Object.entries(curve);
  const rows = curve.update?.length ?? columns[0]?.[1].length ?? 0;
  return columns
    .filter(([, values]) => values.length !== rows)
    .map(([name, values]) => `the curve's column "${name}" has ${values.length} rows, the others ${rows}`);
}

function arrayFaults(arrays: Measurement["arrays"]): string[] {
  return Object.entries(arrays).flatMap(([name, { shape, data }]) => {
    const wanted = shape.reduce((product, size) => product * size, 1);
    return [
      ...(name === "weights" ? ['an array is called "weights", which is the name of the trained state'] : []),
      ...(wanted === data.length
        ? []
        : [`the array "${name}" has ${data.length} values, but its shape [${shape.join(", ")}] has ${wanted}`]),
    ];
  });
}
