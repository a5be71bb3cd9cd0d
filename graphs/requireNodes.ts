import type { Nodes } from '../nodes/node.ts';
import { findNearName } from '../state/findNearName.ts';

const NODE_NAMES = {
  sampleQueries: true,
  retrieveExamples: true,
  selectRewards: true,
  respond: true,
  judge: true,
  proofJudge: true,
  explainScores: true,
  rewriteSystemPrompt: true,
  rewriteExample: true,
} satisfies Record<keyof Nodes, true>;

/** Checks nodes, which plain JavaScript can misspell or leave out. @throws Error with a line per fault */
export function requireNodes(nodes: object, needed: readonly (keyof Nodes)[]): void {
  const known = Object.keys(NODE_NAMES);
  const faults = Object.keys(Object(nodes)).flatMap((name) => {
    const near = findNearName(name, known);
    const advice = near === undefined ? `The nodes are ${known.join(', ')}.` : `Did you mean ${near}?`;
    return Object.hasOwn(NODE_NAMES, name) ? [] : [`nodes.${name}: unknown node. ${advice}`];
  });
  for (const name of needed) {
    const node: unknown = Reflect.get(Object(nodes), name);
    if (typeof node !== 'function')
      faults.push(
        `nodes.${name}: expected a function, got ${node === undefined ? 'none' : typeof node}. Spread paperNodes(models) first.`,
      );
  }
  if (faults.length) throw new Error(faults.join('\n'));
}
