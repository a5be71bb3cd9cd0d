import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryStore } from '../../models/cache/createMemoryStore.ts';
import { Gateway } from '../../models/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { createRunParts } from '../../run/createRunParts.ts';
import { ProofRecord } from '../../run/proofRecord.ts';
import { computeReward } from '../../state/judgement.ts';
import { describeRecordedJudgements, type RecordedJudgement } from './describeRecordedJudgements.ts';

/** What the judge is asked of each answer. */
const CRITERION = {
  name: 'Help',
  description: 'the answer fits this very question, is true, and helps the customer on',
};
/** What the judge said of each answer, beside the run's files. */
const JUDGED_FILE = 'judged.jsonl';
const SECTION = /(<!-- judge -->\n)[\s\S]*(\n<!-- \/judge -->)/;

/**
 * Has the run's own model judge the held-out answers of a recorded run, and writes what it says into the run's README. Each
 * answer is judged a second time as the answer to the next question: a judge that gives it the same points there says nothing.
 */
export async function judgeProof(example: string): Promise<void> {
  const file = join(example, 'config.yaml');
  const override = { 'rewards.mode': 'static', 'rewards.checks': [], 'rewards.criteria': [CRITERION] };
  const config = loadConfig({ file, override });
  const gateway = new Gateway({ concurrency: config.concurrency, store: createMemoryStore() });
  const { judge, selectRewards } = createRunParts(config, gateway).createNodes();
  const proof = readProof(example);
  const ask = async (query: string, response: string): Promise<Pick<RecordedJudgement, 'points' | 'rationale'>> => {
    const reads = { query, stage: 'prompt' as const };
    const { rewards, reasoning } = await selectRewards(reads);
    const { evaluation, missing } = await judge({ ...reads, response, rewards, reasoning });
    const rationale = evaluation[CRITERION.name]?.rationale ?? missing ?? '';
    return { points: computeReward(evaluation), rationale };
  };
  const judged = await Promise.all(
    proof.flatMap(({ query, ...sides }, i) =>
      (['first', 'challenger'] as const).flatMap((side) =>
        [false, true].map(async (isSwapped): Promise<RecordedJudgement> => {
          const asked = isSwapped ? (proof[(i + 1) % proof.length]?.query ?? query) : query;
          return { query, side, isSwapped, ...(await ask(asked, sides[side].response)) };
        }),
      ),
    ),
  );
  writeFileSync(join(example, JUDGED_FILE), judged.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const readme = join(example, 'README.md');
  const text = readFileSync(readme, 'utf8').replace(SECTION, `$1\n${describeRecordedJudgements(judged)}$2`);
  writeFileSync(readme, text);
}

const readProof = (example: string): ProofRecord[] =>
  readFileSync(join(example, 'proof.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ProofRecord.parse(JSON.parse(line)));
