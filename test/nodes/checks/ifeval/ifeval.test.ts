import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { verifyAnswer } from '../../../../evals/ifeval/verifyAnswer.ts';
import { readAllQueries } from '../../../../run/config/readQueries.ts';
import { Check } from '../../../../state/check.ts';
import { IFEVAL_KINDS, type IfevalKind } from '../../../../state/ifevalKinds.ts';

interface RecordedCase {
  instruction_id_list: IfevalKind[];
  kwargs: Record<string, unknown>[];
  response: string;
  verdict: [boolean, boolean];
}
/** What the Python package said: scripts/calibration/ifeval/compareIfeval.ts writes it. */
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'verdicts.json'), 'utf8')) as RecordedCase[];

/** Kinds that two detectors of languages, or two rules for the end of a sentence, may decide otherwise. */
const STATISTICAL = new Set<IfevalKind>([
  'language:response_language',
  'change_case:english_capital',
  'change_case:english_lowercase',
  'length_constraints:number_sentences',
]);

const verify = async ({ instruction_id_list: [instruction], kwargs: [kwargs = {}], response }: RecordedCase) => {
  const [verified] = await verifyAnswer(response, [Check.parse({ type: 'ifeval', instruction, kwargs })]);
  return [verified?.strict, verified?.loose];
};

describe('an instruction of IFEval', () => {
  it.each(IFEVAL_KINDS.map((kind) => ({ kind })))('$kind is decided as by the Python package', async ({ kind }) => {
    const own = cases.filter(({ instruction_id_list: [instruction] }) => instruction === kind);
    expect(own.length).toBeGreaterThanOrEqual(10);
    const verdicts = await Promise.all(own.map(verify));
    const wrong = own.filter((one, i) => JSON.stringify(verdicts[i]) !== JSON.stringify(one.verdict));
    expect(wrong.slice(STATISTICAL.has(kind) ? 2 : 0)).toEqual([]);
  });

  it.each([
    [{ instruction: 'keywords:existence' }],
    [
      {
        instruction: 'keywords:letter_frequency',
        kwargs: { letter: 'ab', let_frequency: 1, let_relation: 'at least' },
      },
    ],
    [{ instruction: 'length_constraints:number_words', kwargs: { num_words: 3, relation: 'about' } }],
    [{ instruction: 'keywords:existance', kwargs: { keywords: ['a'] } }],
  ])('%j is refused, since it cannot be decided', (check) => {
    expect(Check.safeParse({ type: 'ifeval', ...check }).success).toBe(false);
  });
});

it.each([{ name: 'train' }, { name: 'held-out' }])(
  'the $name prompts have all kinds of instruction',
  async ({ name }) => {
    const queries = await readAllQueries('--instructions', resolve(import.meta.dirname, `../../../../data/ifeval-${name}.jsonl`));
    const kinds = queries.flatMap(({ checks = [] }) =>
      checks.flatMap((c) => (c.type === 'ifeval' ? [c.instruction] : [])),
    );
    expect(queries.length).toBe(100);
    expect(new Set(queries.map(({ text }) => text)).size).toBe(100);
    expect(new Set(kinds)).toEqual(new Set(IFEVAL_KINDS));
  },
);
