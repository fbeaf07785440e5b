/** A row of numbers as one line of text. */
const BARS = "▁▂▃▄▅▆▇█";

/** At most `width` characters, each the mean of as many values; a space where there is none. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const chunks = Math.min(width, values.length);
  const means = Array.from({ length: chunks }, (_, chunk) => {
    const from = Math.floor((chunk * values.length) / chunks);
    const some = values
      .slice(from, Math.floor(((chunk + 1) * values.length) / chunks))
      .filter((value) => value !== null);
    return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0) / some.length;
  });
  const known = means.filter((mean) => mean !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const barOf = (mean: number): string =>
    BARS[low === high ? 3 : Math.min(BARS.length - 1, Math.floor(((mean - low) / (high - low)) * BARS.length))]!;
  return means.map((mean) => (mean === null ? " " : barOf(mean))).join("");
}
