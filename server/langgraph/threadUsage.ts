import type { RunnableConfig } from '@langchain/core/runnables';
import type { Gateway } from '../../models/index.ts';
import type { Node, Nodes } from '../../nodes/index.ts';
import type { RunEvent } from '../../run/runFolder.ts';
import type { UsageReport } from '../../run/remote/remoteUsage.ts';

/** What one thread has come to in this process. */
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

  /** Writes how it stands, and what has happened since that was last told, to a run's custom stream. */
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

/** The nodes, each of which tells on the run's custom stream what has been spent once it has ended, well or not. */
export function withUsageReports(nodes: Nodes, account: ThreadUsage): Nodes {
  const told =
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
    retrieveExamples: told(nodes.retrieveExamples),
    selectRewards: told(nodes.selectRewards),
    respond: told(nodes.respond),
    judge: told(nodes.judge, () => account.countJudgement()),
    rewriteSystemPrompt: told(nodes.rewriteSystemPrompt),
    rewriteExample: told(nodes.rewriteExample),
  };
}

/** Where a node of LangGraph writes to the run's custom stream; nowhere where it was called ahead of the graph. */
function getStreamWriter(config: RunnableConfig | undefined): ((chunk: unknown) => void) | undefined {
  const writer: unknown = config && Reflect.get(config, 'writer');
  return typeof writer === 'function' ? (chunk) => void writer(chunk) : undefined;
}
