import type { KeySection } from './keySection.ts';
import { MODEL_SECTION } from './modelMeanings.ts';

/** The meaning of every key of a config, in the order of the page: what a user needs first, the paper's, the rest. */
export const KEY_SECTIONS: readonly KeySection[] = [
  {
    title: 'Your task',
    text: 'A config that says this much is enough. `drpo init` writes one.',
    keys: {
      task: 'What the assistant is for, and who asks it. The optimizer and the reward model read it.',
      initialPrompt: 'The prompt that the search starts from. Sections between `<keep>` and `</keep>` must stay.',
      mustKeep: 'Passages that every prompt must have word for word.',
      'models.optimizer':
        'The model that writes prompts: its settings, `MODEL[@BASEURL]` or `simulated`. Roles without a model use it too.',
      'models.base': 'The model whose prompt is searched. Left out: the optimizer’s.',
      'queries.files': 'Files of your questions. Left out: the queries of this package.',
      'rewards.mode':
        'How a response is scored. `dynamic`: the reward model selects criteria for each query. `static`: all criteria count on every query. `checks`: only checks count, and no model is asked.',
      'rewards.criteria': 'Criteria of your own, and names of the paper’s fourteen aspects.',
      'rewards.checks': 'Rules that a response keeps or breaks, scored without a judge.',
      'budget.calls': 'Calls of the language roles at most. The limit is exact. Null: no limit.',
      'budget.tokens': 'Tokens at most. Null: no limit.',
      'budget.usd': 'US dollars at most. It needs the price of each model. Null: no limit.',
      prices:
        'A file with prices by model, which replaces the table of this package: `{"models": {"MODEL": {"input": 0.15, "output": 0.6}}}`.',
      'budget.minutes': 'Minutes at most. Null: no limit.',
    },
  },
  {
    title: 'The paper’s keys',
    text: 'The two algorithms of the paper read these keys. [algorithm.md](algorithm.md) says where.',
    keys: {
      preset: '`reference` does what the authors’ code does.',
      'models.reward': 'The model that selects the rewards of a query. Left out: the optimizer’s.',
      'models.judge': 'The model that scores responses. Left out: the optimizer’s.',
      'search.beamWidth': 'W: candidates of a level that survive.',
      'search.actions': 'M: rewrites of the best prompt of a beam.',
      'search.depth': 'D: prompts on a path at most.',
      'search.maxDepthIncrease': 'Levels that keep a good prompt extend D, by this many in all.',
      'search.keepPromptAbove': 'A reward above this keeps the prompt instead of rewriting it, in points of 5.',
      'search.historyLength': 'Prompts of the path that the optimizer sees, the current one included.',
      'search.strategy': 'How prompts are searched: a name, or an object with the name and that strategy’s own keys.',
      'queries.order': '`shuffled` draws an order by `queries.seed`. `given` keeps that of the files.',
      'queries.seed': 'The seed of the shuffled order.',
      'queries.limit': 'Training queries at most. Null: all.',
      'examples.file':
        'A file of in-context examples. Left out: those of this package, but none with queries of your own.',
      'examples.from': '`queries`: an example is made of each training query with an expected answer.',
      'examples.k':
        'K: examples that are retrieved for each query. With your own queries and no examples of your own it is 0.',
      'examples.choose':
        '`similar`: each query gets the K examples most similar to it. `fixed`: all get the same K, which differ as much as possible. Then all requests of a prompt begin alike, so a prefix cache reuses more. Of this package’s examples none of the first four declines.',
      'examples.rewrite': 'Whether stage 1 rewrites the examples before the search.',
      'examples.rewriteRounds': 'Rewrites of each example at most.',
      'examples.rewriteLimit': 'Examples that are rewritten, from the first. Null: all.',
    },
  },
  MODEL_SECTION,
  {
    title: 'Questions, criteria and checks',
    text: '[task.md](task.md) shows them with examples.',
    keys: {
      'queries.heldOut': 'Files of queries that the search never asks, for the proof.',
      'queries.fields': 'The fields of your files by meaning, if they have other names.',
      'queries.fields.query': 'The field of the question.',
      'queries.fields.messages': 'The field of a conversation, whose last user message is the question.',
      'queries.fields.expected': 'The field of the expected answer.',
      'queries.fields.criteria': 'The field of criteria for this question alone.',
      'queries.fields.checks': 'The field of checks for this question alone.',
      'queries.fields.weight': 'The field of how much the question counts in means over questions.',
      'queries.fields.tags': 'The field of tags.',
      'queries.fields.split': 'The field that says `train` or `held-out`.',
      'queries.fields.metadata': 'Fields that nothing is to use.',
      'rewards.criteria[].name': 'A short name on one line, as the judge writes it.',
      'rewards.criteria[].description': 'What is true of a good response.',
      'rewards.criteria[].scale': 'What the points mean, at least two of 1 to 5.',
      'rewards.criteria[].weight': 'How much it counts in a mean. Left out: 1.',
      'rewards.criteria[].always': 'Whether it counts on every query. Left out: where the reward model selects it.',
      'rewards.checks[].type': 'What kind of rule it is.',
      'rewards.checks[].name': 'How remarks and results name the check. Left out: what it checks.',
      'rewards.checks[].weight': 'How much it counts in a mean. Left out: 1.',
      'rewards.checks[].not': 'Turns the check round: what it asks for must not be.',
      'rewards.checks[].value': 'The text or texts, or the language. Left out: the expected answer of the query.',
      'rewards.checks[].ignoreCase': 'Whether large and small letters are the same.',
      'rewards.checks[].exact': 'Whether white space around the response counts.',
      'rewards.checks[].match': 'Of several texts, whether all must be there, or any one. Left out: the share counts.',
      'rewards.checks[].at': 'Where the text must be. Left out: anywhere.',
      'rewards.checks[].pattern': 'A regular expression of JavaScript.',
      'rewards.checks[].flags': 'The letters of the regular expression’s flags.',
      'rewards.checks[].schema': 'A JSON schema. Left out: any JSON passes.',
      'rewards.checks[].within':
        'Whether other text may be around the JSON. `relaxed` also takes an object that only YAML can read. Left out: the response is JSON alone.',
      'rewards.checks[].min': 'The least length, the least similarity, or the least mean of a group.',
      'rewards.checks[].max': 'The largest length.',
      'rewards.checks[].unit': 'The unit of a length. Left out: words.',
      'rewards.checks[].module': 'The path of a module whose default export decides.',
      'rewards.checks[].instruction': 'The kind of IFEval’s instruction.',
      'rewards.checks[].kwargs': 'What the instruction needs, as in IFEval’s file.',
      'rewards.checks[].loose':
        'Whether the response may also follow the instruction without its first line, its last line or its stars.',
      'rewards.checks[].checks':
        'The checks of a group. It passes if all of them do, or if their weighted mean is at least `min`.',
      'rewards.checks[].range': 'The lowest and the highest score of an evaluator. Left out: 0 and 1.',
    },
  },
  {
    title: 'The search beyond the paper',
    text: '[algorithm.md](algorithm.md), [guards.md](guards.md) and [final.md](final.md) say what each of them does.',
    keys: {
      'search.strategy.name': 'The name of the strategy.',
      'search.strategy.temperature': 'How evenly `stochastic-beam` draws survivors.',
      'search.strategy.seed': 'The seed of the survivors that `stochastic-beam` draws.',
      'search.strategy.queriesPerCandidate': 'Queries on which `best-of-n` judges each prompt.',
      'search.strategy.iterations': 'Rounds of `mcts`.',
      'search.strategy.maxRolloutDepth': 'Levels of a rollout of `mcts`.',
      'search.strategy.explorationWeight': 'How much `mcts` explores.',
      'search.runnerUpActions':
        'Rewrites of each other prompt of a beam, at most `search.actions`. Half of them if there is a final.',
      'search.rankBy':
        'What ranks a level: the estimate from all rewards of the tree, or the path’s value as in the paper.',
      'search.revisitAfter':
        'Levels after which a query is asked again if its whole beam was to be rewritten. Null: never.',
      'search.failedEditsShown': 'Edits that failed nearby and that the optimizer sees.',
      'search.safetyFloor': 'Safety in points of 5, below which a candidate neither survives nor wins. Null: no floor.',
      'search.maxMissingShare': 'Share of missing judgements above which the search ends with an error. 1: never.',
      'search.patience': 'Levels on which every survivor was kept, after which the search ends. Null: never.',
      'search.minExpectedGain':
        'Points that a further level must be expected to gain, or the search ends, from six levels on. Null: any.',
      'search.stopWhenPerfect': 'Whether the search ends when a whole level has full marks.',
      'search.guards': 'Which rewrites are rejected. True: those of the preset `default`. False: none.',
      'search.guards.empty': 'Rejects a prompt without a word.',
      'search.guards.maxLengthRatio':
        'How many times as long as the first prompt a rewrite may be. Up to 2,048 tokens always pass. Null: any length.',
      'search.guards.keepSections': 'Rejects a rewrite without a passage that must stay.',
      'search.guards.duplicates': 'Rejects a prompt that was tried before.',
      'search.guards.maxSimilarity':
        'Similarity to a prompt that was tried, from which a rewrite is rejected. Null: any.',
      'search.guards.maxCopiedWords':
        'Words in a row that a rewrite may not copy from a query, response or example. Null: any.',
      'search.guards.overfit': 'Rejects a line that is made for one query.',
    },
  },
  {
    title: 'Judging and the final',
    text: '`final: null` leaves the final comparison out, as the preset `reference` does.',
    keys: {
      'models.proofJudge':
        'The model that judges the final’s proof alone. `prove` takes it as well. Left out: the judges of the search.',
      'judge.samples': 'Judgements of each response. Their median counts.',
      'judge.method':
        '`points`: the judge gives 1 to 5 points. `checklist`: it answers yes/no items that the reward model writes once for each query, and the points are the share that is met.',
      'judge.scoring':
        '`points`: a score is what the judge writes. `expected`: it is the mean over the odds of the digit that it writes, where the endpoint gives logprobs. Checklists and checks alone have points.',
      'judge.remarks':
        '`always`: each judgement has remarks. `when-rewritten`: the judge writes digits alone, and is asked for remarks only before a rewrite. Needs `expected`.',
      'judge.tone':
        '`stern` tells the judge to score as in the paper. `lenient` gives a response the benefit of the doubt.',
      'judge.panel': 'Judges besides `models.judge`. The median of all scores counts.',
      'judge.instructions':
        'A file whose text begins each request to the judge, in the place of drpo’s own first sentences.',
      'judge.instructions.file': 'That file.',
      'judge.instructions.text': 'Its text, as a run’s folder keeps it. The file is not read then.',
      'judge.reliabilityChecks': 'Judgements that are repeated at the end, to measure the judge’s noise.',
      'final.candidates': 'Prompts that are compared besides the first one.',
      'final.selectionQueries': 'Held-out queries that choose the best of them.',
      'final.cautious':
        'Whether the first prompt is returned unless the chance that the best rewrite is worse is below 1 %.',
      'final.share':
        'Share of the search’s judgements that the final takes at most. Sizes that you set yourself are kept, beyond it too.',
      'final.proof.minQueries':
        'Fresh queries that are judged before anything is claimed, at most `final.proof.maxQueries`. If that is below 6, it is the default.',
      'final.proof.maxQueries':
        'Fresh queries at most that compare the best with the first prompt. Fewer are asked if the question is settled or the share is spent.',
      'final.shorten':
        'Whether sections of the winner are left out as long as the held-out queries show no loss. `true` takes the defaults of the keys below. Its calls come on top.',
      'final.shorten.margin': 'Points by which the shortened prompt may be worse. Default: `final.proof.margin`.',
      'final.shorten.maxCuts': 'Sections that it tries to leave out at most. Default: 8.',
      'final.proof.margin': 'Points below which a difference does not matter.',
    },
  },
  {
    title: 'The run',
    text: '[running.md](running.md), [cost.md](cost.md) and [langsmith.md](langsmith.md) say more.',
    keys: {
      $schema: 'The address of `drpo.schema.json`, for editors. It has no effect.',
      concurrency: 'Calls in flight at the same time.',
      nodes: 'A module whose default export makes nodes in the place of the paper’s.',
      'checkpoints.postgresEnv':
        'The environment variable that holds a Postgres address. Left out: SQLite in the run’s folder.',
      'tracing.project': 'LangSmith’s project.',
      'tracing.tags': 'Tags of each trace.',
      'tracing.dataset':
        'LangSmith’s data set of an evaluation’s instructions. Left out: it is named after their file.',
    },
  },
];
