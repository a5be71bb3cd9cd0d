import type { Client } from 'langsmith';
import type { Spans } from '../../run/tracing/otelSpans.ts';
import type { OutboxTransport, RunFeedback } from './outbox.ts';

/** Creates a transport that sends whole traces as OpenTelemetry spans. The exporter does not report whether they arrive. */
export const createSpanTransport =
  (client: Client, spans: Spans): OutboxTransport =>
  async (items) => {
    for (const { runs, feedback } of items) {
      for (const run of runs) await spans.start(run, () => client.createRun({ ...run }));
      const ids = spans.getLangSmithIds(runs[0]?.id ?? '');
      for (const run of runs) await spans.end(run.id ?? '', async () => undefined);
      const inputs = ids ? feedback.map((item) => ({ ...toFeedbackInput(item), ...ids })) : [];
      await Promise.allSettled(inputs.map((input) => client.createFeedback(input)));
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
