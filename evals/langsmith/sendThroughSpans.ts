import type { Client } from 'langsmith';
import type { Spans } from '../../run/tracing/otelSpans.ts';
import type { Deliver, Feedback } from './outbox.ts';

/** Delivery of whole traces as spans. What becomes of them the exporter does not tell. */
export const throughSpans =
  (client: Client, spans: Spans): Deliver =>
  async (parcels) => {
    for (const { runs, feedback } of parcels) {
      for (const run of runs) await spans.begin(run, () => client.createRun({ ...run }));
      const ids = spans.idsOf(runs[0]?.id ?? '');
      for (const run of runs) await spans.end(run.id ?? '', async () => undefined);
      const given = ids ? feedback.map((one) => ({ ...told(one), ...ids })) : [];
      await Promise.allSettled(given.map((one) => client.createFeedback(one)));
    }
    await client.awaitPendingTraceBatches();
    return {};
  };

const told = ({ key, score = null, value = null, comment, session_id: sessionId = '' }: Feedback) => ({
  key,
  score,
  value,
  sessionId,
  ...(comment && { comment }),
});
