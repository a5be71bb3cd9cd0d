import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { POPULATION_QUERIES, computeTrueQuality } from '../models/simulated/index.ts';
import { createLexicalRetriever } from '../nodes/index.ts';
import { computeMean } from '../statistics/computeMean.ts';
import { execute } from './program.ts';
import { exit } from './exit.ts';

const DemoResult = z.object({ bestPrompt: z.string(), nodes: z.array(z.object({ prompt: z.string() })) });
const DemoConfig = z.object({ examples: z.object({ k: z.number() }) });

// `npm start`: both stages of DRPO, on the simulated models unless a key or models are given. All flags are those of `optimize`.
const flags = process.argv.slice(2);
const hasNamedModels = flags.some((flag) => /^--(optimizer|config)\b/.test(flag));
const usesRealModels = hasNamedModels || process.env['OPENAI_API_KEY'] !== undefined;

if (!usesRealModels)
  process.stdout.write(
    'There is no OPENAI_API_KEY and no model is named, so this run uses simulated models. Its figures say nothing about a real model.\n\n',
  );
const modelFlags = hasNamedModels ? [] : ['--optimizer', usesRealModels ? 'gpt-4o-mini' : 'simulated'];
const folder = await execute([
  ...process.argv.slice(0, 2),
  'optimize',
  ...modelFlags,
  '--set',
  'examples.rewrite=true',
  ...flags,
]);
if (!usesRealModels && folder !== undefined) await printTrueQuality(folder);
await exit();

/** Prints what only a simulation can know: the mean true score of the prompts over all its queries, without noise. */
async function printTrueQuality(folder: string): Promise<void> {
  const readFile = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { bestPrompt, nodes } = DemoResult.parse(readFile('result.json'));
  const answers = z.record(z.string(), z.string()).parse(readFile('examples.json'));
  const examples = Object.entries(answers).map(([query, answer]) => ({ query, answer }));
  const nearest = await createLexicalRetriever().rank(
    POPULATION_QUERIES,
    examples,
    DemoConfig.parse(readFile('config.json')).examples.k,
  );
  const withExamples = (prompt: string): number | null =>
    computeMean(
      POPULATION_QUERIES.map((query, i) =>
        computeTrueQuality(prompt, {
          queries: [query],
          examples: (nearest[i] ?? []).flatMap((j) => examples[j] ?? []),
        }),
      ),
    );
  const first = nodes[0]?.prompt ?? '';
  const [plain, withFirst, withBest] = [computeTrueQuality(first), withExamples(first), withExamples(bestPrompt)].map(
    (q) => q?.toFixed(2),
  );
  process.stdout.write(
    `\nTrue scores of 5, which only a simulation can know. First prompt: ${plain}. With examples: ${withFirst}. New prompt with examples: ${withBest}.\n`,
  );
}
