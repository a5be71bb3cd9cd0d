import type { RunnableConfig } from '@langchain/core/runnables';
import type { Gateway } from '../../models/index.ts';
import type { Node, Nodes } from '../../nodes/index.ts';
import type { RunEvent } from '../../run/runFolder.ts';
import type { Usage } from '../../run/remote/remoteUsage.ts';

/** What one thread has come to in this process. */
export class Account {
  readonly #session: string;
  #gateway: Gateway | undefined;
  #untold: RunEvent[] = [];
  #judged = 0;

  constructor(session = '') {
    this.#session = session;
  }

  of(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  note(event: RunEvent): void {
    this.#untold.push(event);
  }

  judged(): void {
    this.#judged++;
  }

  /** Writes how it stands, and what has happened since that was last told, to a run's custom stream. */
  tell(write: ((chunk: { usage: Usage }) => void) | undefined): void {
    if (!this.#gateway || !write) return;
    const [session, tally, judged, events] = [this.#session, this.#gateway.tally(), this.#judged, this.#untold];
    this.#untold = [];
    write({ usage: { session, tally, judged, events } });
  }
}

/** The nodes, each of which tells on the run's custom stream what has been spent once it has ended, well or not. */
export function telling(nodes: Nodes, account: Account): Nodes {
  const told =
    <Reads, Writes>(node: Node<Reads, Writes>, ended = (): void => undefined): Node<Reads, Writes> =>
    async (reads, config) => {
      try {
        return await node(reads, config);
      } finally {
        ended();
        account.tell(writerOf(config));
      }
    };
  return {
    sampleQueries: nodes.sampleQueries,
    retrieveExamples: told(nodes.retrieveExamples),
    selectRewards: told(nodes.selectRewards),
    respond: told(nodes.respond),
    judge: told(nodes.judge, () => account.judged()),
    rewriteSystemPrompt: told(nodes.rewriteSystemPrompt),
    rewriteExample: told(nodes.rewriteExample),
  };
}

/** Where a node of LangGraph writes to the run's custom stream; nowhere where it was called ahead of the graph. */
function writerOf(config: RunnableConfig | undefined): ((chunk: unknown) => void) | undefined {
  const writer: unknown = config && Reflect.get(config, 'writer');
  return typeof writer === 'function' ? (chunk) => void writer(chunk) : undefined;
}
