import { examplesIn } from '../../run/loadArtifact.ts';
import { aligned, base, type MethodName, type Prepare } from '../justEval/methods.ts';
import { urial, urialHead } from '../justEval/urial.ts';
import { UserFault } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Session } from '../../run/session.ts';
import { hashOf } from '../../run/describeModel.ts';
import { textOf } from './readInstructionSets.ts';

/** A method as a result names it: hashes tell one prompt and set of examples from another. */
export interface MethodAbout {
  name: MethodName;
  prompt: string;
  /** In-context examples per query. */
  k: number;
  examples: string | null;
  run: string | null;
}

export interface Made {
  prepare: Prepare;
  about: MethodAbout;
  /** Queries the method has seen: of its search, and of its examples. */
  training: string[];
}

/** A method over a session's nodes. @throws UserFault where a file it needs is missing */
export function methodIn(
  name: MethodName,
  session: Session,
  { run, urial: file }: { run?: string; urial?: string },
): Made {
  const { nodes, models, config } = session;
  if (name === 'drpo' && run !== undefined) return alignedBy(run, session);
  if (name === 'urial') {
    const text = file === undefined ? urialHead() : textOf(file, '--urial');
    const k = [...text.matchAll(/^#+ *Query:/gim)].length;
    return {
      prepare: urial(models.base, text),
      about: { name, prompt: hashOf(text), k, examples: null, run: null },
      training: queriesOf(text),
    };
  }
  const prompt = config.initialPrompt;
  return {
    prepare: base(nodes.respond, prompt),
    about: { name, prompt: hashOf(prompt), k: 0, examples: null, run: null },
    training: [],
  };
}

function alignedBy(run: string, { nodes, config }: Session): Made {
  const folder = RunFolder.existing(run);
  const prompt = folder.readText('prompt.txt');
  if (prompt === undefined)
    throw new UserFault(`--run: expected a run with a result (prompt.txt), got ${run}; let \`optimize\` end first`);
  const examples = examplesIn(folder);
  const about = {
    name: 'drpo' as const,
    prompt: hashOf(prompt),
    k: config.examples.k,
    examples: hashOf(JSON.stringify(examples)),
    run,
  };
  const training = [...folder.nodes().map((n) => n.query), ...examples.map((e) => e.query)];
  return { prepare: aligned(nodes, prompt, examples), about, training };
}

/** The queries in a URIAL text. */
const queriesOf = (text: string): string[] =>
  [...text.matchAll(/^#+ *Query:\s*\n(?:```\w*\n)?([\s\S]*?)\n\s*(?:```|#)/gim)].map(([, query = '']) => query.trim());
