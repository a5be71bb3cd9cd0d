import { join } from 'node:path';
import {
  classifyProof,
  computeProofInterval,
  createUnchangedVerdict,
  createVerdict,
  type ProofDifferences,
} from '../../graphs/final/createVerdict.ts';
import { DEFAULT_FINAL, resolveFinal } from '../../graphs/finalOptions.ts';
import type { ProofVerdict } from '../../state/verdict.ts';
import { checkRunParts } from '../checkRunParts.ts';
import { toExamplesObject } from '../../state/example.ts';
import { toExitCode, type CommandResult } from '../commandResult.ts';
import { listChangedKeys } from '../config/listChangedKeys.ts';
import { loadConfig, type Config } from '../config/loadConfig.ts';
import { UserError } from '../config/userError.ts';
import { addReasons, splitPairs } from '../createRunVerdict.ts';
import { describeJudge, describeProofJudge } from '../describeJudge.ts';
import type { OptimizeEventHandler } from '../events.ts';
import { openFinishedRun, readRunExamples } from '../loadArtifact.ts';
import type { ProofRecord } from '../proofRecord.ts';
import { ensureWholeResult } from '../readFinishedResult.ts';
import { resolveModelNames } from '../resolveModelNames.ts';
import type { OptimizeResult } from '../result.ts';
import { RunFolder } from '../runFolder.ts';
import { openSession, type Session } from '../session.ts';
import { classifyStop, stopOnSignal } from '../stopRun.ts';
import { writeResultFiles } from '../writeResult.ts';
import { askFreshQuery, selectFreshRewards, type FreshQuery, type ProvenPrompt } from './askFreshQuery.ts';
import { listFreshQueries } from './listFreshQueries.ts';
import { withProofJudge } from './withProofJudge.ts';

/** The run whose proof continues, and with what. */
export interface ProveOptions {
  /** The folder of a run that has ended. */
  run: string;
  /** A file of fresh queries. Default: those of the run that it has not asked. */
  queries?: string | undefined;
  /** Who judges: MODEL[@BASEURL] or "simulated". Default: the run's judges. */
  judge?: string | undefined;
  /** Fresh queries of the proof at most, those of the run included. Default: `final.proof.maxQueries`. */
  max?: number | undefined;
  /** `key.path=value` of settings that may differ from the run's, such as `budget.calls=900`. */
  set?: readonly string[] | undefined;
  onEvent?: OptimizeEventHandler | undefined;
}

/**
 * Continues the proof of a run with more fresh queries until it is settled, and writes the verdict into the run's result and page.
 * The run's answers count. A proof that is settled sends nothing. @throws UserError
 */
export async function proveRun(options: ProveOptions): Promise<CommandResult<ProofVerdict>> {
  const { config: own } = openFinishedRun(options.run);
  const searched = options.set?.length ? loadChangedConfig(options.run, own, options.set) : own;
  const config = await resolveModelNames(withProofJudge(searched, options.judge));
  await checkRunParts(config);
  const folder = RunFolder.openWithoutConfig(options.run);
  let session: Session | undefined;
  try {
    const result = requireProvable(folder);
    for (const text of folder.damage.splice(0)) void options.onEvent?.({ type: 'fileDamaged', text });
    const proof = new RunProof(folder, result, config, searched);
    const fresh = proof.isSettled ? [] : await listFreshQueries(searched, options.queries, result, proof);
    const wanted = proof.countWanted(options.max, fresh.length);
    if (wanted === 0) return proof.conclude(null);
    session = await openSession(config, () => folder, { onEvent: options.onEvent });
    return await askUntilSettled(session, proof, fresh.slice(0, wanted), options.onEvent);
  } finally {
    await (session ?? folder).close();
  }
}

/** The run's config with changes to how it is run, such as a larger budget. @throws UserError */
function loadChangedConfig(run: string, own: Config, set: readonly string[]): Config {
  const config = loadConfig({ file: join(run, 'config.json'), set });
  const keys = listChangedKeys(own, config);
  if (keys.length === 0) return config;
  throw new UserError(
    `--set: expected what may differ between a run and its proof (budget, concurrency, …), got ${keys.join(', ')}; leave it out`,
  );
}

/** The result of a run that has ended on this machine. @throws UserError */
function requireProvable(folder: RunFolder): OptimizeResult {
  const result = ensureWholeResult(folder);
  if (!result) {
    const [damage] = folder.damage.splice(0);
    const got = damage === undefined ? `${folder.path}, which has not` : `${folder.path} with ${damage}`;
    throw new UserError(`--run: expected a run that has ended, got ${got}; continue it with \`optimize\` first`);
  }
  const replaced = Object.keys(Object(folder.readJson('replacements.json'))).filter((key) =>
    /^(?:nodes|models)\./.test(key),
  );
  if (folder.readText('remote.json') === undefined && replaced.length === 0) return result;
  const what = replaced.length > 0 ? `one whose script replaced ${replaced.join(', ')}` : 'a run at a server';
  throw new UserError(`--run: expected a run of this machine with the models of its config, got ${what}`);
}

async function askUntilSettled(
  session: Session,
  proof: RunProof,
  queries: readonly FreshQuery[],
  onEvent: OptimizeEventHandler | undefined,
): Promise<CommandResult<ProofVerdict>> {
  const release = stopOnSignal(session.gateway);
  const left = [...queries];
  try {
    while (left.length > 0 && !proof.isSettled) {
      const look = left.splice(0, proof.countNextLook());
      const records = await Promise.all(look.map((query) => askBoth(session, query, proof)));
      for (const record of records) proof.add(record);
      const interval = proof.interval;
      if (interval) void onEvent?.({ type: 'proofUpdated', ...interval, queries: proof.differences.fresh.length });
    }
    await session.gateway.checkNames();
    return proof.conclude(session);
  } catch (error) {
    const reason = classifyStop(error);
    if (reason === null) throw error;
    await session.gateway.drain();
    return { ...proof.conclude(session), exitCode: toExitCode(reason) };
  } finally {
    release();
  }
}

/** Asks the first and the best prompt one fresh query, and has both judged by the same rewards. */
async function askBoth({ nodes: own }: Session, query: FreshQuery, { prompts, judge }: RunProof): Promise<ProofRecord> {
  const nodes = { ...own, ...(own.proofJudge && { judge: own.proofJudge }) };
  const selection = await selectFreshRewards(nodes, query);
  const ask = async (prompt: ProvenPrompt): Promise<ProofRecord['first']> => {
    const { missing: _, ...answer } = await askFreshQuery(nodes, query, prompt, selection);
    return answer;
  };
  const [first, challenger] = await Promise.all([ask(prompts.first), ask(prompts.best)]);
  const { weight } = query.details;
  return { query: query.query, ...(weight !== undefined && { weight }), judge, first, challenger };
}

/** What is known of a run's proof by one judge. */
export class RunProof {
  readonly judge: string | null;
  readonly prompts: { first: ProvenPrompt; best: ProvenPrompt };
  readonly #records: ProofRecord[];
  readonly #folder: RunFolder;
  readonly #result: OptimizeResult;
  readonly #settings: ReturnType<typeof resolveFinal>['proof'];
  readonly #isOwnJudge: boolean;
  readonly #searchJudges: string | null;

  constructor(folder: RunFolder, result: OptimizeResult, config: Config, searched: Config) {
    this.judge = describeProofJudge(config);
    this.#searchJudges = describeJudge(searched);
    this.#isOwnJudge = this.judge === this.#searchJudges;
    const first = result.nodes.find(({ depth }) => depth === 0);
    const examples = readRunExamples(folder);
    this.prompts = {
      first: { id: '0', prompt: first?.prompt ?? searched.initialPrompt, examples },
      // what the whole prompt answered says nothing of the shortened one
      best: { id: result.final?.shortened?.id ?? result.bestId, prompt: result.bestPrompt, examples },
    };
    this.#records = folder.proof.records().filter(({ challenger }) => challenger.id === this.prompts.best.id);
    this.#folder = folder;
    this.#result = result;
    this.#settings = resolveFinal(searched.final ?? DEFAULT_FINAL).proof;
  }

  get isUnchanged(): boolean {
    return this.prompts.first.prompt === this.prompts.best.prompt;
  }

  /** The records of this judge. */
  get records(): ProofRecord[] {
    return this.#records.filter(({ judge }) => judge === this.judge);
  }

  /** Queries on which another judge has judged answers, which can be judged again without being answered again. */
  get queriesOfOthers(): string[] {
    const own = new Set(this.records.map(({ query }) => query));
    return this.#records.flatMap(({ query }) => (own.has(query) ? [] : [query]));
  }

  get differences(): Required<ProofDifferences> {
    return {
      ...splitPairs(this.records),
      // another judge spreads in another way
      chosenOn: this.#isOwnJudge && !this.#result.final?.shortened ? (this.#result.final?.chosenOn ?? []) : [],
    };
  }

  get interval() {
    return computeProofInterval(this.differences, this.#settings);
  }

  get isSettled(): boolean {
    return this.isUnchanged || classifyProof(this.interval, this.#settings.margin) !== 'not-settled';
  }

  /** Counts the queries that may be asked at most. @throws UserError if there are none although the proof is not settled */
  countWanted(max: number | undefined, available: number): number {
    if (this.isSettled) return 0;
    const most = max ?? this.#settings.maxQueries;
    const asked = this.records.length;
    if (asked >= most)
      throw new UserError(
        `--max: expected more than the ${asked} fresh queries that the proof has, got ${most}${max === undefined ? ' (final.proof.maxQueries)' : ''}; raise it`,
      );
    return Math.min(most - asked, available);
  }

  /** Counts the queries of the next look: those up to the minimum, then a quarter of those so far, at least two. */
  countNextLook(): number {
    const { fresh } = this.differences;
    const { minQueries } = this.#settings;
    return fresh.length < minQueries ? minQueries - fresh.length : Math.max(2, Math.ceil(fresh.length / 4));
  }

  add(record: ProofRecord): void {
    if (this.#folder.proof.append(record)) this.#records.push(record);
  }

  /** Writes the verdict into the run's result and page. `session`: null if nothing was asked. */
  conclude(session: Session | null): CommandResult<ProofVerdict> {
    const settings = this.#settings;
    // without an answer of the shortened prompt, the verdict of the whole one stays
    const kept = this.#result.final?.shortened && this.records.length === 0 ? this.#result.verdict : null;
    const verdict = kept ?? addReasons(this.#createVerdict(), this.#result, settings.minQueries);
    const usage = session?.gateway.getUsageTotals();
    const result = {
      ...this.#result,
      verdict,
      ...(usage && { calls: usage.calls, retries: usage.retries, tokens: usage.tokens, usd: usage.usd }),
    };
    const folder = this.#folder;
    writeResultFiles(folder, folder.readJson('config.json'), result, toExamplesObject(readRunExamples(folder)));
    return { exitCode: 0, outcome: verdict, folder: folder.path };
  }

  /** The verdict of this judge, which names the shortened prompt if it is the one that answered. */
  #createVerdict(): ProofVerdict {
    const settings = this.#settings;
    if (this.isUnchanged) return createUnchangedVerdict(settings.margin);
    const about = { judge: this.judge, isIndependent: !this.#isOwnJudge };
    const verdict = createVerdict(this.differences, settings, about);
    return this.#result.final?.shortened ? { ...verdict, text: `${verdict.text}, after it was shortened` } : verdict;
  }
}
