import { aggregate, intervalsOf, type Intervals, type Summary } from '../justEval/aggregate.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { scoredOf, type JustEvalRecord } from '../justEval/justEval.ts';
import type { Bias } from '../bias/bias.ts';
import type { Hit } from '../justEval/overlap.ts';
import { viewsOf, type Views } from '../justEval/views.ts';
import type { Tally } from '../../models/index.ts';
import type { Session } from '../../run/session.ts';
import { modelAbout, nameOf, type ModelAbout } from '../../run/describeModel.ts';
import { provenance } from './provenance.ts';
import type { MethodAbout } from './resolveMethod.ts';

/** The result of an evaluation (`result.json` in its folder): who judged whom, how, and what came of it. */
export interface Evaluation extends Summary {
  title: string;
  intervals: Intervals;
  views: Views;
  method: MethodAbout;
  models: { base: ModelAbout; judge: ModelAbout };
  provenance: Record<string, unknown>;
  /** Training queries found among the instructions. */
  leakage: Hit[];
  /** Instructions given; `n` are evaluated. Fewer where a budget or the user stopped it. */
  of: number;
  unanswered: number;
  stoppedBy: 'budget' | 'interrupted' | null;
  /** What the judges are biased by (`--bias`). */
  bias?: Bias;
  calls: Tally['calls'];
  retries: Tally['retries'];
  tokens: Tally['tokens'];
  usd: number;
  seconds: number;
  folder: string;
}

/** What an evaluation has done, and what stopped it. */
export interface Done {
  records: JustEvalRecord[];
  stopped: 'budget' | 'interrupted' | null;
  seconds: number;
  bias?: Bias;
}

/** Sums an evaluation up. */
export function evaluationOf(
  { config, gateway, folder }: Session,
  method: MethodAbout,
  instructions: readonly Instruction[],
  { records, stopped, seconds, bias }: Done,
  hits: Hit[],
): Evaluation {
  const scored = records.map(scoredOf);
  const { calls, retries, tokens, usd } = gateway.tally();
  const models = { base: modelAbout(config.models.base), judge: modelAbout(config.models.judge) };
  const simulated = Object.values(models).some((m) => m.provider === 'simulated');
  return {
    ...aggregate(scored),
    title: `just-eval: ${nameOf(models.base)} with ${method.name}, judged by ${nameOf(models.judge)}, ${records.length} of ${instructions.length} instructions${simulated ? ' (a simulation: no real model’s result)' : ''}`,
    intervals: intervalsOf(scored),
    views: viewsOf(scored),
    method,
    models,
    provenance: provenance(config),
    leakage: hits,
    of: instructions.length,
    unanswered: records.filter((r) => r.result === null).length,
    stoppedBy: stopped,
    ...(bias && { bias }),
    calls,
    retries,
    tokens,
    usd,
    seconds,
    folder: folder.path,
  };
}
