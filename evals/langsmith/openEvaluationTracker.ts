import { Client, isTracingEnabled } from 'langsmith';
import { SAFE_CLIENT_OPTIONS } from '../../run/tracing/clientOptions.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { openSpans } from '../../run/tracing/otelSpans.ts';
import { createSpanTransport } from './createSpanTransport.ts';
import type { EvaluationTracker, TrackedEvaluation } from './evaluationTracker.ts';
import { LangSmithTracker, REQUEST_TIMEOUT_MS } from './langSmithTracker.ts';
import { createMultipartTransport, Outbox } from './outbox.ts';

const TRACKING_OFF: EvaluationTracker = { openExperiment: () => ({}), flush: async () => [] };

/** Opens a tracker, which does nothing unless LANGSMITH_TRACING is true. Only its `flush` waits for LangSmith. */
export const openEvaluationTracker = async (evaluation: TrackedEvaluation): Promise<EvaluationTracker> =>
  isTracingEnabled() ? new LangSmithTracker(evaluation, await createOutbox(evaluation.config)) : TRACKING_OFF;

async function createOutbox({ tracing }: Config): Promise<Outbox> {
  const client = new Client({ ...SAFE_CLIENT_OPTIONS, timeout_ms: REQUEST_TIMEOUT_MS });
  return new Outbox(
    client.tracingMode === 'otel'
      ? createSpanTransport(client, await openSpans(tracing.project))
      : createMultipartTransport(),
  );
}
