import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { bootstrap, type Interval } from '../../statistics/bootstrap.ts';
import type { VerifiedInstruction } from './verifyAnswer.ts';

/** An answered prompt of IFEval. */
export interface IfevalRecord {
  id: string | number;
  prompt: string;
  response: string;
  instructions: VerifiedInstruction[];
  /** Why there is no answer. It counts as missing, never as a failure. */
  missing?: string | undefined;
}

/** A share of prompts or instructions, 0 to 1, with its 95 % interval. */
export interface IfevalAccuracy {
  promptStrict: Interval | null;
  promptLoose: Interval | null;
  instructionStrict: Interval | null;
  instructionLoose: Interval | null;
}

/** What IFEval says of the answers. */
export interface IfevalSummary {
  accuracy: IfevalAccuracy;
  /** Prompts that were answered, and their instructions. */
  prompts: number;
  instructions: number;
  missing: number;
  /** Followed strictly and loosely, by kind of instruction. */
  kinds: Record<string, { n: number; strict: number; loose: number }>;
}

type Mode = 'strict' | 'loose';

/** Sums up the answers; an interval of instructions draws whole prompts, since those of one prompt are not independent. */
export function summarizeIfeval(records: readonly IfevalRecord[]): IfevalSummary {
  const answered = records.filter(({ missing }) => missing === undefined);
  const kinds: IfevalSummary['kinds'] = {};
  for (const { instruction, strict, loose } of answered.flatMap((record) => record.instructions)) {
    const { n, strict: before, loose: looseBefore } = kinds[instruction] ?? { n: 0, strict: 0, loose: 0 };
    kinds[instruction] = { n: n + 1, strict: before + Number(strict), loose: looseBefore + Number(loose) };
  }
  return {
    accuracy: {
      promptStrict: computeShare(answered, 'strict', false),
      promptLoose: computeShare(answered, 'loose', false),
      instructionStrict: computeShare(answered, 'strict', true),
      instructionLoose: computeShare(answered, 'loose', true),
    },
    prompts: answered.length,
    instructions: answered.reduce((sum, record) => sum + record.instructions.length, 0),
    missing: records.length - answered.length,
    kinds,
  };
}

function computeShare(records: readonly IfevalRecord[], mode: Mode, isByInstruction: boolean): Interval | null {
  const parts = records.map(({ instructions }) => {
    const followed = instructions.filter((one) => one[mode]).length;
    return isByInstruction
      ? { followed, of: instructions.length }
      : { followed: Number(followed === instructions.length), of: 1 };
  });
  return bootstrap(parts.length, (drawn) => {
    const sums = { followed: 0, of: 0 };
    for (const i of drawn) {
      sums.followed += parts[i]?.followed ?? 0;
      sums.of += parts[i]?.of ?? 0;
    }
    return sums.followed / sums.of;
  });
}

/** The difference in strict prompt accuracy between two sets of answers to the same prompts: the first minus the second. */
export function compareIfeval(
  records: readonly IfevalRecord[],
  others: readonly IfevalRecord[],
): { difference: Interval | null; prompts: number; better: number; worse: number } {
  const isFollowed = ({ instructions }: IfevalRecord): number => Number(instructions.every(({ strict }) => strict));
  const byPrompt = new Map(others.filter(({ missing }) => missing === undefined).map((other) => [other.prompt, other]));
  const differences = records.flatMap((record) => {
    const other = byPrompt.get(record.prompt);
    return record.missing === undefined && other ? [isFollowed(record) - isFollowed(other)] : [];
  });
  return {
    difference: computePairedInterval(differences),
    prompts: differences.length,
    better: differences.filter((one) => one > 0).length,
    worse: differences.filter((one) => one < 0).length,
  };
}
