/** What a recorded computation does to the variables of the state. */
import { after, dataTypeOf, nodeName } from "./call.ts";
import { attr, type Node } from "./graph-def.ts";
import type { Held } from "./held.ts";
import { CaptureRefused, changed, type RecordedNode, type Recording, type Reference } from "./record.ts";

/** References to the outputs of a computation. */
export interface Outputs {
  readonly state: Readonly<Record<string, Reference>>;
  readonly values: readonly { readonly reference: Reference; readonly type: number }[];
}

/**
 * The recorded nodes and those that put the new state into its variables; `effects` are control inputs for what has to
 * come after these. @param folder of the assignments' names. @throws CaptureRefused
 */
export function stateNodes(
  folder: string,
  { nodes: recorded, outputs }: Recording<Outputs>,
  state: readonly Held[],
): { readonly nodes: readonly Node[]; readonly effects: readonly string[] } {
  // No variable changes before every one is read: one node for all of them, or the edges would be changes times reads.
  const allRead: Node = {
    name: `${folder}/all-read`,
    op: "NoOp",
    inputs: state.map(({ read }) => after(read)),
    attributes: {},
  };
  const reads = [after(allRead.name)];
  const changes = new Map<Held, { readonly by: string; readonly becomes: Reference }>();
  const inPlace = ({ targets, ...node }: RecordedNode): Node[] => {
    if (!targets) return [node];
    const parts = targets.map((target) => partThatHolds(target, node.name, state));
    const now = parts.map((part, i): Node => {
      const [becomes, type] = [changed(node.name, i), attr.type(dataTypeOf(part.tensor))];
      changes.set(part, { by: node.name, becomes });
      const inputs = [part.variable, after(node.name)];
      return { name: becomes, op: "ReadVariableOp", inputs, attributes: { dtype: type } };
    });
    return [{ ...node, inputs: [...parts.map(({ variable }) => variable), ...node.inputs, ...reads] }, ...now];
  };
  const nodes = recorded.flatMap(inPlace);
  const assigns = state.flatMap((part, i): Node[] => {
    const becomes = outputs.state[part.name]!;
    const change = changes.get(part);
    if (change && becomes === part.read)
      throw new CaptureRefused(`${change.by} changes state ${part.name} in place, and the step hands the old one on`);
    if (becomes === (change?.becomes ?? part.read)) return [];
    return [
      {
        name: nodeName(folder, part.name, i),
        op: "AssignVariableOp",
        inputs: [part.variable, becomes, ...reads, ...(change ? [after(change.by)] : [])],
        attributes: { dtype: attr.type(dataTypeOf(part.tensor)) },
      },
    ];
  });
  const effects = new Set([...[...changes.values()].map(({ by }) => by), ...assigns.map(({ name }) => name)]);
  return { nodes: [allRead, ...nodes, ...assigns], effects: [...effects].map(after) };
}

function partThatHolds(target: Reference, by: string, state: readonly Held[]): Held {
  const part = state.find(({ read }) => read === target);
  if (part) return part;
  throw new CaptureRefused(`${by} changes ${target} in place, which is no part of the state as it was before the step`);
}
