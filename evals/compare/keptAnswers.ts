import { z } from 'zod';
import { DedupedJsonlLog } from '../../run/dedupedJsonlLog.ts';
import { hashText } from '../../run/describeModel.ts';
import type { FreshAnswer, FreshQuery } from '../../run/prove/askFreshQuery.ts';
import { ProofAnswer } from '../../state/final.ts';
import { RewardSelection } from '../../state/reward.ts';
import { hashComparedPrompt, type ComparedPrompt } from './operands.ts';

/** A line of answers.jsonl: what a prompt answered to a query, the rewards that it was judged by, and the judgement. */
const KeptAnswer = z.object({
  prompt: z.string(),
  query: z.string(),
  rewardSelection: RewardSelection,
  answer: ProofAnswer,
});
type KeptAnswer = z.infer<typeof KeptAnswer>;

/** The answers of prompts that were compared in a folder. None of them is asked for again, whatever it is compared with next. */
export class KeptAnswers {
  readonly #log: DedupedJsonlLog<KeptAnswer>;
  readonly #answers = new Map<string, ProofAnswer>();
  readonly #rewards = new Map<string, RewardSelection>();

  /** @param file answers.jsonl of a folder that this process has locked */
  constructor(file: string) {
    this.#log = new DedupedJsonlLog(file, (line) => KeptAnswer.parse(line), toKey);
    for (const kept of this.#log.records()) this.#remember(kept);
  }

  find(prompt: ComparedPrompt, query: FreshQuery): ProofAnswer | undefined {
    return this.#answers.get(toKey({ prompt: hashComparedPrompt(prompt), query: hashQuery(query) }));
  }

  /** The rewards that answers to a query were judged by. */
  findRewards(query: FreshQuery): RewardSelection | undefined {
    return this.#rewards.get(hashQuery(query));
  }

  /** Keeps an answer unless a part of it is missing: that is asked for again. */
  add(
    prompt: ComparedPrompt,
    query: FreshQuery,
    { missing, ...answer }: Omit<FreshAnswer, 'id'>,
    rewardSelection: RewardSelection,
  ): void {
    if (missing !== undefined || answer.reward === null) return;
    const kept = {
      prompt: hashComparedPrompt(prompt),
      query: hashQuery(query),
      rewardSelection,
      answer: ProofAnswer.parse(answer),
    };
    if (this.#log.append(kept)) this.#remember(kept);
  }

  #remember(kept: KeptAnswer): void {
    this.#answers.set(toKey(kept), kept.answer);
    this.#rewards.set(kept.query, kept.rewardSelection);
  }
}

const toKey = ({ prompt, query }: Pick<KeptAnswer, 'prompt' | 'query'>): string => `${prompt} ${query}`;
const hashQuery = ({ query, details }: FreshQuery): string => hashText(JSON.stringify([query, details]));
