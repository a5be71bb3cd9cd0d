import type { UsageTotals } from '../models/index.ts';
import { ODDS_PARAMETER } from '../models/transport.ts';
import { estimateLeads } from '../report/estimateLeads.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import { sumCounts } from '../statistics/sumCounts.ts';
import type { EndpointAdjustedEvent, OptimizeEvent, StartedEvent } from './events.ts';
import { describeBatch } from './describeBatch.ts';
import { describeStop } from './describeStop.ts';
import { formatDuration } from './formatDuration.ts';
import { WaitAnnouncer } from './waitAnnouncer.ts';

/** Where lines for people go, and whether it is a terminal, on which a line can be written over. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** How often a terminal's line is written over, and another screen gets a line. */
const [REDRAW_MS, LINE_MS] = [1000, 30_000];
/** Characters of the bar. */
const BAR_WIDTH = 16;

/** Shows a run's events: on a terminal one line that is written over, else one line for each level. */
export class Progress {
  readonly #screen: Screen | null;
  readonly #notices: Screen;
  #getUsage: (() => UsageTotals) | undefined;
  #levels = 0;
  #expectedCalls: number | null = null;
  #callsBefore = 0;
  #best = 0;
  #clock: NodeJS.Timeout | undefined;
  #started = performance.now();
  #level = -1;
  #judged = 0;
  /** The judged candidates, level by level. */
  readonly #nodes: Hypothesis[][] = [];
  /** The rewards of the level. */
  #rewards: number[] = [];
  #firstPrompt: string | undefined;
  #isRewritten = false;
  #isJudgeConstant = false;
  #drawn = 0;
  readonly #waits = new WaitAnnouncer();

  /** @param screen null shows nothing but what a person waits for, on stderr */
  constructor(screen: Screen | null) {
    this.#screen = screen;
    this.#notices = screen ?? process.stderr;
  }

  readonly handle = (event: OptimizeEvent): void => {
    if (event.type === 'started') {
      this.#start(event);
    } else if (event.type === 'candidateJudged') this.#recordNode(event.node);
    else if (event.type === 'endpointAdjusted') this.#writeLine(describeAdjustment(event));
    else if (event.type === 'batchReported') this.#writeLine(describeBatch(event), this.#notices);
    else if (event.type === 'callRetried') this.#writeLine(this.#waits.announce(event), this.#notices);
    else if (event.type === 'stopping') this.#writeLine(describeStop(event), this.#notices);
    else if (event.type === 'fileDamaged')
      process.stderr.write(`drpo: ${event.text}\n`); // with --quiet too
    else if (event.type === 'warningRaised') {
      this.#isJudgeConstant ||= event.code === 'judge-constant';
      this.#writeLine(`Warning: ${toPrintable(event.text)}`);
    } else if (event.type === 'finished') {
      if (this.#getUsage) this.#end();
      for (const note of event.notes) this.#screen?.write(`${note}\n`);
      if (event.result === null && this.#getUsage)
        this.#screen?.write(`The answers so far are kept in ${event.folder}. The same command continues from there.\n`);
    }
  };

  #start({ data, proof, levels, expectedCalls, judgedBefore, getUsage }: StartedEvent): void {
    [this.#levels, this.#expectedCalls] = [levels, expectedCalls];
    [this.#getUsage, this.#started] = [getUsage, performance.now()];
    this.#callsBefore = sumCounts(getUsage().calls);
    if (data !== undefined) this.#screen?.write(`${toPrintable(data)}\n`);
    if (proof !== undefined) this.#screen?.write(`${toPrintable(proof)}\n`);
    if (expectedCalls !== null)
      this.#screen?.write(
        `About ${expectedCalls} calls are expected, with the final and its proof${this.#callsBefore > 0 ? `; ${this.#callsBefore} are made` : ''}.\n`,
      );
    for (const node of judgedBefore) this.#recordNode(node);
    if (!this.#screen) return;
    // between levels, in the examples' stage and in the final no event says how far the run is
    const { isTTY = false } = this.#screen;
    this.#clock = setInterval(() => this.#draw(isTTY ? '\r' : ''), isTTY ? REDRAW_MS : LINE_MS).unref();
  }

  #writeLine(text: string | null, screen = this.#screen): void {
    if (text !== null) screen?.write(`${screen.isTTY ? '\r\u001b[K' : ''}${text}\n`);
  }

  #recordNode(node: Hypothesis): void {
    if (node.depth > this.#level) this.#nextLevel(node.depth);
    this.#judged++;
    this.#firstPrompt ??= node.prompt;
    this.#isRewritten ||= node.prompt !== this.#firstPrompt;
    if (node.reward !== null) this.#rewards.push(node.reward);
    (this.#nodes[node.depth] ??= []).push(node);
    if (this.#screen?.isTTY && performance.now() - this.#drawn > 100) this.#draw('\r');
  }

  #end(): void {
    clearInterval(this.#clock);
    this.#updateBest();
    if (this.#screen && this.#level >= 0) this.#draw(this.#screen.isTTY ? '\r' : '', true);
    if (this.#screen?.isTTY) this.#screen.write('\n');
  }

  #nextLevel(depth: number): void {
    this.#updateBest();
    if (this.#screen && this.#level >= 0 && !this.#screen.isTTY) this.#draw('');
    [this.#level, this.#judged, this.#rewards] = [depth, 0, []];
  }

  /**
   * The lead over the first prompt counts how hard each query is. What is left of a hard query's effect must not lower the best
   * of the levels before, so it is the highest estimate of a whole level.
   */
  #updateBest(): void {
    const levels = this.#nodes.filter((level) => level !== undefined);
    const leads = estimateLeads(levels);
    this.#best = Math.max(this.#best, ...(levels.at(-1) ?? []).map(({ id }) => leads.get(id) ?? 0));
  }

  /** Points of a prompt that was not rewritten, or of a judge that gives all the same, are no finding. */
  #describeBest(): string {
    if (this.#isJudgeConstant) return 'all points alike';
    if (!this.#isRewritten) return 'nothing rewritten yet';
    return `best so far +${this.#best.toFixed(2)} to the first prompt`;
  }

  #describeTie(): string {
    const [first] = this.#rewards;
    const isTied = this.#rewards.length > 1 && this.#rewards.every((reward) => reward === first);
    return isTied && !this.#isJudgeConstant ? `all ${this.#rewards.length} tie` : '';
  }

  #draw(start: string, isOver = false): void {
    if (!this.#getUsage) return;
    this.#drawn = performance.now();
    const { calls, tokens, usd } = this.#getUsage();
    const made = sumCounts(calls);
    const used = sumCounts(Object.fromEntries(Object.entries(tokens).map(([role, t]) => [role, t.input + t.output])));
    const parts = [
      isOver ? '' : this.#describeShare(made),
      this.#level < 0 ? '' : `level ${this.#level} of ${Math.max(this.#level, this.#levels)}`,
      this.#level < 0 ? '' : `${this.#judged} judged`,
      this.#describeBest(),
      this.#describeTie(),
      this.#expectedCalls === null || isOver || made >= this.#expectedCalls
        ? `${made} calls`
        : `${made} of about ${this.#expectedCalls} calls`,
      `${Math.round(used / 1000)}k tokens`,
      usd > 0 ? `${usd.toFixed(2)} USD` : '',
      isOver ? '' : this.#describeTimeLeft(made),
    ];
    const line = parts.filter(Boolean).join(' · ');
    this.#screen?.write(start === '\r' ? `\r${line.slice(0, (this.#screen.columns ?? 120) - 1)}\u001b[K` : `${line}\n`);
  }

  /** How much of the whole run is done, the final and its proof included: on a terminal as a bar. */
  #describeShare(made: number): string {
    if (this.#expectedCalls === null) return '';
    const share = Math.min(0.99, made / this.#expectedCalls);
    const filled = Math.round(share * BAR_WIDTH);
    const bar = this.#screen?.isTTY ? `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ` : '';
    return `${bar}${Math.floor(100 * share)} %`;
  }

  #describeTimeLeft(made: number): string {
    const now = made - this.#callsBefore;
    if (this.#expectedCalls === null || now <= 0 || made >= this.#expectedCalls) return '';
    const seconds = (performance.now() - this.#started) / 1000;
    return `about ${formatDuration((seconds / now) * (this.#expectedCalls - made))} left`;
  }
}

/** What an endpoint refused, in one line. */
export function describeAdjustment({ role, model, parameter, sentAs }: EndpointAdjustedEvent): string {
  if (parameter === 'output')
    return `${role}: the endpoint of ${model} refuses or ignores the form of replies, so they are requested as ${sentAs}.`;
  if (parameter === ODDS_PARAMETER && (role === 'judge' || role === 'proofJudge'))
    return `${role}: ${model} gives no odds of digits (logprobs), so the points that it writes are the scores.`;
  const nameRole = (name: string): string => (name === 'system' || name === 'developer' ? `the ${name} role` : name);
  const instead =
    parameter === 'n'
      ? 'so each completion is a request of its own'
      : sentAs === null
        ? 'so it is left out'
        : sentAs === 'user'
          ? 'so the prompt precedes the first user message'
          : `so it is sent as ${sentAs}`;
  return `${role}: the endpoint of ${model} refuses ${nameRole(parameter)}, ${instead}.`;
}

/** A value as one line of JSON that steers no terminal: what JSON leaves as it is of the control characters is escaped. */
export const toJsonLine = (value: unknown): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  `${JSON.stringify(value).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter)}\n`;

const escapeCharacter = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text from a model made safe for a terminal: control characters, which could steer it, are shown as symbols. */
export const toPrintable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
