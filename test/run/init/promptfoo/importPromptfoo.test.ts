import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCheck, type CheckFunction } from '../../../../nodes/checks/runCheck.ts';
import { importPromptfoo } from '../../../../run/init/promptfoo/importPromptfoo.ts';
import { computeWordVector } from '../../../../scripts/calibration/promptfoo/computeWordVector.ts';
import type { Check } from '../../../../state/check.ts';
import { toCheckName } from '../../../../state/toCheckName.ts';

interface Verdict {
  output: string;
  pass: boolean;
  assertions: { type: string; pass: boolean; score: number }[];
}
const folder = resolve(import.meta.dirname, 'configs');
/** What promptfoo itself said: scripts/calibration/promptfoo/recordVerdicts.ts writes it. */
const { verdicts } = JSON.parse(readFileSync(join(folder, '../verdicts.json'), 'utf8')) as {
  verdicts: Record<string, Verdict[]>;
};

/** The functions of an import's modules, from their texts. Modules of CommonJS are required, as Node does. */
async function loadModules(modules: Readonly<Record<string, string>>): Promise<Map<string, CheckFunction>> {
  const place = mkdtempSync(join(tmpdir(), 'drpo-modules-'));
  const loaded = new Map<string, CheckFunction>();
  for (const [name, text] of Object.entries(modules)) {
    writeFileSync(
      join(place, name),
      text.replaceAll('"./assertions.cjs"', JSON.stringify(join(folder, 'assertions.cjs'))),
    );
    const module = (await import(join(place, name))) as { default: CheckFunction };
    loaded.set(`./${name}`, module.default);
  }
  return loaded;
}

const flatten = (check: Check): Check[] =>
  check.type === 'group' ? [check, ...check.checks.flatMap(flatten)] : [check];

describe('a config of promptfoo', () => {
  it.each(Object.keys(verdicts).map((name) => ({ name })))(
    '$name passes and fails as in promptfoo',
    async ({ name }) => {
      const task = await importPromptfoo(join(folder, name), folder);
      const modules = await loadModules(task.modules);
      const tools = {
        importFunction: async (module: string) => modules.get(module) ?? (() => null),
        embed: async (texts: string[]) => texts.map(computeWordVector),
      };
      const judge = async (check: Check, response: string): Promise<boolean | undefined> => {
        const result = await runCheck(check, { query: 'q', response }, tools);
        return result === null ? undefined : result.share === 1;
      };
      const expected = verdicts[name] ?? [];
      expect(task.queries.length).toBe(expected.length);
      for (const [i, query] of task.queries.entries()) {
        const { output, pass, assertions } = expected[i] ?? { output: '', pass: false, assertions: [] };
        // the echo provider answers with what it was sent
        if (name !== 'chat.yaml' && name !== 'refs.yaml')
          expect(output.endsWith(query.turns.at(-1)?.content ?? '?')).toBe(true);
        const outcomes = await Promise.all(query.checks.map((check) => judge(check, output)));
        expect({ test: i, output, pass: outcomes.every((one) => one === true) }).toEqual({ test: i, output, pass });
        // a threshold makes one group of all
        const [only] = query.checks;
        const parts =
          query.checks.length === 1 && only?.type === 'group' && only.min !== undefined ? only.checks : query.checks;
        // below a threshold only the mean of a set counts, so whether the set itself passes is of no effect
        const isCounted = (kind: string): boolean =>
          parts === query.checks || (kind !== 'group' && kind !== 'assert-set');
        const counted = assertions
          .filter(({ type }) => isCounted(type))
          .filter((_, at) => !(name === 'weights.yaml' && i === 4 && at === 1)); // its weight is 0, so that it is left out
        const singles = parts.flatMap(flatten).filter(({ type }) => isCounted(type));
        if (
          query.checks.some((check) => flatten(check).some(({ type }) => type === 'function')) &&
          parts !== query.checks
        )
          continue;
        const each = await Promise.all(
          singles.map(async (check) => ({ name: toCheckName(check), pass: await judge(check, output) })),
        );
        expect({ test: i, output, each: each.map((one) => one.pass) }).toEqual({
          test: i,
          output,
          each: counted.map((one) => one.pass),
        });
      }
    },
  );
});

const importText = (text: string): ReturnType<typeof importPromptfoo> => {
  const place = mkdtempSync(join(tmpdir(), 'drpo-promptfoo-'));
  writeFileSync(join(place, 'config.yaml'), text);
  return importPromptfoo(join(place, 'config.yaml'), place);
};

it.each([
  ["tests: [{ vars: { q: '{{other}} and {% x %}' } }, { vars: { q: b } }]", 'holds a tag of a template'],
  ["tests: [{ vars: { q: '{{name}}', name: N } }, { vars: { q: b } }]", 'holds {{name}}, which promptfoo fills'],
  ['tests: [{ vars: { q: 2026-03-01 } }, { vars: { q: b } }]', 'a date without quotation marks'],
  ['tests: [{ vars: { q: { a: 1 } } }, { vars: { q: b } }]', 'is an object, which has no text'],
  ['tests: [{ vars: { q: file://x.js } }, { vars: { q: b } }]', 'code is not run here'],
  ["tests: [{ vars: { q: a }, options: { transform: 'output.x' } }, { vars: { q: b } }]", '"transform" changes'],
  [
    "tests: [{ vars: { q: a }, assert: [{ type: contains, value: '{{ q | upper }}' }] }, { vars: { q: b } }]",
    'only plain variables',
  ],
  [
    'tests: [{ vars: { q: a }, assert: [{ type: javascript, value: \'f("{{q}}")\' }] }, { vars: { q: b } }]',
    'would become code',
  ],
  [
    "tests: [{ vars: { q: a }, assert: [{ type: javascript, value: 'context.test' }] }, { vars: { q: b } }]",
    'only context.vars and context.config map',
  ],
  [
    'tests: [{ vars: { q: a }, assert: [{ type: latency, threshold: 5 }] }, { vars: { q: b } }]',
    'test 1, latency: it has no counterpart',
  ],
  [
    'tests: [{ vars: { q: a }, assert: [{ type: not-llm-rubric, value: rude }] }, { vars: { q: b } }]',
    'turned round, it has no counterpart',
  ],
  ['tests: [{ vars: { q: [1, 2] } }, { vars: { q: b } }]', 'the one text "1,2"'],
  ['{ tests: [{ vars: { q: a } }, { vars: { q: b } }], extensions: [file://x.js] }', 'extensions: does not map'],
  [
    "{ tests: [{ vars: { q: a } }, { vars: { q: b } }], providers: [{ id: 'https://me:pw@host' }] }",
    'a provider with an address does not map',
  ],
])('what does not map is listed by name: %s', async (part, reason) => {
  const text = part.startsWith('{') ? part.replace('{', "{ prompts: ['{{q}}'],") : `prompts: ['{{q}}']\n${part}`;
  const { unmapped, queries } = await importText(text);
  expect(unmapped.join('\n')).toContain(reason);
  expect(unmapped.join('\n')).not.toContain('pw@');
  expect(queries.at(-1)?.turns.at(-1)?.content).toBe('b');
});

it.each([
  ["prompts: ['{{q | upper}}']\ntests: [{ vars: { q: a } }]", 'only plain variables such as {{question}} map'],
  ["prompts: ['{% if q %}{{q}}{% endif %}']\ntests: [{ vars: { q: a } }]", 'only plain variables'],
  ["prompts: ['Nothing asked']\ntests: [{ vars: { q: a } }]", 'nothing is asked'],
  ['prompts: [file://prompt.py]\ntests: [{ vars: { q: a } }]', 'code is not run here'],
  ["prompts: ['{{q}}']", 'expected at least one test that maps'],
  ['tests: []', 'with "prompts", got none'],
  ['- a', 'expected an object'],
])('a config of which nothing can be taken is refused: %s', async (text, reason) => {
  await expect(importText(text)).rejects.toThrow(reason);
});
