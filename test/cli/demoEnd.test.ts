import { expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUnsettled, readTrueQualities, renderDemoEnd } from '../../cli/demoEnd.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';

const run = async (...set: string[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-demo-'));
  await optimize({ config: loadConfig({ roles: { optimizer: 'simulated' }, set }), folder });
  return folder;
};
const answer = (id: string, response: string, reward: number) => ({ id, response, evaluation: {}, reward });

it('shows the question of the median gain with both answers, the true gain, and what to type next', async () => {
  const folder = await run('search.depth=4', 'search.maxDepthIncrease=0', 'final=null');
  for (const [i, gain] of [0, 2, 1].entries())
    appendFileSync(
      join(folder, 'proof.jsonl'),
      `${JSON.stringify({ query: `q${i}`, judge: 'j', first: answer('0', `old\u001b[2J${i}`, 2), challenger: answer('1', `new ${i}`, 2 + gain) })}\n`,
    );
  const text = await renderDemoEnd(folder);
  expect(text).toContain('One fresh question: q2\n');
  expect(text).toMatch(/\(2\.0 of 5\):\n  old.*2\nThe new prompt's answer \(3\.0 of 5\):\n  new 2\n/);
  expect(text).not.toContain('\u001b');
  const { first, best } = await readTrueQualities(folder);
  expect(text).toContain(`${Math.abs(best - first).toFixed(2)} points of 5 ${best < first ? 'worse' : 'better'}`);
  expect(text.trimEnd()).toMatch(/npm run -s drpo -- init my-bot$/);
  expect(isUnsettled(folder)).toBe(false);
});

it('shows no question if there was no proof', async () => {
  const folder = await run('search.depth=2', 'search.maxDepthIncrease=0', 'final=null');
  expect(await renderDemoEnd(folder)).toMatch(/^\nThis is a simulation/);
});
