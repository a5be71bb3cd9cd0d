import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRunReport } from '../../run/writeReport.ts';
import { writeReportPage } from '../../run/writeReportPage.ts';
import { largeRun } from './runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function runFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const { config, result, nodes } = largeRun(30);
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  writeFileSync(join(path, 'result.json'), JSON.stringify(result));
  writeFileSync(join(path, 'nodes.jsonl'), nodes.map((n) => `${JSON.stringify(n)}\n`).join(''));
  return path;
}

it('the page is written into the run’s folder, the same each time', () => {
  const path = runFolder('one');
  const file = writeRunReport(path);
  expect(file).toBe(join(path, 'report.html'));
  const page = readFileSync(file, 'utf8');
  expect(page).toContain('<title>one · DRPO</title>');
  writeRunReport(path);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

it('the page can be written elsewhere, also for published trees', () => {
  const out = join(folder, 'out.html');
  expect(writeReportPage(runFolder('two'), out)).toBe(out);
  const nodes = [{ id: 0, parent: null, depth: 0, prompt: 'p', query: 'q', output: 'o', evaluation: {}, reward: 0 }];
  const tree = { model: 'm', cumulative_reward: 0, queries: ['q'], nodes, best_path_prompts: ['p'] };
  const path = join(folder, 'published');
  mkdirSync(path);
  writeFileSync(join(path, 'tree.json'), JSON.stringify(tree));
  expect(readFileSync(writeReportPage(path, out), 'utf8')).toContain('<title>m · DRPO</title>');
  expect(readFileSync(writeReportPage(join(path, 'tree.json'), out), 'utf8')).toContain('<title>m · DRPO</title>');
});

it('an error names the file that cannot be read', () => {
  const broken = runFolder('broken');
  writeFileSync(join(broken, 'result.json'), '{"bestPrompt": 1}');
  expect(() => writeReportPage(broken)).toThrow(/result\.json: expected a run’s result/);
  expect(() => writeReportPage(join(folder, 'nowhere'))).toThrow(/no such file/);
  expect(() => writeReportPage(folder)).toThrow(/with neither/);
  writeFileSync(join(folder, 'tree.json'), '[]');
  expect(() => writeReportPage(folder)).toThrow(/expected a published search tree/);
});
