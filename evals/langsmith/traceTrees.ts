import { TraceClient, type Prices } from '../../run/tracing/traceClient.ts';
import { idFrom } from '../../run/tracing/derivedIds.ts';
import type { Created, Updated } from '../../run/tracing/sentRun.ts';

/** A trace that has ended: its runs, parents before children. */
export type Tree = [root: Created, ...below: Created[]];

/** Keeps each trace until it has ended and hands it over whole, so that what a kill or a budget cuts off leaves nothing half done. */
export class TreeClient extends TraceClient {
  readonly #growing = new Map<string, Map<string, Created>>();
  readonly #onTree: (tree: Tree) => void;

  constructor(project: string, prices: Prices, onTree: (tree: Tree) => void) {
    super(project, prices, { tracingMode: 'langsmith' });
    this.#onTree = onTree;
  }

  protected override async begun(run: Created): Promise<void> {
    const { id = '', trace_id = id } = run;
    const tree = this.#growing.get(trace_id) ?? new Map<string, Created>();
    this.#growing.set(trace_id, tree.set(id, run));
  }

  protected override async ended(id: string, run: Updated): Promise<void> {
    const { trace_id = id } = run;
    const tree = this.#growing.get(trace_id);
    const begun = tree?.get(id);
    if (!tree || !begun) return;
    tree.set(id, { ...begun, ...run, name: begun.name, run_type: begun.run_type, inputs: run.inputs ?? begun.inputs });
    if (id !== trace_id) return;
    this.#growing.delete(trace_id);
    const [root, ...below] = tree.values();
    if (root) this.#onTree([root, ...below]);
  }
}

/** The same trace with ids that follow from `seed` alone: sent a second time it is the same trace again. */
export function withIdsOf(seed: string, [root, ...below]: Tree): Tree {
  const ids = new Map([[root.id ?? '', seed]]);
  for (const [i, { id = '' }] of below.entries()) ids.set(id, idFrom(seed, String(i)));
  const renamed = (run: Created): Created => ({
    ...run,
    id: ids.get(run.id ?? '') ?? seed,
    trace_id: seed,
    ...(run.parent_run_id !== undefined && { parent_run_id: ids.get(run.parent_run_id) ?? seed }),
    dotted_order: (run.dotted_order ?? '')
      .split('.')
      .map((step) => step.slice(0, -36) + (ids.get(step.slice(-36)) ?? ''))
      .join('.'),
  });
  return [renamed(root), ...below.map(renamed)];
}
