import type { ResolvedModel } from '../../models/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { formatYaml } from '../../run/config/formatYaml.ts';
import { UserError } from '../../run/config/userError.ts';
import { toPrintable } from '../../run/progress.ts';
import { isAboutExpected } from '../../run/config/rewardFaults.ts';
import { toCheckName } from '../../state/toCheckName.ts';
import { toCriterionKey } from '../../state/criterion.ts';
import type { Query, Turn } from '../../state/example.ts';
import { escapeTemplate } from './escapeTemplate.ts';
import { toAssertion, toRubric, type WrittenAssertion } from './toAssertions.ts';

/** The variable that holds a query. Its name is in no text by chance, since promptfoo would fill it there. */
const VARIABLE = 'drpo_query';

/** What a run gives to a config of promptfoo. */
export interface ExportedTask {
  config: Config;
  /** The prompt and the examples, without a query. */
  turns: readonly Turn[];
  queries: readonly Query[];
}

/**
 * Makes a config that `promptfoo eval` runs: the prompt, the queries as tests, and their checks and criteria as assertions. What
 * has no counterpart is a comment at its begin. @throws UserError if no query maps
 */
export function createPromptfooConfig({ config, turns, queries }: ExportedTask): string {
  const unmapped = new Set<string>();
  const list = (checks: Config['rewards']['checks'], expected: string | undefined): WrittenAssertion[] =>
    checks.flatMap((check) => {
      const made = toAssertion(check, expected);
      if (!made) unmapped.add(`check "${toCheckName(check)}"`);
      return made ?? [];
    });
  const { rewards, models } = config;
  const isCounted = (one: (typeof rewards.criteria)[number]): boolean =>
    rewards.mode === 'static' || (typeof one !== 'string' && one.always === true);
  for (const one of rewards.criteria)
    if (!isCounted(one))
      unmapped.add(`criterion "${toCriterionKey(one)}", which the reward model selects for some queries only`);
  const tests = queries.flatMap(({ text, context = [], expected, checks = [], criteria = [] }) => {
    if (context.length > 0 || text.startsWith('file://') || text.includes(VARIABLE)) {
      unmapped.add(`query "${text.slice(0, 60)}", which has earlier turns or reads like a reference to a file`);
      return [];
    }
    const assert = [
      ...list([...rewards.checks.filter(isAboutExpected), ...checks], expected),
      ...criteria.map(toRubric),
    ];
    return [{ vars: { [VARIABLE]: text }, ...(assert.length > 0 && { assert }) }];
  });
  if (tests.length === 0) throw new UserError('--to promptfoo: expected queries that map, got none');
  const standard = [
    ...list(
      rewards.checks.filter((check) => !isAboutExpected(check)),
      undefined,
    ),
    ...rewards.criteria.filter(isCounted).map(toRubric),
  ];
  const chat = [
    ...turns.map(({ role, content }) => ({ role, content: escapeTemplate(content) })),
    { role: 'user', content: `{{${VARIABLE}}}` },
  ];
  const [provider, grader] = [toProvider(models.base), toProvider(models.judge)];
  if (provider === 'echo') unmapped.add('the base model; the provider "echo" stands in its place');
  const notes = [...unmapped].map((line) => `# - ${toPrintable(line).replaceAll(/\s+/g, ' ')}\n`);
  return `${notes.length > 0 ? `# Written by drpo. What has no counterpart in promptfoo:\n${notes.join('')}` : '# Written by drpo.\n'}${formatYaml(
    {
      description: config.task ?? 'A prompt that drpo found',
      prompts: [JSON.stringify(chat, null, 1)],
      providers: [provider],
      defaultTest: {
        ...(grader !== 'echo' && { options: { provider: grader } }),
        ...(standard.length > 0 && { assert: standard }),
      },
      tests,
    },
  )}`;
}

/** A model as promptfoo names it. One without a counterpart is "echo", which answers with the prompt. */
function toProvider(model: ResolvedModel): string | Record<string, unknown> {
  if (model.provider === 'anthropic') return `anthropic:messages:${model.model}`;
  if (model.provider === 'ollama') return `ollama:chat:${model.model}`;
  if (model.provider !== 'openai' || model.api === 'completions' || model.model === undefined) return 'echo';
  const { baseUrl, apiKeyEnv, temperature, maxTokens } = model;
  return {
    id: `openai:chat:${model.model}`,
    config: {
      apiBaseUrl: baseUrl,
      ...(apiKeyEnv !== undefined && { apiKeyEnvar: apiKeyEnv }),
      ...(typeof temperature === 'number' && { temperature }),
      ...(typeof maxTokens === 'number' && { max_tokens: maxTokens }),
    },
  };
}
