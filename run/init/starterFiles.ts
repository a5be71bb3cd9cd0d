import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DEFAULT_KEY_ENV } from '../../models/settings.ts';
import type { Criterion } from '../../state/criterion.ts';
import type { Check } from '../../state/check.ts';
import { formatYaml } from '../config/formatYaml.ts';
import { STARTER_QUESTION } from '../config/starterQuestion.ts';
import { parseModel } from '../config/parseModel.ts';
import type { ScoreKind, StarterAnswers } from './starterAnswers.ts';

export const STARTER_CONFIG = 'drpo.yaml';
export const STARTER_QUESTIONS = 'questions.csv';
export const STARTER_ENV = '.env.example';

const SCHEMA_FILE = join('node_modules', 'drpo', 'drpo.schema.json');
const MODEL_EXAMPLES = 'gpt-6-luna or qwen3@http://127.0.0.1:11434/v1';

/** Makes the files of a start by name: a config with comments, three questions to replace, and the names of keys. */
export function createStarterFiles(answers: StarterAnswers, folder: string): Record<string, string> {
  return {
    [STARTER_CONFIG]: createConfig(answers, folder, {
      notes: [],
      questions: { file: STARTER_QUESTIONS, about: 'Your questions. Forty are a good start.' },
      rewards: createRewards(answers.scores),
    }),
    [STARTER_QUESTIONS]: createQuestions(answers.scores.includes('expected')),
    [STARTER_ENV]: createEnv(listKeyVariables(answers)),
  };
}

/** What a config says where the answers of a person do not. */
interface ConfigParts {
  /** Lines of comment at its begin. */
  notes: readonly string[];
  /** The file of the questions, with what is said of it. */
  questions: { file: string; about: string };
  rewards: string;
}

/** Lists the variables that hold the keys of the models, as the config and .env.example name them. */
export const listKeyVariables = ({ optimizer, base }: Pick<StarterAnswers, 'optimizer' | 'base'>): string[] => [
  ...new Set([optimizer, base].flatMap((text) => findKeyVariable(text ?? 'simulated') ?? [])),
];

/** The text of a config with comments. */
export function createConfig(
  { task, prompt, optimizer, base }: Omit<StarterAnswers, 'scores'>,
  folder: string,
  { notes, questions, rewards }: ConfigParts,
): string {
  return `# yaml-language-server: $schema=${findSchema(folder)}
# All keys are in docs/configuration.md of the package drpo. Paths are relative to this file.
${notes.map((line) => `${`# ${line}`.trim()}\n`).join('')}
# What the assistant is for, and who asks it. The optimizer and the reward model read it.
${task === undefined ? '# task: Support for an online shop. Customers ask before and after they buy.\n' : formatYaml({ task })}
# The prompt to improve. Put the one here that your product uses now.
${formatYaml({ initialPrompt: prompt ?? 'You are a helpful assistant.' })}
# The models. A model is MODEL or MODEL@ADDRESS, such as ${MODEL_EXAMPLES}.
# "simulated" needs no key, but its figures say nothing about a real model.
models:
  # writes the prompts, and plays each role that is not named here
${addIndent(formatYaml({ optimizer: toModel(optimizer) }))}  # answers with the prompts: the model of your product
${base === undefined ? '  # base: MODEL@ADDRESS\n' : addIndent(formatYaml({ base: toModel(base) }))}
# ${questions.about}
${formatYaml({ queries: { files: [questions.file] } })}
${rewards}
# A limit ends the search with the best prompt so far. \`npx drpo plan\` says what a whole search takes.
budget:
  calls: null
  minutes: null
`;
}

const CRITERIA: readonly Criterion[] = [
  { name: 'Next step', description: 'the response says what to do now', always: true },
  { name: 'Policy', description: 'the response keeps to our rules and promises nothing else', weight: 2 },
  { name: 'Tone', description: 'the response is friendly and short' },
];
const AGREEMENT: Criterion = {
  name: 'Agreement',
  description: 'the response says what the expected answer says',
  always: true,
};
const CHECKS: readonly Check[] = [
  { type: 'length', max: 120, unit: 'words' },
  { type: 'contains', value: 'As an AI', not: true },
];

/** Each way of scoring, with what the config says of it. */
const SCORES: Readonly<Record<ScoreKind, string>> = {
  criteria: `  # Criteria in plain words, for the judge: replace them with yours. With \`always\` a criterion counts on every question.
  # The others are offered to the reward model, which selects what fits a question. \`weight\` is 1 unless you set it.`,
  expected: `  # The judge sees the expected answer of each question that has one in ${STARTER_QUESTIONS}.`,
  checks: `  # Rules that need no judge: replace them with yours. docs/task.md of the package lists all types.`,
};

function createRewards(scores: readonly ScoreKind[]): string {
  const has = (kind: ScoreKind): boolean => scores.includes(kind);
  const criteria = [...(has('expected') ? [AGREEMENT] : []), ...(has('criteria') ? CRITERIA : [])];
  const isJudged = criteria.length > 0;
  const lines = [
    '# What a good answer is.\nrewards:\n',
    ...(isJudged ? [] : ['  # No judge and no reward model is asked.\n', addIndent(formatYaml({ mode: 'checks' }))]),
    ...(['expected', 'criteria'] as const).filter(has).map((kind) => `${SCORES[kind]}\n`),
    ...(isJudged ? [addIndent(formatYaml({ criteria }))] : []),
    ...(has('checks') ? [`${SCORES.checks}\n`, addIndent(formatYaml({ checks: CHECKS }))] : []),
  ];
  return lines.join('');
}

const createQuestions = (isExpected: boolean): string =>
  [
    isExpected ? 'question,expected' : 'question',
    ...['First', 'Second', 'Third'].map((place) => {
      const question = `"${place} example: ${STARTER_QUESTION}"`;
      return isExpected ? `${question},"${place} example: the answer that you expect. It may be empty."` : question;
    }),
    '',
  ].join('\n');

/** The text of a file with the names of keys. */
export const createEnv = (names: readonly string[]): string =>
  `# Names of keys. Copy this file to .env, and fill in the values there. Never commit .env.
# drpo reads .env in the folder where it is started. A variable that is set already keeps its value.
${(names.length > 0 ? names.map((name) => `${name}=`) : [`# ${DEFAULT_KEY_ENV}=`]).join('\n')}
`;

/** A model as the config names it: a text, or an object with the name of the key's variable. */
function toModel(text: string): unknown {
  const model = parseModel(text);
  const apiKeyEnv = 'baseUrl' in model ? findKeyVariable(text) : undefined;
  return apiKeyEnv === undefined ? text : { ...model, apiKeyEnv };
}

/** The variable that usually holds the key for a model's endpoint. An address without TLS, or without a domain, needs none. */
function findKeyVariable(text: string): string | undefined {
  const model = parseModel(text);
  if ('provider' in model) return undefined;
  if (model.baseUrl === undefined) return DEFAULT_KEY_ENV;
  const { protocol, hostname } = URL.parse(model.baseUrl) ?? { protocol: '', hostname: '' };
  const name = /([a-z][a-z\d-]*)\.[a-z]+$/.exec(hostname)?.[1];
  return protocol === 'https:' && name !== undefined ? `${name.replaceAll('-', '_').toUpperCase()}_API_KEY` : undefined;
}

/** The path from a folder to the schema of the installed package, whose place is in that folder or in one above it. */
function findSchema(folder: string): string {
  for (let above = resolve(folder); ; above = dirname(above)) {
    if (existsSync(join(above, SCHEMA_FILE))) return toUrlPath(relative(folder, join(above, SCHEMA_FILE)));
    if (above === dirname(above)) return toUrlPath(SCHEMA_FILE);
  }
}

const toUrlPath = (path: string): string => `${path.startsWith('..') ? '' : './'}${path.split(sep).join('/')}`;

/** A text with two spaces before each line. */
export const addIndent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
