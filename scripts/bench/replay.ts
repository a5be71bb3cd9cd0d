import type { OptimizeResult } from '../../run/result.ts';
import type { LoggedRequest } from './server.ts';

type ResultNodes = OptimizeResult['nodes'];

/** Groups the expanded nodes with their children, level by level. */
function groupExpansionsByLevel(
  nodes: ResultNodes,
): { parent: ResultNodes[number]; children: ResultNodes; rewritten: boolean }[][] {
  const depth = Math.max(...nodes.map((n) => n.depth));
  return Array.from({ length: depth }, (_, level) =>
    nodes
      .filter((n) => n.depth === level)
      .map((parent) => {
        const children = nodes.filter((n) => n.parent === parent.id);
        return { parent, children, rewritten: children.some((c) => c.prompt !== parent.prompt) };
      })
      .filter(({ children }) => children.length > 0),
  );
}

/** Counts the calls of a search that must wait for each other: two per level, three if a prompt is rewritten. */
export const countCriticalPathCalls = (nodes: ResultNodes): number =>
  groupExpansionsByLevel(nodes).reduce((sum, level) => sum + (level.some((l) => l.rewritten) ? 3 : 2), 2);

/** Sends the requests of a run by `fetch`, in the order that the algorithm allows: the lower limit of its time. */
export async function replayRequests(
  url: string,
  nodes: ResultNodes,
  requests: readonly LoggedRequest[],
): Promise<void> {
  const bodies = new Map<string, string[]>();
  for (const { model, body } of requests) bodies.set(model, [...(bodies.get(model) ?? []), body]);
  const send = async (model: string): Promise<void> => {
    const body = bodies.get(model)?.shift();
    if (body === undefined) return; // the run had this answer in its cache
    const headers = { 'content-type': 'application/json' };
    await (await fetch(`${url}/chat/completions`, { method: 'POST', body, headers })).json();
  };
  const evaluate = async (): Promise<void> => {
    await send('base');
    await send('judge');
  };
  const rewards = Array.from({ length: bodies.get('reward')?.length ?? 0 }, () => send('reward'));
  await evaluate();
  for (const level of groupExpansionsByLevel(nodes))
    await Promise.all(
      level.map(async ({ children, rewritten }) => {
        if (rewritten) await send('optimizer');
        await Promise.all(children.map(evaluate));
      }),
    );
  await Promise.all(rewards);
}
