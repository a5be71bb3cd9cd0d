import type { Node, Nodes } from '../nodes/node.ts';

/** The nodes that may be asked ahead of the graph. */
export type Speculated = Pick<Nodes, 'rewriteSystemPrompt' | 'respond' | 'judge'>;

/**
 * Calls of nodes begun before the graph comes to them. Each is known by what it reads and taken up at most once, so that
 * the result is the one the graph would have had: a call that reads anything else is made as ever.
 */
export class Ahead {
  readonly #begun = new Map<string, Promise<unknown>>();
  readonly #owners = new Map<string, { keys: string[]; open: boolean }>();

  /** The nodes as the graph uses them: what was begun ahead is taken up. */
  taking<All extends Speculated>(nodes: All): All {
    return {
      ...nodes,
      rewriteSystemPrompt: this.#taking('rewriteSystemPrompt', nodes.rewriteSystemPrompt),
      respond: this.#taking('respond', nodes.respond),
      judge: this.#taking('judge', nodes.judge),
    };
  }

  /** The nodes as they are asked ahead: what they are asked is remembered as the owner's, until it is closed or forgotten. */
  beginning(nodes: Speculated, owner: string): Speculated {
    this.#owners.set(owner, { keys: [], open: true });
    return {
      rewriteSystemPrompt: this.#beginning('rewriteSystemPrompt', nodes.rewriteSystemPrompt, owner),
      respond: this.#beginning('respond', nodes.respond, owner),
      judge: this.#beginning('judge', nodes.judge, owner),
    };
  }

  /** Lets go of what was begun for an owner; the number of calls that were. */
  forget(owner: string): number {
    const { keys } = this.#owners.get(owner) ?? { keys: [] };
    this.#owners.delete(owner);
    for (const key of keys) this.#begun.delete(key);
    return keys.length;
  }

  /** An owner's calls are wanted: they stay to be taken up, and the graph makes the next ones itself. */
  close(owner: string): void {
    const held = this.#owners.get(owner);
    if (held) held.open = false;
  }

  #taking<Reads, Writes>(name: string, node: Node<Reads, Writes>): Node<Reads, Writes> {
    return (reads, config) => {
      const key = keyOf(name, reads);
      const begun = this.#begun.get(key);
      this.#begun.delete(key);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same node was asked the same
      return begun === undefined ? node(reads, config) : (begun as Promise<Writes>);
    };
  }

  #beginning<Reads, Writes>(name: string, node: Node<Reads, Writes>, owner: string): Node<Reads, Writes> {
    return async (reads, config) => {
      const held = this.#owners.get(owner);
      if (!held?.open) throw new Error(`${owner} is the graph's by now`);
      const key = keyOf(name, reads);
      const promise = node(reads, config);
      promise.catch(() => undefined);
      this.#begun.set(key, promise);
      held.keys.push(key);
      return promise;
    };
  }
}

const keyOf = (name: string, reads: unknown): string => JSON.stringify([name, reads]);
