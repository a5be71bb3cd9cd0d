import { CallFailed } from '../errors.ts';
import { refusesChoices } from './sender.ts';
import type { Answer, Request } from '../transport.ts';

/** What an endpoint is known to do when asked for several choices at once. */
export interface Habit {
  takesN: boolean;
}

interface Asking {
  one: (request: Request) => Promise<Answer>;
  /** Whether a request's answer is in the store. */
  known: (request: Request) => boolean;
  habit: Habit;
}

/**
 * The n choices of a request: at once where the endpoint gives them so, else one by one, each a call of its own. An
 * endpoint that refused n or answered fewer is not asked for several again.
 */
export async function choicesOf(request: Request, asking: Asking): Promise<Answer> {
  const { one, known, habit } = asking;
  if (request.n === 1) return one(request);
  if (!known(request) && (!habit.takesN || known(part(request, 0)))) return gather(request, asking, []);
  const whole = await one(request).catch((error: unknown) => {
    if (!refusesChoices(error)) throw error;
    return null;
  });
  if (whole && whole.texts.length >= request.n) return whole;
  const first = whole ?? (await one(part(request, 0)));
  habit.takesN = false;
  return gather(request, asking, [first]);
}

const part = (request: Request, i: number): Request => ({ ...request, n: 1, part: i });

/** Asks for what is missing, all at the same time; what fails is left out unless everything does. */
async function gather(request: Request, { one }: Asking, got: Answer[]): Promise<Answer> {
  const from = got.reduce((sum, a) => sum + a.texts.length, 0);
  const parts = Array.from({ length: request.n - from }, (_, i) => one(part(request, from + i)));
  const settled = await Promise.allSettled(parts);
  const faults = settled.flatMap((s) => (s.status === 'rejected' ? [s.reason as unknown] : []));
  const answers = [...got, ...settled.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []))];
  const fatal = faults.find((f) => !(f instanceof CallFailed)) ?? (answers.length ? undefined : faults[0]);
  if (fatal !== undefined) throw fatal;
  return {
    texts: answers.flatMap((a) => a.texts),
    finish: answers.flatMap((a) => a.finish),
    usage: { input: sum(answers, (a) => a.usage.input), output: sum(answers, (a) => a.usage.output) },
    cached: answers.every((a) => a.cached),
  };
}

const sum = (answers: readonly Answer[], of: (a: Answer) => number): number =>
  answers.reduce((total, a) => total + of(a), 0);
