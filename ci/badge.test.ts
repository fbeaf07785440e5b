import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PAPERS } from "../suites/index.ts";

for (const { id, published, suites } of PAPERS)
  test(`the badge of ${id} is of today's claims: \`npm run report\` makes it, reports/out/coverage-${id}.svg`, () => {
    const badge = readFileSync(join(import.meta.dirname, "..", "reports", `coverage-${id}.svg`), "utf8");
    const claims = suites.flatMap((suite) => suite.claims);
    const spoken = new Set(
      claims.flatMap((claim) =>
        "published" in claim && claim.published !== null ? [claim.published].flat().map(({ id }) => id) : [],
      ),
    );
    const [, all, parts, without] =
      /: of (\d+) claims with a suite ([^.]*)\. Printed numbers without a suite yet: (\d+)\./.exec(badge) ?? [];
    assert.equal(Number(all), claims.length);
    const counts = [...parts!.matchAll(/\d+/g)].map(Number);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      claims.length,
    );
    assert.equal(Number(without), published.filter(({ id }) => !spoken.has(id)).length);
  });
