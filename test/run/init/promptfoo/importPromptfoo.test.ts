import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCheck, type CheckFunction } from '../../../../nodes/checks/runCheck.ts';
import { importPromptfoo } from '../../../../run/init/promptfoo/importPromptfoo.ts';
import { computeWordVector } from '../../../../scripts/calibration/promptfoo/computeWordVector.ts';
import { toCheckName, type Check } from '../../../../state/check.ts';

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
        if (name !== 'chat.yaml') expect(output.endsWith(query.turns.at(-1)?.content ?? '?')).toBe(true);
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
