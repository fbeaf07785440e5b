import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PUBLISHED } from "../baselines/published.ts";
import { PAPER_SUITES } from "../suites/index.ts";

test("the README's badge is of today's claims: `npm run report` makes it, reports/out/coverage.svg", () => {
  const badge = readFileSync(join(import.meta.dirname, "..", "reports", "coverage.svg"), "utf8");
  const claims = PAPER_SUITES.flatMap((suite) => suite.claims);
  const spoken = new Set(
    claims.flatMap((claim) =>
      "published" in claim && claim.published !== null ? [claim.published].flat().map(({ id }) => id) : [],
    ),
  );
  const [, all, parts, without] =
    /Of (\d+) claims of the paper with a suite: ([^.]*)\. Printed numbers without a suite yet: (\d+)\./.exec(badge) ??
    [];
  assert.equal(Number(all), claims.length);
  const counts = [...parts!.matchAll(/\d+/g)].map(Number);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    claims.length,
  );
  assert.equal(Number(without), PUBLISHED.filter(({ id }) => !spoken.has(id)).length);
});
