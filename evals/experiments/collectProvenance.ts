import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { renderJustEvalPrompt } from '../../prompts/judgeJustEval.ts';
import { toPromptText } from '../../prompts/promptParts.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { packageRoot, version } from '../../run/config/packageRoot.ts';
import { hashText } from '../../run/describeModel.ts';
import { createJustEvalRewards } from '../justEval/justEvalAspects.ts';

/** What decides a result besides the models: the hash of the judge's prompts, seeds and versions. */
export function collectProvenance(config: Config): Record<string, unknown> {
  const prompts = (['regular', 'safety'] as const).map((mode) =>
    toPromptText(renderJustEvalPrompt({ query: '', response: '', rewards: createJustEvalRewards(mode) })),
  );
  return {
    judgePrompt: hashText(prompts.join('\n')),
    seeds: { queries: config.queries.seed, bootstrap: 0 },
    versions: { drpo: version, node: process.versions.node, langgraph: readPackageVersion('@langchain/langgraph') },
  };
}

/** Null if the package is not where npm puts it. */
function readPackageVersion(name: string): string | null {
  try {
    const text = readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8');
    return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
  } catch {
    return null;
  }
}
