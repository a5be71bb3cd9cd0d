import type { RunnableConfig } from '@langchain/core/runnables';
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { isTracingEnabled } from 'langsmith';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunModels } from '../../models/index.ts';
import { BUDGETED_ROLES } from '../../models/roles.ts';
import type { Config } from '../config/loadConfig.ts';
import { TraceClient } from './traceClient.ts';
import { openSpans } from './otelSpans.ts';

/** What a run's graph is invoked with besides its thread, and how its trace is sent before the command ends. */
export interface RunTrace {
  config: Pick<RunnableConfig, 'tags' | 'metadata'> & { callbacks?: LangChainTracer[] };
  /** Waits until the trace is sent, 3 seconds at most, so that a dead LangSmith delays nobody. Gives notes for the user. */
  flush: () => Promise<string[]>;
}

/** What is traced: a run's config, the folder that names it, and the models, which get their roles as labels. */
export interface TracedRun {
  config: Config;
  folder: { path: string };
  models: RunModels;
}

/** One trace a run, in the config's project (LANGSMITH_PROJECT wins); nothing at all unless LANGSMITH_TRACING is true. */
export async function traceRun(
  { config, folder, models }: TracedRun,
  about: Record<string, unknown> = {},
): Promise<RunTrace> {
  if (!isTracingEnabled()) return { config: {}, flush: async () => [] };
  labelModelRoles(models);
  const project = process.env['LANGSMITH_PROJECT'] || process.env['LANGCHAIN_PROJECT'] || config.tracing.project;
  const client = new TraceClient(project, config.models);
  if (client.tracingMode === 'otel') client.spans = await openSpans(project);
  const run = basename(folder.path);
  const { seed } = config.queries;
  return {
    config: {
      callbacks: [new LangChainTracer({ client, projectName: project })],
      tags: [config.preset, `seed:${seed}`, ...config.tracing.tags],
      // LangSmith groups by thread_id: the parts of a run that was interrupted and continued
      metadata: { run, thread_id: run, preset: config.preset, seed, ...about },
    },
    flush: async () => {
      await waitForDelivery(client.waitUntilSent());
      return [...client.refusals].map((failure) => `LangSmith: ${failure}; the trace is not there`);
    },
  };
}

/** Labels model calls with their role. */
export function labelModelRoles(models: RunModels): void {
  for (const role of BUDGETED_ROLES) {
    const model = models[role];
    if (model) model.metadata = { ...model.metadata, role };
  }
}

/** Milliseconds that a command waits for a silent LangSmith, and for one that answers. */
const [MAX_SILENCE_MS, MAX_FLUSH_MS] = [3000, 60_000];

/** Waits for traces that are being sent: 3 seconds after the last sign of life, a minute at most. */
export async function waitForDelivery(sent: Promise<unknown>, lastSeen: () => number = () => 0): Promise<void> {
  const started = performance.now();
  const getRemainingMs = (): number => {
    const now = performance.now();
    return Math.min(Math.max(started, lastSeen()) + MAX_SILENCE_MS, started + MAX_FLUSH_MS) - now;
  };
  const settled = sent.then(() => true);
  for (let [done, ms] = [false, getRemainingMs()]; !done && ms > 0; ms = getRemainingMs())
    done = await Promise.race([settled, sleep(ms, false, { ref: false })]);
}
