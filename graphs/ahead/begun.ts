import type { Node, Nodes } from '../../nodes/node.ts';

/** The nodes that may be asked ahead of the graph. */
export type Speculated = Pick<Nodes, 'rewriteSystemPrompt' | 'respond' | 'judge'>;

/**
 * Calls of nodes begun before the graph comes to them. Each is known by what it reads and taken up at most once, so that
 * the result is the one the graph would have had: a call that reads anything else is made as ever.
 */
export class Ahead {
  readonly #begun = new Map<string, { promise: Promise<unknown>; stop: AbortController }>();
  readonly #owners = new Map<string, { keys: string[]; open: boolean; stop: AbortController }>();

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
    this.#owners.set(owner, { keys: [], open: true, stop: new AbortController() });
    return {
      rewriteSystemPrompt: this.#beginning('rewriteSystemPrompt', nodes.rewriteSystemPrompt, owner),
      respond: this.#beginning('respond', nodes.respond, owner),
      judge: this.#beginning('judge', nodes.judge, owner),
    };
  }

  /** Lets go of what was begun for an owner, and calls off what of it is under way; the number of calls that were. */
  forget(owner: string): number {
    const held = this.#owners.get(owner);
    this.#owners.delete(owner);
    for (const key of held?.keys ?? []) this.#begun.delete(key);
    held?.stop.abort(new Error('not needed'));
    return held?.keys.length ?? 0;
  }

  /** An owner's calls are wanted: they stay to be taken up, and the graph makes the next ones itself. */
  close(owner: string): void {
    const held = this.#owners.get(owner);
    if (held) held.open = false;
  }

  #taking<Reads, Writes>(name: string, node: Node<Reads, Writes>): Node<Reads, Writes> {
    return (reads, config) => {
      if (this.#begun.size === 0) return node(reads, config);
      const key = keyOf(name, reads);
      const begun = this.#begun.get(key);
      if (!begun) return node(reads, config);
      this.#begun.delete(key);
      config?.signal?.addEventListener('abort', () => begun.stop.abort(config.signal?.reason), { once: true });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same node was asked the same
      return begun.promise as Promise<Writes>;
    };
  }

  #beginning<Reads, Writes>(name: string, node: Node<Reads, Writes>, owner: string): Node<Reads, Writes> {
    return async (reads, config) => {
      const held = this.#owners.get(owner);
      if (!held?.open) throw new Error(`${owner} is the graph's by now`);
      const key = keyOf(name, reads);
      const promise = node(reads, { ...config, signal: held.stop.signal });
      promise.catch(() => undefined);
      this.#begun.set(key, { promise, stop: held.stop });
      held.keys.push(key);
      return promise;
    };
  }
}

const keyOf = (name: string, reads: unknown): string => JSON.stringify([name, reads]);
