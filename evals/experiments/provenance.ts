import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { scoringOf } from '../justEval/justEvalAspects.ts';
import { judgeJustEvalPrompt } from '../../prompts/judgeJustEval.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashOf } from '../../run/describeModel.ts';
import { packageRoot, version } from '../../run/config/packageInfo.ts';

/** What decides a result besides the models: versions, the judge's words, seeds. */
export function provenance(config: Config): Record<string, unknown> {
  const rendered = (['regular', 'safety'] as const).map((mode) =>
    judgeJustEvalPrompt({ query: '', response: '', rewards: scoringOf(mode) }),
  );
  return {
    judgePrompt: hashOf(rendered.join('\n')),
    seeds: { queries: config.queries.seed, bootstrap: 0 },
    versions: { drpo: version, node: process.versions.node, langgraph: versionOf('@langchain/langgraph') },
  };
}

function versionOf(name: string): string | null {
  try {
    const text = readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8');
    return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
  } catch {
    return null;
  }
}
