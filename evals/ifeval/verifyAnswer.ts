import { followInstruction, followLoosely } from '../../nodes/checks/ifeval/followInstruction.ts';
import type { Check } from '../../state/check.ts';
import { type IfevalKind } from '../../state/ifevalKinds.ts';

/** An instruction of a prompt, and whether an answer follows it. */
export interface VerifiedInstruction {
  instruction: IfevalKind;
  strict: boolean;
  loose: boolean;
}

/** Verifies an answer by each instruction of its prompt, strictly and loosely. An empty answer follows none. */
export const verifyAnswer = (answer: string, checks: readonly Check[]): Promise<VerifiedInstruction[]> =>
  Promise.all(
    checks
      .filter((check) => check.type === 'ifeval')
      .map(async ({ instruction, kwargs }) => ({
        instruction,
        strict: await followInstruction(answer, instruction, kwargs),
        loose: await followLoosely(answer, instruction, kwargs),
      })),
  );
