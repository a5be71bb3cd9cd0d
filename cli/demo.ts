import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { POPULATION_QUERIES, computeTrueQuality } from '../models/simulated/index.ts';
import { createLexicalRetriever } from '../nodes/index.ts';
import { packageRoot } from '../run/config/packageRoot.ts';
import { computeMean } from '../statistics/computeMean.ts';
import { execute } from './program.ts';
import { exit, handleFatalErrors, reportError } from './exit.ts';
import { replay } from './replay.ts';

const DemoResult = z.object({ bestPrompt: z.string(), nodes: z.array(z.object({ prompt: z.string() })) });
const DemoConfig = z.object({ examples: z.object({ k: z.number() }) });

// `npm start`: both stages of DRPO on the simulated models, whatever the environment holds. All other flags are those of `optimize`.
handleFatalErrors();
const flags = process.argv.slice(2);
if (flags.some((flag) => /^--replay\b/.test(flag))) {
  await replay(flags).catch((error: unknown) => (process.exitCode = reportError(error)));
  await exit();
}
const modelFlag = flags.find((flag) => /^--(config|optimizer|base|reward|judge|remote)\b|^models\./.test(flag));
if (modelFlag !== undefined) {
  process.stderr.write(
    `drpo: ${modelFlag}: npm start always uses simulated models; for others, use npm run -s drpo -- optimize …\n`,
  );
  process.exit(2);
}
process.stdout.write(
  'This run uses simulated models and needs no key. Its figures say nothing about a real model.\n\n',
);
const demo = ['optimize', '--no-config', '--optimizer', 'simulated', '--set', 'examples.rewrite=true'];
const folder = await execute([...process.argv.slice(0, 2), ...demo, ...flags]);
if (folder !== undefined) {
  await printTrueQuality(folder);
  printRecordedRuns();
}
await exit();

/** Names the real runs of this checkout that can be repeated. */
function printRecordedRuns(): void {
  const runs = join(packageRoot, 'examples/runs');
  const names = existsSync(runs) ? readdirSync(runs) : [];
  for (const name of names.filter((one) => existsSync(join(runs, one, 'result.json'))))
    process.stdout.write(
      `\nA run on real models, repeated from its recorded answers: npm start -- --replay examples/runs/${name}\n`,
    );
}

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
