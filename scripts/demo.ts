import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { trueQuality } from '../models/simulated/index.ts';
import { execute } from './program.ts';
import { exit } from './exit.ts';

const Told = z.object({ bestPrompt: z.string(), nodes: z.array(z.object({ prompt: z.string() })) });

/**
 * `npm start`: the whole of DRPO, both stages, on the embedded simulated models, or on real ones where a key or models are
 * given. Further flags are those of `optimize`.
 */
const flags = process.argv.slice(2);
const named = flags.some((flag) => /^--(optimizer|config)\b/.test(flag));
const real = named || process.env['OPENAI_API_KEY'] !== undefined;

if (!real)
  process.stdout.write(
    'No OPENAI_API_KEY and no models given: this run is on simulated models. What it shows is no real model’s result.\n\n',
  );
const models = named ? [] : ['--optimizer', real ? 'gpt-4o-mini' : 'simulated'];
const folder = await execute([
  ...process.argv.slice(0, 2),
  'optimize',
  ...models,
  '--set',
  'examples.rewrite=true',
  ...flags,
]);
if (!real && folder !== undefined) compare(join(folder, 'result.json'));
await exit();

/** What only a simulation can tell: how good the first and the best prompt are over all its queries, noise off. */
function compare(file: string): void {
  const { bestPrompt, nodes } = Told.parse(JSON.parse(readFileSync(file, 'utf8')));
  const quality = (prompt: string): string => trueQuality(prompt).toFixed(2);
  process.stdout.write(
    `\nIn the simulation the first prompt is worth ${quality(nodes[0]?.prompt ?? '')} of 5 over all queries, the best one ${quality(bestPrompt)}.\n`,
  );
}
