import assert from "node:assert/strict";
import { test } from "node:test";
import { firstDifference } from "./fixed.ts";
import { attr, type Node } from "./graph-def.ts";

const node = (name: string, inputs: string[], length: number): Node => ({
  name,
  op: name.split("_")[0]!,
  inputs,
  attributes: { shape: attr.shape([length]) },
});
const GRAPH = [node("Const_0", [], 2), node("Mul_1", ["x", "Const_0"], 2)];

test("equal recordings do not differ", () => assert.equal(firstDifference(GRAPH, structuredClone(GRAPH)), undefined));

test("a constant that differs is named with its first use", () => {
  const other = [node("Const_0", [], 3), GRAPH[1]!];
  assert.equal(firstDifference(GRAPH, other), "Const_0 (a value made in JavaScript, input of Mul_1)");
});

test("another input or operation is named", () => {
  assert.equal(firstDifference(GRAPH, [GRAPH[0]!, node("Mul_1", ["y", "Const_0"], 2)]), "Mul_1");
  assert.equal(firstDifference(GRAPH, [GRAPH[0]!, node("Add_1", ["x", "Const_0"], 2)]), "Mul_1");
});

test("a node too few or too many is named", () => {
  assert.equal(firstDifference(GRAPH, GRAPH.slice(0, 1)), "Mul_1");
  assert.equal(firstDifference(GRAPH, [...GRAPH, node("Neg_2", [], 2)]), "Neg_2");
});
