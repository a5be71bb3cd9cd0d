import { readRunExamples } from '../../run/loadArtifact.ts';
import { createAlignedMethod, createBaseMethod, type MethodName, type AlignmentMethod } from '../justEval/methods.ts';
import { createUrialMethod, renderUrialHead } from '../justEval/urial.ts';
import { UserError } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Session } from '../../run/session.ts';
import { hashText } from '../../run/describeModel.ts';
import { readTextFile } from './loadInstructions.ts';

/** A method as a result names it: hashes tell one prompt and set of examples from another. */
export interface MethodDescription {
  name: MethodName;
  prompt: string;
  /** In-context examples per query. */
  k: number;
  examples: string | null;
  run: string | null;
}

export interface ResolvedMethod {
  prepare: AlignmentMethod;
  description: MethodDescription;
  /** Queries the method has seen: of its search, and of its examples. */
  trainingQueries: string[];
}

/** A method over a session's nodes. @throws UserError where a file it needs is missing */
export function resolveMethod(
  name: MethodName,
  session: Session,
  { run, urial: file }: { run?: string; urial?: string },
): ResolvedMethod {
  const { nodes, models, config } = session;
  if (name === 'drpo' && run !== undefined) return resolveAlignedMethod(run, session);
  if (name === 'urial') {
    const text = file === undefined ? renderUrialHead() : readTextFile(file, '--urial');
    const k = [...text.matchAll(/^#+ *Query:/gim)].length;
    return {
      prepare: createUrialMethod(models.base, text),
      description: { name, prompt: hashText(text), k, examples: null, run: null },
      trainingQueries: extractUrialQueries(text),
    };
  }
  const prompt = config.initialPrompt;
  return {
    prepare: createBaseMethod(nodes.respond, prompt),
    description: { name, prompt: hashText(prompt), k: 0, examples: null, run: null },
    trainingQueries: [],
  };
}

function resolveAlignedMethod(run: string, { nodes, config }: Session): ResolvedMethod {
  const folder = RunFolder.openExisting(run);
  const prompt = folder.readText('prompt.txt');
  if (prompt === undefined)
    throw new UserError(`--run: expected a run with a result (prompt.txt), got ${run}; let \`optimize\` end first`);
  const examples = readRunExamples(folder);
  const about = {
    name: 'drpo' as const,
    prompt: hashText(prompt),
    k: config.examples.k,
    examples: hashText(JSON.stringify(examples)),
    run,
  };
  const training = [...folder.nodes().map((n) => n.query), ...examples.map((e) => e.query)];
  return { prepare: createAlignedMethod(nodes, prompt, examples), description: about, trainingQueries: training };
}

/** The queries in a URIAL text. */
const extractUrialQueries = (text: string): string[] =>
  [...text.matchAll(/^#+ *Query:\s*\n(?:```\w*\n)?([\s\S]*?)\n\s*(?:```|#)/gim)].map(([, query = '']) => query.trim());
