import type { StoredAdjustment, StoredAnswer } from '../cache/storedRecord.ts';
import { THINKS } from '../fitReplyLimit.ts';
import { ODDS_PARAMETER, type OutputRung, type ParameterAdjustments } from '../transport.ts';
import type { RoleModel } from './roleModel.ts';

/** The other name of a parameter, for endpoints that refuse the first. `user`: the prompt precedes the first user message. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
  system: 'developer',
  developer: 'user',
  json_schema: 'json_object',
  json_object: 'text',
};

/** The parameter `n` with a value above 1; `n: 1` may be accepted. */
export const SEVERAL_COMPLETIONS = 'n > 1';

interface ModelAdjustments {
  /** How each refused parameter is sent; null if it is left out. */
  sentAs: Map<string, string | null>;
  /** Every name that was refused. */
  refused: Set<string>;
  /** Whether several completions may be refused, until a request for one shows it. */
  suspectsSeveral: boolean;
  /** The rung that is tried because a failure named no fault, until an answer shows that it was the form. */
  triedRung: OutputRung | undefined;
  /** Trials that no answer confirmed. */
  failedTrials: number;
  /** Complete replies to requests with each rung, and how many of them could be used. */
  replies: Map<OutputRung, { total: number; readable: number }>;
  /** Whether odds are left out on trial, because a failure named no fault; a reply then shows that it was they. */
  oddsTrial: 'running' | 'failed' | undefined;
  /** Whether a request that names odds was answered. */
  acceptedOdds: boolean;
  /** Whether a reply came with the odds of its digits. */
  gaveOdds: boolean;
  /** Replies in a row, up to the last, that lacked them. */
  repliesWithoutOdds: number;
  /** Whether a reply began with thoughts. */
  thinks: boolean;
}

/** After so many trials of other rungs in vain, a failure is no refusal of the form. */
const MAX_FAILED_TRIALS = 2;
/** So many complete replies, of which none can be used, show that an endpoint ignores the form. */
const MIN_REPLIES_TO_SHOW_IGNORED = 2;
/** So many replies in a row without odds show that an endpoint gives none any more. */
const MIN_REPLIES_TO_SHOW_LOST_ODDS = 3;

/** What the endpoint of each role refused, and what is sent instead. */
export class EndpointAdjustments {
  readonly #byModel = new Map<string, ModelAdjustments>();
  /** The roles and models that wrote digits alone, with their odds. */
  readonly #wrote = new Set<string>();

  /** How a model's refused parameters are sent; unchanged by later refusals. */
  getSnapshot(model: ModelName): ParameterAdjustments {
    const { sentAs, triedRung, oddsTrial, thinks } = this.#byModel.get(toKey(model)) ?? {};
    return new Map([
      ...(sentAs ?? []),
      ...(triedRung ? [['json_schema', triedRung] as const] : []),
      ...(oddsTrial === 'running' ? [[ODDS_PARAMETER, null] as const] : []),
      ...(thinks ? [[THINKS, null] as const] : []),
    ]);
  }

  /** The form in which a role's replies are requested, for a model whose `output` is "auto". */
  getRung(model: RoleModel): OutputRung {
    return findRung(this.getSnapshot(model));
  }

  /** Whether a failure without a named fault may come from the form: the endpoint never answered a request with it. */
  mayRefuseForm(model: RoleModel): boolean {
    const rung = this.getRung(model);
    const { replies, failedTrials } = this.#getEntry(model);
    return rung !== 'text' && !replies.has(rung) && failedTrials < MAX_FAILED_TRIALS;
  }

  /** Tries the next rung, or none of them any more. */
  tryNextRung(model: RoleModel): void {
    const { successors = SUCCESSORS } = model.transport;
    this.#getEntry(model).triedRung = toRung(successors[this.getRung(model)]);
  }

  /** Ends the trial. Returns the refused rungs if an answer has shown that it was the form. */
  endTrial(model: RoleModel, isAnswered: boolean): OutputRung[] {
    const entry = this.#getEntry(model);
    const tried = entry.triedRung;
    entry.triedRung = undefined;
    if (tried !== undefined && !isAnswered) entry.failedTrials += 1;
    if (tried === undefined || !isAnswered) return [];
    const { successors = SUCCESSORS } = model.transport;
    const refused: OutputRung[] = [];
    for (let rung = this.getRung(model); rung !== tried && rung !== 'text'; rung = toRung(successors[rung]))
      refused.push(rung);
    return refused;
  }

  /** Notes the complete replies to a request with a rung. Returns whether the endpoint ignores it: none could be used. */
  countReplies(
    model: RoleModel,
    rung: OutputRung,
    texts: readonly string[],
    isReadable: (text: string) => boolean,
  ): boolean {
    const { replies } = this.#getEntry(model);
    const { total = 0, readable = 0 } = replies.get(rung) ?? {};
    if (readable > 0) return false; // one is enough: the others need not be read twice
    const count = { total: total + texts.length, readable: texts.filter(isReadable).length };
    replies.set(rung, count);
    return count.readable === 0 && count.total >= MIN_REPLIES_TO_SHOW_IGNORED;
  }

  /** Notes that a request which names odds was answered, so no failure comes from them. */
  acceptOdds(model: RoleModel): void {
    this.#getEntry(model).acceptedOdds = true;
  }

  /** Leaves out the odds of digits, if no request that names them was answered yet. Returns whether this is new; a second failure ends the trial. */
  tryWithoutOdds(model: RoleModel): boolean {
    const entry = this.#getEntry(model);
    if (entry.acceptedOdds || entry.sentAs.has(ODDS_PARAMETER)) return false;
    const isNew = entry.oddsTrial === undefined;
    entry.oddsTrial = isNew ? 'running' : 'failed';
    return isNew;
  }

  /** Notes whether a reply came with the odds of its digits. Returns whether none ever did, or several in a row did not. */
  countOdds(model: RoleModel, givesOdds: boolean): boolean {
    const entry = this.#getEntry(model);
    entry.acceptedOdds = true;
    entry.gaveOdds ||= givesOdds;
    entry.repliesWithoutOdds = givesOdds ? 0 : entry.repliesWithoutOdds + 1;
    return !entry.gaveOdds || entry.repliesWithoutOdds >= MIN_REPLIES_TO_SHOW_LOST_ODDS;
  }

  /** Notes whether an answer of this session or an earlier one is digits with their odds. */
  recordDigits({ role, model, texts, digits = [] }: Pick<StoredAnswer, 'role' | 'model' | 'texts' | 'digits'>): void {
    if (texts.every(isWordless) && digits.some((odds) => odds.length > 0)) this.#wrote.add(`${role} ${model}`);
  }

  /** Whether a model ever wrote digits alone, with their odds. */
  wroteDigits({ role, transport: { model } }: ModelName): boolean {
    return this.#wrote.has(`${role} ${model}`);
  }

  /** Notes that a model's replies begin with thoughts. */
  addThinking(model: RoleModel): void {
    this.#getEntry(model).thinks = true;
  }

  /** Adds an adjustment that this session or an earlier one recorded. */
  add({ role, model, endpoint, parameter, sentAs }: StoredAdjustment): void {
    const entry = this.#getEntry({ role, transport: { model, endpoint } });
    if (entry.sentAs.get(parameter) === sentAs) return;
    entry.refused.add(entry.sentAs.get(parameter) ?? parameter);
    entry.sentAs.set(parameter, sentAs);
  }

  /**
   * The adjustment after a refusal; null if the name was refused before. `isTooLarge`: not the name was refused but the
   * value, which no other name changes.
   */
  plan({ role, transport }: ModelName, name: string, isTooLarge: boolean): StoredAdjustment | null {
    const { model, endpoint, successors = SUCCESSORS } = transport;
    const { sentAs, refused } = this.#getEntry({ role, transport });
    if (refused.has(name)) return null;
    const parameter = [...sentAs].find(([, sent]) => sent === name)?.[0] ?? name;
    const successor =
      (isTooLarge && name.startsWith('max_')) || !Object.hasOwn(successors, name) ? undefined : successors[name];
    const isNew = successor !== undefined && successor !== parameter;
    return { role, model, endpoint, parameter, sentAs: isNew ? successor : null };
  }

  /** Whether several completions are requested one by one. */
  isSplit(model: RoleModel): boolean {
    const entry = this.#byModel.get(toKey(model));
    return (
      entry !== undefined && (entry.suspectsSeveral || entry.sentAs.has('n') || entry.sentAs.has(SEVERAL_COMPLETIONS))
    );
  }

  /** Notes that a request for several completions failed, perhaps only because of their number. */
  suspectSeveral(model: RoleModel, suspects = true): void {
    this.#getEntry(model).suspectsSeveral = suspects;
  }

  #getEntry(model: ModelName): ModelAdjustments {
    const key = toKey(model);
    const entry = this.#byModel.get(key) ?? {
      sentAs: new Map(),
      refused: new Set(),
      suspectsSeveral: false,
      triedRung: undefined,
      failedTrials: 0,
      oddsTrial: undefined,
      replies: new Map(),
      acceptedOdds: false,
      gaveOdds: false,
      repliesWithoutOdds: 0,
      thinks: false,
    };
    this.#byModel.set(key, entry);
    return entry;
  }
}

const isWordless = (text: string): boolean => !/\p{L}/u.test(text);

/** The rung of requests that are sent with these adjustments. */
export const findRung = (adjustments: ParameterAdjustments): OutputRung =>
  toRung(adjustments.get('json_schema') ?? 'json_schema');

/** Whether a parameter's name is a form of replies. */
export const isRung = (name: string): boolean => name === 'json_schema' || name === 'json_object';

const toRung = (name: string | null | undefined): OutputRung =>
  name === 'json_schema' || name === 'json_object' ? name : 'text';

/** A role and the name and address of its model. */
export type ModelName = Pick<RoleModel, 'role'> & {
  transport: Pick<RoleModel['transport'], 'model' | 'endpoint' | 'successors'>;
};

const toKey = ({ role, transport: { model, endpoint } }: ModelName): string => `${role} ${model} ${endpoint}`;
