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

/**
 * `npm start`: the whole of DRPO, both stages, on the embedded simulated models, or on real ones where a key or models are
 * given. Further flags are those of `optimize`.
 */
const flags = process.argv.slice(2);
const hasNamedModels = flags.some((flag) => /^--(optimizer|config)\b/.test(flag));
const usesRealModels = hasNamedModels || process.env['OPENAI_API_KEY'] !== undefined;

if (!usesRealModels)
  process.stdout.write(
    'No OPENAI_API_KEY and no models given: this run is on simulated models. What it shows is no real model’s result.\n\n',
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

/** What only a simulation can tell: how good the prompts are over all its queries, noise off, without and with the run's examples. */
async function printTrueQuality(folder: string): Promise<void> {
  const told = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { bestPrompt, nodes } = DemoResult.parse(told('result.json'));
  const answers = z.record(z.string(), z.string()).parse(told('examples.json'));
  const examples = Object.entries(answers).map(([query, answer]) => ({ query, answer }));
  const nearest = await createLexicalRetriever().rank(
    POPULATION_QUERIES,
    examples,
    DemoConfig.parse(told('config.json')).examples.k,
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
  const [bare, aided, best] = [computeTrueQuality(first), withExamples(first), withExamples(bestPrompt)].map((q) =>
    q?.toFixed(2),
  );
  process.stdout.write(
    `\nIn the simulation the first prompt is worth ${bare} of 5 over all queries, with the examples ${aided}; the best one with them ${best}.\n`,
  );
}
