import { TraceClient, type RolePrices } from '../../run/tracing/traceClient.ts';
import { deriveId } from '../../run/tracing/deriveId.ts';
import type { LangSmithRun, LangSmithRunUpdate } from '../../run/tracing/sentRun.ts';

/** The runs of an ended trace, parents before children. */
export type TraceTree = [root: LangSmithRun, ...below: LangSmithRun[]];

/** Keeps each trace until it ends and then hands it over whole, so that a kill or a budget leaves no partial trace. */
export class TreeClient extends TraceClient {
  readonly #openTraces = new Map<string, Map<string, LangSmithRun>>();
  readonly #onTree: (tree: TraceTree) => void;

  constructor(project: string, prices: RolePrices, onTree: (tree: TraceTree) => void) {
    super(project, prices, { tracingMode: 'langsmith' });
    this.#onTree = onTree;
  }

  protected override async sendStart(run: LangSmithRun): Promise<void> {
    const { id = '', trace_id = id } = run;
    const tree = this.#openTraces.get(trace_id) ?? new Map<string, LangSmithRun>();
    this.#openTraces.set(trace_id, tree.set(id, run));
  }

  protected override async sendEnd(id: string, run: LangSmithRunUpdate): Promise<void> {
    const { trace_id = id } = run;
    const tree = this.#openTraces.get(trace_id);
    const start = tree?.get(id);
    if (!tree || !start) return;
    tree.set(id, { ...start, ...run, name: start.name, run_type: start.run_type, inputs: run.inputs ?? start.inputs });
    if (id !== trace_id) return;
    this.#openTraces.delete(trace_id);
    const [root, ...below] = tree.values();
    if (root) this.#onTree([root, ...below]);
  }
}

/** Replaces a trace's ids by ids that depend only on `seed`, so that sending it again makes no second trace. */
export function withDerivedIds(seed: string, [root, ...below]: TraceTree): TraceTree {
  const ids = new Map([[root.id ?? '', seed]]);
  for (const [i, { id = '' }] of below.entries()) ids.set(id, deriveId(seed, String(i)));
  const replaceIds = (run: LangSmithRun): LangSmithRun => ({
    ...run,
    id: ids.get(run.id ?? '') ?? seed,
    trace_id: seed,
    ...(run.parent_run_id !== undefined && { parent_run_id: ids.get(run.parent_run_id) ?? seed }),
    dotted_order: (run.dotted_order ?? '')
      .split('.')
      .map((step) => step.slice(0, -36) + (ids.get(step.slice(-36)) ?? ''))
      .join('.'),
  });
  return [replaceIds(root), ...below.map(replaceIds)];
}
