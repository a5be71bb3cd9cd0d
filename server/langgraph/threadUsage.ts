import type { RunnableConfig } from '@langchain/core/runnables';
import type { Gateway } from '../../models/index.ts';
import type { Node, Nodes } from '../../nodes/index.ts';
import type { RunEvent } from '../../run/runEvent.ts';
import type { UsageReport } from '../../run/remote/remoteUsage.ts';

/** What one thread has used in this process. */
export class ThreadUsage {
  readonly #session: string;
  #gateway: Gateway | undefined;
  #unreportedEvents: RunEvent[] = [];
  #judgementCount = 0;

  constructor(session = '') {
    this.#session = session;
  }

  setGateway(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  addEvent(event: RunEvent): void {
    this.#unreportedEvents.push(event);
  }

  countJudgement(): void {
    this.#judgementCount++;
  }

  /** Writes the usage, and the events since the last report, to a run's custom stream. */
  report(write: ((chunk: { usage: UsageReport }) => void) | undefined): void {
    if (!this.#gateway || !write) return;
    const [session, tally, judged, events] = [
      this.#session,
      this.#gateway.getUsageTotals(),
      this.#judgementCount,
      this.#unreportedEvents,
    ];
    this.#unreportedEvents = [];
    write({ usage: { session, tally, judged, events } });
  }
}

/** The nodes, each of which reports the usage on the run's custom stream when it ends or fails. */
export function withUsageReports(nodes: Nodes, account: ThreadUsage): Nodes {
  const withReport =
    <Reads, Writes>(node: Node<Reads, Writes>, ended = (): void => undefined): Node<Reads, Writes> =>
    async (reads, config) => {
      try {
        return await node(reads, config);
      } finally {
        ended();
        account.report(getStreamWriter(config));
      }
    };
  return {
    sampleQueries: nodes.sampleQueries,
    retrieveExamples: withReport(nodes.retrieveExamples),
    selectRewards: withReport(nodes.selectRewards),
    respond: withReport(nodes.respond),
    judge: withReport(nodes.judge, () => account.countJudgement()),
    ...(nodes.proofJudge && { proofJudge: withReport(nodes.proofJudge) }),
    rewriteSystemPrompt: withReport(nodes.rewriteSystemPrompt),
    rewriteExample: withReport(nodes.rewriteExample),
  };
}

/** The writer to the run's custom stream, if a node was called by LangGraph. */
function getStreamWriter(config: RunnableConfig | undefined): ((chunk: unknown) => void) | undefined {
  const writer: unknown = config && Reflect.get(config, 'writer');
  return typeof writer === 'function' ? (chunk) => void writer(chunk) : undefined;
}
