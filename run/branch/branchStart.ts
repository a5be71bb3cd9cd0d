import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { editPrompt } from '../../graphs/approve.ts';
import { Hypothesis } from '../../state/hypothesis.ts';
import type { Checkpoints } from '../openCheckpoints.ts';
import { UserError } from '../config/userError.ts';
import type { searchSystemPrompt } from '../../graphs/index.ts';
import { RunFolder } from '../runFolder.ts';
import { RankedLevel } from './branchLevel.ts';

/** What a branch started with, kept in its folder so that it can continue without the first run. */
export const BranchStart = z.object({
  run: z.string(),
  node: z.string(),
  /** The node's prompt in the branch; null if it is unchanged. */
  prompt: z.string().nullable(),
  level: RankedLevel,
  /** The first run's nodes down to that level. */
  nodes: z.array(Hypothesis),
});
export type BranchStart = z.infer<typeof BranchStart>;

const BRANCH_FILE = 'branch.json';
/** The first run's answers, so that none is paid for twice. */
export const PARENT_ANSWERS_FILE = 'first.jsonl';

/** What a folder's branch started with; undefined if there is no such folder. @throws UserError if it holds something else */
export function readBranchStart(out: string): BranchStart | undefined {
  if (!existsSync(join(out, 'config.json'))) return undefined;
  const { data } = BranchStart.safeParse(RunFolder.openExisting(out).readJson(BRANCH_FILE));
  if (data) return data;
  throw new UserError(
    `--out: expected a new folder or that of a branch, got ${out}, which holds another run; choose another`,
  );
}

/** Writes the branch's start and the first run's answers into its folder. */
export function prepareBranchFolder(folder: RunFolder, beginning: BranchStart, first: RunFolder): void {
  const answers = first.file('calls.jsonl');
  if (existsSync(answers)) cpSync(answers, folder.file(PARENT_ANSWERS_FILE));
  folder.write(BRANCH_FILE, beginning);
}

/** Starts the branch's thread after the level was ranked, with this one node and its prompt in the branch. */
export async function startBranch(
  graph: ReturnType<typeof searchSystemPrompt>,
  thread: Checkpoints['thread'],
  folder: RunFolder,
  { level, node, prompt, nodes }: BranchStart,
): Promise<void> {
  const { values } = await graph.getState(thread);
  if (RankedLevel.safeParse(values).success) return;
  for (const shared of nodes) folder.journal.append(shared);
  const start = level.candidates.find(({ id }) => id === node);
  if (!start) throw new Error(`expected ${node} in its level, got others`);
  const candidate = { ...editPrompt(start, prompt ?? start.prompt), index: 0 };
  const { id: bestId, prompt: bestPrompt, value } = candidate;
  const at = { ...level, candidates: [candidate], bestId, bestPrompt, value, beam: [bestId] };
  await graph.updateState(thread, at, 'rankLevel');
}
