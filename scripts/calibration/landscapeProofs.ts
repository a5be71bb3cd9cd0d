// node scripts/calibration/landscapeProofs.ts [seeds] [own]: a proof on a landscape, continued to 40 queries as `drpo prove` does. For each
// landscape two prompts are compared: the first one and one of 1 to 20 rewrites below it. It prints the mean true difference,
// the shares of proofs that miss the truth at any look, that falsely say better or worse, and that are settled, and the queries
// they took. No model is asked. `own`: the landscapes on which no constant was chosen.
import {
  LANDSCAPES,
  HELD_OUT_LANDSCAPES,
  createLandscapeWorld,
  type Landscape,
} from '../../evals/landscapes/landscapes.ts';
import { renderTextTable } from '../../evals/justEval/table.ts';
import { classifyProof, computeProofInterval } from '../../graphs/final/createVerdict.ts';
import { DEFAULT_FINAL } from '../../graphs/index.ts';
import { computeReward } from '../../state/judgement.ts';

const [seedCount = '100', landscapeSet] = process.argv.slice(2);
const seeds = Number(seedCount);
const { proof } = DEFAULT_FINAL;

interface LandscapeProof {
  truth: number;
  missed: boolean;
  outcome: ReturnType<typeof classifyProof>;
  queries: number;
}

async function proveOnLandscape(landscape: Landscape, seed: number): Promise<LandscapeProof> {
  const { nodes, trueQuality } = createLandscapeWorld(landscape, seed);
  const prompt = `0${'.1'.repeat(1 + (seed % 20))}`;
  const truth = trueQuality(prompt) - trueQuality('0');
  const judge = async (response: string, query: string): Promise<number> => {
    const { rewards, reasoning } = await nodes.selectRewards({ query, stage: 'prompt' });
    const { evaluation } = await nodes.judge({ query, response, rewards, reasoning, stage: 'prompt' });
    return computeReward(evaluation) ?? NaN;
  };
  const fresh: number[] = [];
  const found: LandscapeProof = { truth, missed: false, outcome: 'not-settled', queries: proof.maxQueries };
  while (fresh.length < proof.maxQueries) {
    const query = `proof ${fresh.length}`;
    fresh.push((await judge(prompt, query)) - (await judge('0', query)));
    const interval = computeProofInterval({ fresh }, proof);
    if (interval && (truth < interval.low || truth > interval.high)) found.missed = true;
    const outcome = classifyProof(interval, proof.margin);
    if (found.outcome === 'not-settled' && outcome !== 'not-settled')
      Object.assign(found, { outcome, queries: fresh.length });
  }
  return found;
}

const rows = [
  ['landscape', 'true gain', 'missed at any look', 'false better', 'false worse', 'better', 'settled', 'queries'],
];
for (const landscape of landscapeSet === 'own' ? HELD_OUT_LANDSCAPES : LANDSCAPES) {
  const proofs = await Promise.all(Array.from({ length: seeds }, (_, i) => proveOnLandscape(landscape, 5000 + i)));
  const share = (holds: (one: LandscapeProof) => boolean): string =>
    `${((100 * proofs.filter(holds).length) / seeds).toFixed(1)} %`;
  const average = (pick: (one: LandscapeProof) => number): number =>
    proofs.reduce((sum, p) => sum + pick(p), 0) / seeds;
  rows.push([
    landscape.name,
    average((p) => p.truth).toFixed(2),
    share((p) => p.missed),
    share((p) => p.outcome === 'better' && p.truth <= 0),
    share((p) => p.outcome === 'worse' && p.truth >= 0),
    share((p) => p.outcome === 'better'),
    share((p) => p.outcome !== 'not-settled'),
    average((p) => p.queries).toFixed(1),
  ]);
}
console.log(renderTextTable(rows));
