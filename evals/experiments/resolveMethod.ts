import { UserError } from '../../run/config/userError.ts';
import { hashText } from '../../run/describeModel.ts';
import { readRunExamples } from '../../run/loadArtifact.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Session } from '../../run/session.ts';
import { createAlignedMethod, createBaseMethod, type AlignmentMethod, type MethodName } from '../justEval/methods.ts';
import { createUrialMethod, renderUrialHead } from '../justEval/urial.ts';
import type { Respond } from '../../nodes/node.ts';
import type { ProvenPrompt } from '../../run/prove/askFreshQuery.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';

/** How the instructions are answered. */
export interface MethodChoice {
  method: MethodName;
  /** The folder of the run whose prompt and examples `drpo` uses. */
  run?: string | undefined;
  /** A file with a URIAL text; the default is drpo's own text. */
  urial?: string | undefined;
}

/** A method as a result names it; hashes identify its prompt and its set of examples. */
export interface MethodDescription {
  name: MethodName;
  prompt: string;
  /** In-context examples per query. */
  k: number;
  examples: string | null;
  run: string | null;
}

/** A method that is ready to answer. */
export interface ResolvedMethod {
  prepare: AlignmentMethod;
  description: MethodDescription;
  /** How it answers queries of the user's task. */
  asked: Omit<ProvenPrompt, 'id'>;
  /** The queries of its search and of its examples. */
  trainingQueries: string[];
}

/** Makes a method from a session's nodes. @throws UserError if a file that it needs is missing */
export function resolveMethod(session: Session, { method, run, urial }: MethodChoice): ResolvedMethod {
  if (method === 'drpo' && run !== undefined) return resolveRunMethod(run, session);
  return method === 'urial' ? resolveUrialMethod(urial, session) : resolveBaseMethod(method, session);
}

function resolveRunMethod(run: string, { nodes, config }: Session): ResolvedMethod {
  const folder = RunFolder.openExisting(run);
  const prompt = folder.readText('prompt.txt');
  if (prompt === undefined)
    throw new UserError(`--run: expected a run with a result (prompt.txt), got ${run}; let \`optimize\` finish first`);
  const examples = readRunExamples(folder);
  return {
    prepare: createAlignedMethod(nodes, prompt, examples),
    description: {
      name: 'drpo',
      prompt: hashText(prompt),
      k: config.examples.k,
      examples: hashText(JSON.stringify(examples)),
      run,
    },
    asked: { prompt, examples },
    trainingQueries: [...folder.nodes(), ...examples].map(({ query }) => query),
  };
}

function resolveUrialMethod(file: string | undefined, { models }: Session): ResolvedMethod {
  const text = file === undefined ? renderUrialHead() : readTextFile(file, '--urial');
  const k = [...text.matchAll(/^#+ *Query:/gim)].length;
  const prepare = createUrialMethod(models.base, text);
  return {
    prepare,
    asked: { prompt: text, examples: [], respond: toTaskRespond(prepare) },
    description: { name: 'urial', prompt: hashText(text), k, examples: null, run: null },
    trainingQueries: extractUrialQueries(text),
  };
}

function resolveBaseMethod(name: MethodName, { nodes, config }: Session): ResolvedMethod {
  const prompt = config.initialPrompt;
  return {
    prepare: createBaseMethod(nodes.respond, prompt),
    asked: { prompt, examples: [] },
    description: { name, prompt: hashText(prompt), k: 0, examples: null, run: null },
    trainingQueries: [],
  };
}

/** Lets a method with a text of its own, such as URIAL's, answer queries one by one. It has no turns before a query. */
export const toTaskRespond =
  (method: AlignmentMethod): Respond =>
  async ({ query }, config) => {
    const { response, missing } = await (await method([query]))(query, 0, config);
    return { response, ...(missing !== undefined && { missing }) };
  };

const extractUrialQueries = (text: string): string[] =>
  [...text.matchAll(/^#+ *Query:\s*\n(?:```\w*\n)?([\s\S]*?)\n\s*(?:```|#)/gim)].map(([, query = '']) => query.trim());
