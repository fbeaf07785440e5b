import type { DatasetParts, PreparedDataset } from "./parts.ts";
/** What is prepared, a line each, and how to get what is not. */
export function datasetTable(prepared: readonly PreparedDataset[], known: DatasetParts["known"]): string {
  const lines = prepared.map(line);
  const absent = known.filter(({ id }) => !prepared.some(({ name, problem }) => name === id && problem === null));
  const ways = absent.map(({ howToGet }) => `  ${howToGet}`);
  return [
    ...(lines.length > 0 ? lines : ["Nothing is prepared here."]),
    ...(ways.length > 0 ? ["", "Not here:", ...ways] : []),
  ].join("\n");
}

function line({ name, dataset, official, splits, sizeBytes, sha256, problem }: PreparedDataset): string {
  if (problem !== null) return `${name}: ${problem}`;
  const counts = Object.entries(splits).map(([split, count]) => `${split} ${count.toLocaleString("en")}`);
  const nature = official ? "published" : `stand-in for ${dataset}`;
  return `${name} (${nature}): ${counts.join(", ")}; ${Math.ceil(sizeBytes / 1e6)} MB, sha256 ${sha256.slice(0, 12)}…`;
}
