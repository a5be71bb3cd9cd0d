/** The meaning of the keys that hold other keys. */
export const GROUP_MEANINGS: Readonly<Record<string, string>> = {
  models: 'A model for each role.',
  queries: 'The questions that the search asks.',
  examples: 'The in-context examples, and stage 1, which rewrites them.',
  rewards: 'What a good response is.',
  search: 'The search for a system prompt.',
  judge: 'How responses are judged.',
  final: 'The comparison with the first prompt on held-out queries. Null: none.',
  'final.proof': 'The part of the final that proves the best prompt.',
  budget: 'Limits of a run.',
  checkpoints: 'Where checkpoints are kept.',
  tracing: 'What LangSmith gets.',
};
