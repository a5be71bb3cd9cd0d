import { expect, it } from '@jest/globals';
import { createPromptfooConfig } from '../../../evals/promptfoo/createPromptfooConfig.ts';
import { escapeTemplate } from '../../../evals/promptfoo/escapeTemplate.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { parseYaml } from '../../../run/config/parseYaml.ts';
import type { Query } from '../../../state/example.ts';

const toConfig = (values: object) => loadConfig({ values: { models: { optimizer: 'simulated' }, ...values } });
const query = (text: string, rest: Partial<Query> = {}): Query => ({ text, source: 'q', ...rest });
const exported = (values: object, queries: Query[]) => {
  const text = createPromptfooConfig({
    config: toConfig(values),
    turns: [{ role: 'system', content: 'Use {{name}}, {% x %} and {# y #}.' }],
    queries,
  });
  return {
    text,
    config: parseYaml(text) as { prompts: string[]; tests: object[]; defaultTest: { assert?: object[] } },
  };
};

it('the prompt, the queries and what they are scored by are written for promptfoo', () => {
  const { config, text } = exported(
    {
      rewards: {
        criteria: [
          { name: 'Policy', description: 'keeps the rules', always: true, weight: 2 },
          { name: 'Tone', description: 'is kind' },
        ],
        checks: [
          { type: 'contains', value: 'as an AI', ignoreCase: true, not: true },
          { type: 'equals' },
          { type: 'language', value: 'de' },
        ],
      },
    },
    [
      query('Where?', { expected: 'Here', checks: [{ type: 'length', unit: 'spaced words', max: 3 }] }),
      query('a', { context: [{ role: 'user', content: 'b' }] }),
    ],
  );
  expect(JSON.parse(config.prompts[0] ?? '')).toEqual([
    { role: 'system', content: 'Use {{ "{" }}{name}}, {{ "{" }}% x %} and {{ "{" }}# y #{{ "}" }}.' },
    { role: 'user', content: '{{drpo_query}}' },
  ]);
  expect(config.defaultTest.assert).toEqual([
    { type: 'not-icontains', value: 'as an AI' },
    { type: 'llm-rubric', metric: 'Policy', weight: 2, value: expect.stringContaining('Policy: keeps the rules') },
  ]);
  expect(config.tests).toEqual([
    {
      vars: { drpo_query: 'Where?' },
      assert: [
        { type: 'javascript', value: 'output.trim() === "Here".trim()' },
        { type: 'word-count', value: { min: 0, max: 3 } },
      ],
    },
  ]);
  for (const left of ['check "language de"', 'criterion "tone"', 'query "a"', 'the base model'])
    expect(text).toContain(`# - ${left}`);
});

it('a text without tags of templates stays as it is', () => {
  expect(escapeTemplate('{"a": {"b": 1}} {x} $ #')).toBe('{"a": {"b": 1}} {x} $ #');
});

it('queries of which none maps are refused', () => {
  expect(() => exported({}, [query('file://x')])).toThrow('expected queries that map, got none');
});
