// npm run landscapes [seeds] [own]: what a search gains in worlds whose truth is known, next to the reference. For each
// landscape it prints the gain in true quality of the returned prompt over the first one, in points, ± its standard error,
// the share of runs that return a worse prompt, the judgements, how often the final's interval holds the truth, and the shares
// of proofs that are settled in the run and that falsely say better.
// No model is asked. `own`: the landscapes on which no constant was chosen.
import { LANDSCAPES, HELD_OUT_LANDSCAPES } from '../../evals/landscapes/landscapes.ts';
import { searchLandscape, summarizeLandscapeRuns, type LandscapeRun } from '../../evals/landscapes/landscapeRuns.ts';
import { formatDifference, renderTextTable } from '../../evals/justEval/table.ts';
import { DEFAULT_FINAL, REFERENCE_SEARCH, type SearchOptions } from '../../graphs/index.ts';

const [seedCount = '30', landscapeSet] = process.argv.slice(2);
const seeds = Number(seedCount);
const SEARCH_OPTIONS_BY_NAME: Record<string, SearchOptions> = {
  'reference 20 (+10)': REFERENCE_SEARCH,
  'default with the final': {},
  'not cautious': { final: { ...DEFAULT_FINAL, cautious: false } },
  'half the calls': {
    depth: 12,
    maxDepthIncrease: 6,
    final: { candidates: 4, selectionQueries: 4, proof: { maxQueries: 4 } },
  },
};

const rows = [['landscape', 'search', 'gain', '±', 'worse', 'judgements', 'interval holds', 'settled', 'false better']];
for (const landscape of landscapeSet === 'own' ? HELD_OUT_LANDSCAPES : LANDSCAPES)
  for (const [name, options] of Object.entries(SEARCH_OPTIONS_BY_NAME)) {
    const runs: LandscapeRun[] = [];
    for (let seed = 1; seed <= seeds; seed++) runs.push(await searchLandscape(landscape, options, seed));
    const { gain, error, worse, evaluations, coverage, intervals, settled, falselyBetter } = summarizeLandscapeRuns(
      landscape.name,
      runs,
    );
    const share = (part: number): string => `${(100 * part).toFixed(0)} %`;
    const holds = coverage === null ? '–' : `${share(coverage)} of ${intervals}`;
    rows.push([
      landscape.name,
      name,
      formatDifference(gain, 3),
      error.toFixed(3),
      share(worse),
      evaluations.toFixed(0),
      holds,
      share(settled),
      share(falselyBetter),
    ]);
  }
console.log(renderTextTable(rows));
