import type { RunnableConfig } from '@langchain/core/runnables';
import type { Gateway } from '../../models/index.ts';
import type { Node, Nodes } from '../../nodes/index.ts';
import type { RunEvent } from '../folder.ts';
import type { Usage } from '../remote/usage.ts';

/** What one thread has come to in this process. */
export class Account {
  readonly #session: string;
  #gateway: Gateway | undefined;
  #untold: RunEvent[] = [];
  readonly #judged = new Set<string>();

  constructor(session = '') {
    this.#session = session;
  }

  of(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  note(event: RunEvent): void {
    this.#untold.push(event);
  }

  judged(id: string): void {
    this.#judged.add(id);
  }

  /** How it stands, and what has happened since it was last told. */
  told(): Usage | undefined {
    if (!this.#gateway) return undefined;
    const { tally, judged } = { tally: this.#gateway.tally(), judged: this.#judged.size };
    const events = this.#untold;
    this.#untold = [];
    return { session: this.#session, tally, judged, events };
  }
}

/** The nodes, each of which tells on the run's custom stream what has been spent once it has ended, well or not. */
export function telling(nodes: Nodes, account: Account): Nodes {
  const told =
    <Reads, Writes>(node: Node<Reads, Writes>): Node<Reads, Writes> =>
    async (reads, config) => {
      try {
        return await node(reads, config);
      } finally {
        const write = writerOf(config);
        const usage = write && account.told();
        if (usage) write({ usage });
      }
    };
  return {
    sampleQueries: nodes.sampleQueries,
    retrieveExamples: told(nodes.retrieveExamples),
    selectRewards: told(nodes.selectRewards),
    respond: told(nodes.respond),
    judge: told(nodes.judge),
    rewriteSystemPrompt: told(nodes.rewriteSystemPrompt),
    rewriteExample: told(nodes.rewriteExample),
  };
}

/** Where a node of LangGraph writes to the run's custom stream; nowhere where it was called ahead of the graph. */
function writerOf(config: RunnableConfig | undefined): ((chunk: unknown) => void) | undefined {
  const writer: unknown = config && Reflect.get(config, 'writer');
  return typeof writer === 'function' ? (chunk) => void writer(chunk) : undefined;
}
