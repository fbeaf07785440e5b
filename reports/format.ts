/** Numbers, durations and dates as a reader sees them. A missing value is an em dash, never 0. */

export const ABSENT = "—";
const MINUS = "−";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Decimals that show `digits` significant digits of a magnitude: 5.8 → 1, 0.48 → 2, 120 → 0 (for two digits). */
export function decimalsFor(magnitude: number, digits = 2): number {
  if (!Number.isFinite(magnitude) || magnitude === 0) return digits - 1;
  return Math.min(8, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(magnitude)))));
}

function withSeparators(text: string): string {
  const [whole, fraction] = text.split(".");
  const grouped = whole!.length > 4 ? whole!.replace(/\B(?=(\d{3})+$)/g, ",") : whole!;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function scientific(value: number): string {
  const [mantissa, exponent] = Math.abs(value).toExponential(1).split("e");
  const power = [...String(Math.abs(Number(exponent)))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `${mantissa} × 10${Number(exponent) < 0 ? "⁻" : ""}${power}`;
}

/** `decimals` fixes the places after the point; without it, four significant digits and no trailing zeros. */
export function formatNumber(value: number | null | undefined, decimals?: number): string {
  if (value === null || value === undefined) return ABSENT;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  const extreme =
    size !== 0 && (size >= 1e9 || (size < 1e-3 && (decimals === undefined || size < 10 ** -decimals / 2)));
  let text: string;
  if (extreme && decimals !== 0) text = scientific(value);
  else if (decimals !== undefined) text = withSeparators(size.toFixed(decimals));
  else if (Number.isInteger(size)) text = withSeparators(String(size));
  else text = withSeparators(String(Number(size.toFixed(Math.max(0, decimalsFor(size, 4))))));
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A mean goes with two significant digits of its spread. */
export function meanDecimals(mean: number, spread: number | null): number {
  if (spread !== null && Number.isFinite(spread) && spread > 0) return decimalsFor(spread, 2);
  return Number.isInteger(mean) ? 0 : decimalsFor(mean, 4);
}

/** Places after the point that the paper prints: 13.4 → 1. */
export function printedDecimals(value: number): number {
  return /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
}

/** One number of places for a whole column; undefined for a column of integers. */
export function columnDecimals(values: readonly number[]): number | undefined {
  if (values.every(Number.isInteger)) return undefined;
  const sizes = values
    .filter((value) => Number.isFinite(value) && value !== 0)
    .map(Math.abs)
    .sort((a, b) => a - b);
  return decimalsFor(sizes[Math.floor(sizes.length / 2)] ?? 1, 3);
}

/** A ratio has the unit "1" or none, which nobody prints. */
export function unitText(unit: string): string {
  return unit === "1" ? "" : unit;
}
export function withUnit(value: string, unit: string): string {
  return unitText(unit) === "" ? value : `${value} ${unit}`;
}

export function formatInterval(low: number, high: number, decimals?: number): string {
  return `[${formatNumber(low, decimals)}, ${formatNumber(high, decimals)}]`;
}

export function formatP(p: number): string {
  if (!Number.isFinite(p)) return "p not computed";
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return ABSENT;
  const seconds = milliseconds / 1000;
  if (seconds < 1) return `${formatNumber(milliseconds, 0)} ms`;
  if (seconds < 100) return `${formatNumber(seconds, 1)} s`;
  if (Math.round(seconds) < 3600) {
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  }
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return ABSENT;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${formatNumber(size, unit === 0 || size >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** `2026-03-01T12:30:05.123Z` → `2026-03-01 12:30 UTC`; anything else as it stands. */
export function formatTime(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(iso);
  return match ? `${match[1]} ${match[2]} UTC` : iso;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** A name that is safe as a file name, an id or a class. */
export function slug(text: string): string {
  const safe = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 160);
  return safe || "unnamed";
}

/** A short, recognisable beginning of a hash. */
export function shortHash(hash: string | null): string {
  return hash === null ? ABSENT : hash.slice(0, 10);
}
