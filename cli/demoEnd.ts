import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { computeTrueQuality, POPULATION_QUERIES } from '../models/simulated/index.ts';
import { createRetriever } from '../nodes/index.ts';
import { toPrintable } from '../run/progress.ts';
import { ProofRecord } from '../run/proofRecord.ts';
import type { Example } from '../state/example.ts';
import { ProofVerdict } from '../state/verdict.ts';
import { computeMean } from '../statistics/computeMean.ts';

const DemoResult = z.object({
  verdict: ProofVerdict.nullable(),
  bestPrompt: z.string(),
  nodes: z.array(z.object({ prompt: z.string() })),
});
const DemoConfig = z.object({ examples: z.object({ k: z.number(), choose: z.enum(['similar', 'fixed']) }) });

/** Whether more fresh queries would tell more of a run's prompt. */
export const isUnsettled = (folder: string): boolean => readResult(folder).verdict?.outcome === 'not-settled';

const readJson = (folder: string, file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const readResult = (folder: string) => DemoResult.parse(readJson(folder, 'result.json'));

/** What `npm start` says after the summary: one question answered by both prompts, what the simulation knows, and what to type next. */
export async function renderDemoEnd(folder: string): Promise<string> {
  const { first, best } = await readTrueQualities(folder);
  const gain = best - first;
  const meaning = `This is a simulation, so the truth is known: the new prompt is ${Math.abs(gain).toFixed(2)} points of 5 ${gain < 0 ? 'worse' : 'better'} than the first one (${first.toFixed(2)} before, ${best.toFixed(2)} now).`;
  return `\n${renderOneQuestion(folder)}${meaning}\nNext, with your own questions: npm run -s drpo -- init my-bot\n`;
}

/** The fresh query of the median gain, with both answers. Empty if the run had no proof. */
function renderOneQuestion(folder: string): string {
  const file = join(folder, 'proof.jsonl');
  const pairs = (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [ProofRecord.parse(JSON.parse(line))]))
    .toSorted((a, b) => computeGain(b) - computeGain(a));
  const pair = pairs[Math.floor(pairs.length / 2)];
  if (!pair) return '';
  const { query, first, challenger } = pair;
  const answers = [
    `One fresh question: ${query}`,
    `The first prompt's answer (${first.reward?.toFixed(1)} of 5):`,
    indent(first.response),
    `The new prompt's answer (${challenger.reward?.toFixed(1)} of 5):`,
    indent(challenger.response),
  ];
  return `${toPrintable(answers.join('\n'))}\n\n`;
}

const computeGain = ({ first, challenger }: ProofRecord): number => (challenger.reward ?? 0) - (first.reward ?? 0);
const indent = (text: string): string => text.replace(/^/gm, '  ');

/** What only a simulation can know: the mean true score of both prompts over all its queries, with the run's examples, 1 to 5. */
export async function readTrueQualities(folder: string): Promise<{ first: number; best: number }> {
  const { bestPrompt, nodes } = readResult(folder);
  const answers = z.record(z.string(), z.string()).parse(readJson(folder, 'examples.json'));
  const examples = Object.entries(answers).map(([query, answer]) => ({ query, answer }));
  const { k, choose } = DemoConfig.parse(readJson(folder, 'config.json')).examples;
  const nearest = await createRetriever(choose).rank(POPULATION_QUERIES, examples, k);
  const shown = nearest.map((indices) => indices.flatMap((i): Example[] => (examples[i] ? [examples[i]] : [])));
  const compute = (prompt: string): number =>
    computeMean(
      POPULATION_QUERIES.map((query, i) => computeTrueQuality(prompt, { queries: [query], examples: shown[i] ?? [] })),
    ) ?? Number.NaN;
  return { first: compute(nodes[0]?.prompt ?? ''), best: compute(bestPrompt) };
}
