// npm run landscapes [seeds]: what a search gains where the truth is known, the reference beside ours in one run. Prints for
// each landscape the gain of the returned prompt over the first (true quality, points of 5) ± standard error, the share of
// runs that return a worse prompt, the calls, and how often the interval of the final holds the truth. No model's result.
import { LANDSCAPES, worldOf, type Landscape } from '../evals/landscapes.ts';
import { REFERENCE_SEARCH, searchSystemPrompt, type SearchOptions } from '../graphs/index.ts';
import { mean } from '../state/judgement.ts';

const seeds = Number(process.argv[2] ?? 30);
const METHODS: Record<string, SearchOptions> = {
  'reference 20 (+10)': REFERENCE_SEARCH,
  'default with the final': {},
  'half the calls': { depth: 12, maxDepthIncrease: 6, final: { candidates: 4, queries: 4, proof: 4 } },
};

interface Outcome {
  gain: number;
  calls: number;
  /** Whether the interval holds the challenger's true difference; null where there was no interval. */
  holds: boolean | null;
}

async function runOnce(landscape: Landscape, options: SearchOptions, seed: number): Promise<Outcome> {
  const { nodes, trueQuality } = worldOf(landscape, seed);
  let calls = 0;
  const counted = {
    ...nodes,
    judge: async (reads: Parameters<typeof nodes.judge>[0]) => (calls++, nodes.judge(reads)),
  };
  const graph = searchSystemPrompt(counted, { initialPrompt: '0', ...options });
  const { bestPrompt, final } = await graph.invoke({ queries: Array.from({ length: 180 }, (_, i) => `query ${i}`) });
  const challenger = final?.candidates.find((c) => c.id === final.challenger);
  const interval = final?.challengerDifference;
  const truth = challenger && trueQuality(challenger.prompt) - trueQuality('0');
  const holds = interval && truth !== undefined ? interval.low <= truth && truth <= interval.high : null;
  return { gain: trueQuality(bestPrompt) - trueQuality('0'), calls, holds };
}

for (const landscape of LANDSCAPES)
  for (const [name, options] of Object.entries(METHODS)) {
    const outcomes: Outcome[] = [];
    for (let seed = 1; seed <= seeds; seed++) outcomes.push(await runOnce(landscape, options, seed));
    const gains = outcomes.map((o) => o.gain);
    const average = mean(gains) ?? 0;
    const error = Math.sqrt((mean(gains.map((g) => (g - average) ** 2)) ?? 0) / Math.max(1, seeds - 1));
    const held = outcomes.flatMap((o) => o.holds ?? []);
    const worse = Math.round((100 * gains.filter((g) => g < -1e-9).length) / seeds);
    const coverage = held.length
      ? `, interval holds ${((100 * held.filter(Boolean).length) / held.length).toFixed(0)} % of ${held.length}`
      : '';
    const judged = Math.round(mean(outcomes.map((o) => o.calls)) ?? 0);
    console.log(
      `${landscape.name.padEnd(40)} ${name.padEnd(24)} gain ${average >= 0 ? '+' : ''}${average.toFixed(3)} ± ${error.toFixed(3)}, worse ${worse} %, ${judged} evaluations${coverage}`,
    );
  }
