import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createJustEvalRewards } from '../justEval/justEvalAspects.ts';
import { renderJustEvalPrompt } from '../../prompts/judgeJustEval.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashText } from '../../run/describeModel.ts';
import { packageRoot, version } from '../../run/config/packageInfo.ts';

/** What decides a result besides the models: versions, the judge's words, seeds. */
export function collectProvenance(config: Config): Record<string, unknown> {
  const rendered = (['regular', 'safety'] as const).map((mode) =>
    renderJustEvalPrompt({ query: '', response: '', rewards: createJustEvalRewards(mode) }),
  );
  return {
    judgePrompt: hashText(rendered.join('\n')),
    seeds: { queries: config.queries.seed, bootstrap: 0 },
    versions: { drpo: version, node: process.versions.node, langgraph: readPackageVersion('@langchain/langgraph') },
  };
}

function readPackageVersion(name: string): string | null {
  try {
    const text = readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8');
    return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
  } catch {
    return null;
  }
}
