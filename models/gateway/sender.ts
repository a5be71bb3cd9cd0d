import { costOf, type Budget, type Settle } from './budget.ts';
import { advice, describe } from './describeFailure.ts';
import { CallFailed, RoleDown } from '../errors.ts';
import { sleep, unlessAborted, type Flight } from './inFlightRequest.ts';
import type { Outcome } from './adaptiveConcurrency.ts';
import type { Limiter } from './limiter.ts';
import type { Player } from './roleModel.ts';
import { delayOf, faultOf, type Fault } from './retry.ts';
import { lengthOf, type Reply, type Request, type Role, type Usage } from '../transport.ts';

/** What a request brought, what it cost and how long it took, in milliseconds. */
export interface Delivery extends Reply {
  usage: Usage;
  usd: number;
  ms: number;
}

export interface SenderParts {
  limiter: Limiter;
  budget: Budget;
  now: () => number;
  random: () => number;
  /** Told before each request that counts against a budget. */
  onSend: (player: Player) => void;
  /** Told of each failed attempt; `wait`: milliseconds until the next, null where there is none. */
  onFault: (player: Player, fault: Fault, wait: number | null) => void;
}

/** Calls of one of a role's models that may use up their retries one after the other before the role counts as down. */
const STRIKES = 3;

/** Sends a request until it is answered: limiter, budget, transport, and again where that may help. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #strikes = new Map<string, number>();
  readonly #down = new Map<Role, RoleDown>();

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  async deliver(player: Player, request: Request, flight: Flight): Promise<Delivery> {
    const order = this.#parts.limiter.order();
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(player, request, flight, order);
      if ('texts' in outcome) return outcome;
      const wait = this.#waitOrThrow(player, request, outcome, attempt);
      await sleep(wait, flight.waiting);
    }
  }

  async #attempt(player: Player, request: Request, flight: Flight, order: number): Promise<Delivery | Fault> {
    const { limiter, now } = this.#parts;
    this.#refuseIfDown(player.role);
    const release = await limiter.acquire(player.transport.endpoint, flight.waiting, order);
    let outcome: Outcome = 'failed';
    let after: number | undefined;
    let settle: Settle | undefined;
    let delivery: Delivery | undefined;
    try {
      this.#refuseIfDown(player.role);
      settle = await this.#reserve(player, request, flight);
      if (player.role !== 'embeddings') this.#parts.onSend(player);
      const started = now();
      const reply = await unlessAborted(player.transport.send(request, flight.sending), flight.sending);
      delivery = this.#deliveryOf(player, request, reply, now() - started);
      outcome = 'taken';
      return delivery;
    } catch (error) {
      if (!settle) throw error;
      if (flight.sending.aborted) return this.#letGo(player, error);
      const fault = faultOf(error, now());
      if (fault.crowded) [outcome, after] = ['refused', fault.after];
      return fault;
    } finally {
      settle?.({ tokens: delivery ? delivery.usage.input + delivery.usage.output : 0, usd: delivery?.usd ?? 0 });
      release(outcome, after);
    }
  }

  async #reserve({ role, settings }: Player, request: Request, flight: Flight): Promise<Settle> {
    if (role === 'embeddings') return () => undefined;
    const input = lengthOf(request.prompt) / 4;
    const output = request.n * this.#parts.budget.expected(role, settings.maxTokens ?? 2048);
    return this.#parts.budget.reserve(
      { tokens: input + output, usd: costOf({ input, output }, settings.price) },
      flight.waiting,
    );
  }

  /** Where the endpoint tells no usage, four characters count as a token. */
  #deliveryOf(player: Player, request: Request, reply: Reply, ms: number): Delivery {
    const { role, settings } = player;
    const length = reply.texts.reduce((sum, t) => sum + t.length, 0);
    const usage = reply.usage ?? {
      input: Math.ceil(lengthOf(request.prompt) / 4),
      output: role === 'embeddings' ? 0 : Math.ceil(length / 4),
    };
    this.#strikes.delete(nameOf(player));
    this.#parts.budget.learn(role, usage.output / Math.max(1, reply.texts.length));
    return { ...reply, usage, usd: costOf(usage, settings.price), ms: Math.round(ms) };
  }

  /** Sent, but no longer waited for: counted, since it may have been answered. */
  #letGo(player: Player, reason: unknown): never {
    const fault = { kind: 'aborted', status: undefined, retry: false, crowded: false, after: undefined } as const;
    this.#parts.onFault(player, { ...fault, message: 'not waited for' }, null);
    throw reason;
  }

  #refuseIfDown(role: Role): void {
    const down = this.#down.get(role);
    if (down) throw down;
  }

  /** Milliseconds until the next attempt; throws where there is to be none. */
  #waitOrThrow(player: Player, request: Request, fault: Fault, attempt: number): number {
    const { budget, random, onFault } = this.#parts;
    const again = fault.retry && attempt < (player.settings.maxRetries ?? 6) && !this.#down.has(player.role);
    const wait = delayOf(attempt, fault.after, random);
    const late = again && wait > budget.left && player.role !== 'embeddings';
    const error = again ? null : this.#failure(player, fault, attempt);
    // a refusal of several choices at once is not the end of the call: they are asked for one by one
    const onward = request.n > 1 && refusesChoices(error);
    onFault(player, fault, again && !late ? wait : onward ? 0 : null);
    if (late) throw budget.outOfTime();
    if (error) throw error;
    return wait;
  }

  #failure(player: Player, fault: Fault, attempt: number): CallFailed | RoleDown {
    const { role } = player;
    const about = { role, kind: fault.kind, status: fault.status };
    const line = describe(player, fault, attempt);
    const strikes = (this.#strikes.get(nameOf(player)) ?? 0) + (fault.retry ? 1 : 0);
    this.#strikes.set(nameOf(player), strikes);
    const fatal = fault.kind === 'auth' || fault.kind === 'not-found' || fault.kind === 'quota';
    if (!fatal && strikes < STRIKES) return new CallFailed(line, about);
    const down =
      this.#down.get(role) ??
      new RoleDown(
        fatal ? `${line}; ${advice(player, fault)}` : `${line}; ${strikes} calls in a row have failed like this`,
        about,
      );
    this.#down.set(role, down);
    return down;
  }
}

const nameOf = ({ role, transport }: Player): string => `${role} ${transport.model} ${transport.endpoint}`;

/** Whether an endpoint may have failed a call only because it asked for several choices. */
export const refusesChoices = (error: unknown): boolean =>
  error instanceof CallFailed && (error.status === 400 || error.status === 422);
