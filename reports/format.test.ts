import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ABSENT,
  columnDecimals,
  formatBytes,
  formatDuration,
  formatNumber,
  formatP,
  formatTime,
  meanDecimals,
  slug,
} from "./format.ts";

test("an absent number is an em dash, and zero is zero", () => {
  assert.equal(formatNumber(null), ABSENT);
  assert.equal(formatNumber(undefined), ABSENT);
  assert.equal(formatNumber(0), "0");
  assert.equal(formatDuration(null), ABSENT);
  assert.equal(formatBytes(undefined), ABSENT);
});

test("numbers keep four significant digits, a true minus sign and separators from 10,000", () => {
  assert.equal(formatNumber(13.4), "13.4");
  assert.equal(formatNumber(-4.25), "−4.25");
  assert.equal(formatNumber(0.0312345), "0.03123");
  assert.equal(formatNumber(2500), "2500");
  assert.equal(formatNumber(200000), "200,000");
  assert.equal(formatNumber(0.000012), "1.2 × 10⁻⁵");
  assert.equal(formatNumber(Number.NaN), "not a number");
  assert.equal(formatNumber(Number.POSITIVE_INFINITY), "∞");
  assert.equal(formatNumber(-0.001, 1), "0.0");
});

test("a mean has the decimals of two significant digits of its spread", () => {
  assert.equal(formatNumber(13.4321, meanDecimals(13.4321, 5.8)), "13.4");
  assert.equal(formatNumber(19.1372, meanDecimals(19.1372, 0.5)), "19.14");
  assert.equal(formatNumber(25, meanDecimals(25, 0)), "25");
});

test("a column of integers has no decimals, another one has the same everywhere", () => {
  assert.equal(columnDecimals([1, 25, 3]), undefined);
  assert.equal(columnDecimals([80.3, 74.31, 61.8]), 1);
});

test("p values, durations and times read as people write them", () => {
  assert.equal(formatP(0.00002), "p < 0.001");
  assert.equal(formatP(0.4), "p = 0.40");
  assert.equal(formatP(0.041), "p = 0.041");
  assert.equal(formatDuration(125000), "2 min 05 s");
  assert.equal(formatDuration(7560000), "2 h 06 min");
  assert.equal(formatTime("2026-03-01T12:30:05.123Z"), "2026-03-01 12:30 UTC");
  assert.equal(formatTime("no time"), "no time");
});

test("a slug is always a safe file name", () => {
  fc.assert(fc.property(fc.string(), (text) => /^[a-z0-9-]{1,160}$/.test(slug(text))));
});
