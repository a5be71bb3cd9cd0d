import { drpo, paperNodes, type Models, type SelectRewards } from '../index.ts'; // 'drpo' once installed

const CORRECT = { name: 'Correctness', scoring: '5: the code runs and does what the user wants; 1: it does not run.' };
const BRIEF = { name: 'Brevity', scoring: '5: nothing can be left out; 1: most of it can be left out.' };
const KIND = {
  name: 'Kindness',
  scoring: '5: a worried customer would feel in good hands; 1: they would feel scolded.',
};

/** Rewards selected by a rule instead of a model: questions about code get other aspects than customers' questions. */
export const byTopic: SelectRewards = async ({ query }) => ({
  rewards: /\b(code|function|regex|script)\b/i.test(query) ? [CORRECT, BRIEF] : [KIND, BRIEF],
  reasoning: 'by the topic of the query',
});

export const search = (models: Models) =>
  drpo({ ...paperNodes(models), selectRewards: byTopic }, { depth: 4, final: null });
