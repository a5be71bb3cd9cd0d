import type { Client } from 'langsmith';
import type { Spans } from '../../run/tracing/otelSpans.ts';
import type { OutboxTransport, RunFeedback } from './outbox.ts';

/** Delivery of whole traces as spans. What becomes of them the exporter does not tell. */
export const createSpanTransport =
  (client: Client, spans: Spans): OutboxTransport =>
  async (parcels) => {
    for (const { runs, feedback } of parcels) {
      for (const run of runs) await spans.start(run, () => client.createRun({ ...run }));
      const ids = spans.getLangSmithIds(runs[0]?.id ?? '');
      for (const run of runs) await spans.end(run.id ?? '', async () => undefined);
      const given = ids ? feedback.map((one) => ({ ...toFeedbackInput(one), ...ids })) : [];
      await Promise.allSettled(given.map((one) => client.createFeedback(one)));
    }
    await client.awaitPendingTraceBatches();
    return {};
  };

const toFeedbackInput = ({ key, score = null, value = null, comment, session_id: sessionId = '' }: RunFeedback) => ({
  key,
  score,
  value,
  sessionId,
  ...(comment && { comment }),
});
