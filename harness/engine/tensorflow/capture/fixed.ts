/** Whether two recordings of one step are the same graph: what JavaScript froze into it must not change. */
import type { RecordedNode as Node } from "./record.ts";

/** The first node in which two recordings differ, in words; undefined when they are the same, constants included. */
export function firstDifference(one: readonly Node[], other: readonly Node[]): string | undefined {
  const at = one.findIndex((node, i) => !same(node, other[i]));
  const node = one[at];
  if (node) return describe(node, one);
  return other.length > one.length ? describe(other[one.length]!, other) : undefined;
}

function same(a: Node, b: Node | undefined): boolean {
  if (!b || a.name !== b.name || a.op !== b.op || String(a.inputs) !== String(b.inputs)) return false;
  if (String(a.targets) !== String(b.targets)) return false;
  const names = Object.keys(a.attributes);
  return (
    names.length === Object.keys(b.attributes).length &&
    names.every((name) => b.attributes[name] && Buffer.compare(a.attributes[name]!, b.attributes[name]) === 0)
  );
}

/** A constant has no name of its own that would help: its first use is named too. */
function describe(node: Node, nodes: readonly Node[]): string {
  const user = nodes.find(({ inputs }) => inputs.includes(node.name));
  return node.op === "Const" && user ? `${node.name} (a value made in JavaScript, input of ${user.name})` : node.name;
}
