import { isRung, findRung, SEVERAL_COMPLETIONS, type EndpointAdjustments } from './endpointAdjustments.ts';
import { describeRefusal } from './describeFailure.ts';
import { createReplyFault } from './findReplyFault.ts';
import { fitReplyLimit, hasThoughts } from '../fitReplyLimit.ts';
import type { FailedAttempt } from './retry.ts';
import type { RoleHealth } from './roleHealth.ts';
import type { RoleModel } from './roleModel.ts';
import type { StoredAdjustment } from '../cache/storedRecord.ts';
import {
  isWithoutOdds,
  ODDS_PARAMETER,
  type ModelRequest,
  type OutputRung,
  type ParameterAdjustments,
  type Reply,
} from '../transport.ts';
import type { DigitOddsAccess, DigitUse } from '../../state/digitOdds.ts';

export interface AdjusterOptions {
  /** Called after each failed attempt. `wait`: milliseconds until the next attempt, null if there will be none. */
  onFailure: (model: RoleModel, failure: FailedAttempt, wait: number | null) => void;
  adjustments: EndpointAdjustments;
  /** Called with each new adjustment. */
  onAdjust: (adjustment: StoredAdjustment) => void;
  /** Whether a refused parameter ends the run, and an empty reply is an answer. Several completions are requested one by one even then. */
  isReference: boolean;
}

/** The completions of a request are to be requested one by one. */
export class CompletionCountError extends Error {
  override readonly name = 'CompletionCountError';
  constructor() {
    super('the endpoint gives one completion for each request');
  }
}

/** Learns from refusals and replies what an endpoint does not take, and adjusts the requests to it. */
export class RequestAdjuster {
  readonly #options: AdjusterOptions;
  readonly #health: RoleHealth;

  constructor(options: AdjusterOptions, health: RoleHealth) {
    this.#options = options;
    this.#health = health;
  }

  /** Adjusts what the provider's class would refuse itself, so that no call is spent on it. @throws RoleDownError */
  async leaveOutUnsent(model: RoleModel, request: ModelRequest): Promise<void> {
    const { adjustments, isReference } = this.#options;
    const names = (await model.transport.listUnsent?.(request, adjustments.getSnapshot(model))) ?? [];
    if (names.length > 0 && isReference) {
      const failure = createReplyFault('bad-request', `LangChain's class sends no ${names.join(', ')}`);
      throw this.#health.takeDown(model, failure, describeRefusal(model, failure, names, 0));
    }
    for (const name of names) this.#applyRefusal(model, name, false);
  }

  /**
   * Whether a refused request is to be sent again, with other parameters. @throws CompletionCountError if its completions
   * are to be requested one by one, RoleDownError if the parameter may not change
   */
  adjust(model: RoleModel, request: ModelRequest, failure: FailedAttempt, attempt: number): boolean {
    const { isReference, onFailure, adjustments } = this.#options;
    if (failure.isFormIgnored) {
      onFailure(model, failure, 0);
      return true;
    }
    const { names = [], isTooLarge = false, isUnknown = false } = failure.refused ?? {};
    if (names.length === 0 && usesLadder(model, request) && mayRefuseForm(failure, attempt)) {
      if (adjustments.mayRefuseForm(model)) {
        adjustments.tryNextRung(model);
        onFailure(model, failure, 0);
        return true;
      }
      adjustments.endTrial(model, false);
    }
    if (names.length === 0 && request.odds && mayRefuseOdds(failure, attempt) && adjustments.tryWithoutOdds(model)) {
      onFailure(model, failure, 0);
      return true;
    }
    const isSplit = request.n > 1 && (names.includes('n') || (names.length === 0 && mayRefuseParameter(failure)));
    const others = names.filter((name) => name !== 'n' || !isSplit);
    if (others.length === 0 && !isSplit) return false;
    const fixed = isReference ? others : others.filter((name) => isRung(name) && model.transport.output !== 'auto');
    if (fixed.length > 0) {
      onFailure(model, failure, null);
      throw this.#health.takeDown(model, failure, describeRefusal(model, failure, fixed, attempt));
    }
    for (const name of others) this.#applyRefusal(model, name, isTooLarge);
    if (names.includes('n') && isSplit) this.#applyRefusal(model, isUnknown ? 'n' : SEVERAL_COMPLETIONS, false);
    onFailure(model, failure, 0);
    if (!isSplit) return true;
    if (names.length === 0) adjustments.suspectSeveral(model);
    throw new CompletionCountError();
  }

  /** Several completions of one request are refused or ignored, although the failure may have named no fault. */
  confirmSplit(model: RoleModel): void {
    this.#applyRefusal(model, SEVERAL_COMPLETIONS, false);
  }

  /** Goes down the ladder if a reply shows that the endpoint takes or holds no such form, or gives no odds. */
  learnFromReply(model: RoleModel, request: ModelRequest, sent: ParameterAdjustments, reply: Reply): void {
    const { texts, finish, digits = [] } = reply;
    if (hasThoughts(reply)) this.#options.adjustments.addThinking(model);
    if (request.odds) this.#learnOdds(model, request.odds, sent, reply);
    const { role, transport } = model;
    this.#options.adjustments.recordDigits({ role, model: transport.model, texts, digits });
    if (!request.form || !usesLadder(model, request)) return;
    const { adjustments } = this.#options;
    for (const rung of adjustments.endTrial(model, true)) this.#applyRefusal(model, rung, false);
    const [{ isReadable }, rung] = [request.form, findRung(sent)];
    const complete = texts.filter((_, i) => ['stop', ''].includes(finish[i] ?? ''));
    if (adjustments.countReplies(model, rung, complete, isReadable) && rung !== 'text')
      this.#applyRefusal(model, rung, false);
  }

  /** The fault of a reply that cannot be used, if the endpoint has shown since that it ignores its form: the next form is asked for at once. */
  findIgnoredForm(
    model: RoleModel,
    request: ModelRequest,
    sent: ParameterAdjustments,
    { texts, finish }: Reply,
  ): FailedAttempt | null {
    const { form } = request;
    if (!form || !usesLadder(model, request)) return null;
    const hasNext = RUNGS.indexOf(this.#options.adjustments.getRung(model)) > RUNGS.indexOf(findRung(sent));
    if (!hasNext || !isComplete(finish) || texts.some(form.isReadable)) return null;
    return { ...createReplyFault('other', 'the reply had another form than was asked for'), isFormIgnored: true };
  }

  /** The fault of a reply that a short limit cut inside its thoughts: the whole limit is asked for at once. */
  findShortLimit(
    { settings }: RoleModel,
    request: ModelRequest,
    sent: ParameterAdjustments,
    reply: Reply,
  ): FailedAttempt | null {
    const isShort = request.odds !== 'alone' && fitReplyLimit(settings.maxTokens, request, sent) !== undefined;
    const isCut = reply.finish.includes('length') && hasThoughts(reply);
    return isShort && isCut
      ? { ...createReplyFault('other', 'the limit was spent on thoughts'), isFormIgnored: true }
      : null;
  }

  /** What is known of the odds of a model's digits. That it gives none although digits alone are wanted is recorded once. */
  getDigitOdds(model: RoleModel): DigitOddsAccess {
    const mayBeAsked = (): boolean => model.transport.givesOdds ?? false;
    return {
      mayBeAsked,
      areGiven: () => {
        if (!mayBeAsked()) this.#leaveOutOdds(model);
        return mayBeAsked() && !isWithoutOdds(this.#options.adjustments.getSnapshot(model));
      },
      wereGiven: () => this.#options.adjustments.wroteDigits(model),
      leaveOut: () => this.#leaveOutOdds(model),
    };
  }

  /** Odds that are missing beside remarks change nothing: the points count as written. Digits alone are worth nothing without. */
  #learnOdds(model: RoleModel, use: DigitUse, sent: ParameterAdjustments, reply: Reply): void {
    const hasOdds = (reply.digits ?? []).length > 0;
    const { adjustments } = this.#options;
    // an answer without them ends their trial
    if (sent.has(ODDS_PARAMETER)) return this.#leaveOutOdds(model);
    if (isWithoutOdds(sent)) return;
    if (use === 'within' && !adjustments.wroteDigits(model)) return adjustments.acceptOdds(model);
    if ((hasOdds || showsNoOdds(reply)) && adjustments.countOdds(model, hasOdds)) this.#leaveOutOdds(model);
  }

  #leaveOutOdds(model: RoleModel): void {
    this.#applyRefusal(model, ODDS_PARAMETER, false);
  }

  #applyRefusal(model: RoleModel, name: string, isTooLarge: boolean): void {
    const { adjustments, onAdjust } = this.#options;
    const adjustment = adjustments.plan(model, name, isTooLarge);
    if (adjustment === null) return;
    adjustments.add(adjustment);
    onAdjust(adjustment);
  }
}

/** Whether a reply without odds has a score or a thought. A short limit leaves no room for thoughts, so it may be empty. */
const showsNoOdds = ({ texts, thoughts = [] }: Reply): boolean =>
  texts.every((text, i) => text.trim() === '' || /[1-5]|<think/.test(text) || Boolean(thoughts[i]));

/** From the strictest form on. */
const RUNGS: readonly OutputRung[] = ['json_schema', 'json_object', 'text'];

const isComplete = (finish: readonly string[]): boolean => finish.every((reason) => ['stop', ''].includes(reason));

const usesLadder = ({ transport }: RoleModel, { form }: ModelRequest): boolean =>
  form !== undefined && transport.output === 'auto';

/** A server may fail at a form without a reason: the same status again is no chance any more. */
const mayRefuseForm = (failure: FailedAttempt, attempt: number): boolean =>
  mayRefuseParameter(failure) || (failure.status === 500 && attempt > 0);

/** The same of odds. A router may have no server that gives them. */
const mayRefuseOdds = (failure: FailedAttempt, attempt: number): boolean =>
  mayRefuseForm(failure, attempt) ||
  (failure.status === 404 && /\bparameters?\b/i.test(failure.message)) ||
  ((failure.status === 502 || failure.status === 409) && attempt > 2);

/** Whether a failure that names no parameter may come from one that few requests have, such as several completions. */
const mayRefuseParameter = ({ status, kind }: FailedAttempt): boolean =>
  status === 501 || (kind === 'bad-request' && status !== 413);
