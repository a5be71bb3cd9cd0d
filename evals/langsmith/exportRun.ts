import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { toChatTurns } from '../../prompts/respond.ts';
import { pickFixedExamples } from '../../nodes/retrievers.ts';
import { toQuery, type Example, type Query, type Turn } from '../../state/example.ts';
import { readQueries } from '../../run/config/readQueries.ts';
import { UserError } from '../../run/config/userError.ts';
import { collectPath, toReferenceOutput } from '../../run/result.ts';
import { ProofRecord } from '../../run/proofRecord.ts';
import { readCheckedLines } from '../../run/readCheckedLines.ts';
import { openFinishedRun, readRunExamples } from '../../run/loadArtifact.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { createPromptfooConfig } from '../promptfoo/createPromptfooConfig.ts';
import { pushQueries, pushToHub } from './pushToLangSmith.ts';

/** The formats of an export: the prompt, chat turns with the examples, the reference's output.json, a config of promptfoo, LangSmith's hub, or LangSmith's data set of the queries. */
export const EXPORT_FORMATS = ['text', 'messages', 'reference', 'promptfoo', 'hub', 'dataset'] as const;

/** What is exported of which run. */
export interface ExportOptions {
  run: string;
  to: (typeof EXPORT_FORMATS)[number];
  /** The name in the hub or of the data set; the default is the folder's name. */
  name?: string | undefined;
}

/** Exports a run's result as a text, or to LangSmith, and then returns its address there. @throws UserError if the run is not finished */
export async function exportRun(
  { run, to, name = basename(resolve(run)) }: ExportOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { folder, prompt, config } = openFinishedRun(run);
  if (to === 'text') return prompt;
  if (to === 'dataset') return `${await pushQueries(name, await readQueries(config.queries), env)}\n`;
  if (to === 'reference') return folder.readText('output.json') ?? toPrettyJson(buildReferenceOutput(run));
  const turns = toChatTurns({ prompt, query: '', examples: listShownExamples(config, folder) }).slice(0, -1);
  if (to === 'messages') return toPrettyJson(turns);
  if (to === 'promptfoo')
    return createPromptfooConfig({ config, turns, queries: await listHeldOutQueries(config, folder) });
  return `${await pushToHub(toHubName(name), turns, 'The system prompt and in-context examples that a run of DRPO found.', env)}\n`;
}

/** The examples that all queries got; those that a query's were chosen from if each got its own. */
function listShownExamples({ examples: { k, choose } }: Config, folder: RunFolder): Example[] {
  const examples = readRunExamples(folder);
  return k === 0 ? [] : choose === 'fixed' ? pickFixedExamples(examples, k) : examples;
}

/**
 * The queries of a run's proof, also those that `prove` asked later, and those that the user holds out. Without a proof those of its
 * final, and without a final all.
 */
async function listHeldOutQueries(config: Config, folder: RunFolder): Promise<Query[]> {
  const queries = await readQueries(config.queries);
  const proven = readCheckedLines(folder.readText('proof.jsonl') ?? '', (line) => ProofRecord.parse(line)) ?? [];
  const known = new Map(queries.map((query) => [query.text, query]));
  const fresh = new Map(
    queries
      .filter(({ heldOut }) => heldOut)
      .concat(proven.map(({ query }) => known.get(query) ?? toQuery(query)))
      .map((query) => [query.text, query]),
  );
  if (fresh.size > 0) return [...fresh.values()];
  const { final } = FinalQueries.parse(folder.readJson('result.json') ?? {});
  const selected = queries.filter(({ text }) => final?.queries.includes(text));
  return selected.length > 0 ? selected : queries;
}

const FinalQueries = z.object({ final: z.object({ queries: z.array(z.string()) }).nullish() }).catch({ final: null });

/** The best path of the journal, for a folder without output.json. */
function buildReferenceOutput(run: string): Record<string, unknown> {
  const { folder, prompt } = openFinishedRun(run);
  const bestId: unknown = Reflect.get(Object(folder.readJson('result.json')), 'bestId');
  if (typeof bestId === 'string') return toReferenceOutput(collectPath(bestId, folder.nodes()), prompt);
  throw new UserError(
    `--run: expected a run with output.json or result.json, got ${run}; let \`optimize\` finish first`,
  );
}

const toPrettyJson = (value: Record<string, unknown> | Turn[]): string => `${JSON.stringify(value, null, 2)}\n`;

/** A name that the hub accepts: lower-case letters, digits, - and _, after an initial letter. */
function toHubName(name: string): string {
  const owner = /^[\w-]+\//.exec(name)?.[0] ?? '';
  const handle = name
    .slice(owner.length)
    .toLowerCase()
    .replaceAll(/[^a-z\d_-]+/g, '-');
  return owner + (/^[a-z]/.test(handle) ? handle : `drpo-${handle}`);
}
