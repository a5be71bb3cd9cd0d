import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import { toGraphOptions } from '../../run/toGraphOptions.ts';
import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { toExitCode, type CommandResult } from '../../run/commandResult.ts';
import { listRunModules } from '../../run/config/checkModules.ts';
import { listDataFiles } from '../../run/config/listDataFiles.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { readRunData } from '../../run/config/readData.ts';
import { UserError } from '../../run/config/userError.ts';
import type { OptimizeEventHandler } from '../../run/events.ts';
import { hashReplacements } from '../../run/hashReplacements.ts';
import { importCheckFunction } from '../../run/importCheckFunction.ts';
import { getDefaultFolder } from '../../run/openRunFolder.ts';
import { requireLocalRun } from '../../run/optimize.ts';
import { readFinishedResult } from '../../run/readFinishedResult.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop, stopOnSignal } from '../../run/stopRun.ts';
import { SearchError } from '../../state/failure.ts';
import { mapRoles, type RoleRecord } from '../assumptions.ts';
import type { Forecast } from '../forecast.ts';
import { askProbe, countProbeQueries } from './askProbe.ts';
import { describeProbe, type ProbeFindings } from './describeProbe.ts';
import { forecastProbe } from './forecastProbe.ts';

/** What a probe found, the folder that keeps its answers, and the calls that this took. */
export interface Probe extends ProbeFindings {
  folder: string;
  calls: RoleRecord<number>;
}

/** How a probe is made. */
export interface ProbeOptions {
  /** The run's folder, which `optimize` continues in. Default: that of the config. */
  out?: string | undefined;
  /** Starts again; the files of an earlier run are moved aside. Default: false. */
  fresh?: boolean | undefined;
  /** What the search is expected to take, for the cost of the probe. */
  expected: Forecast;
  /** Gets the calls and the cost that the probe will take, before the first one. */
  announce: (text: string) => void;
  onEvent?: OptimizeEventHandler | undefined;
}

/** How a probe ended. */
export interface ProbeResult extends CommandResult<Probe | null> {
  /** Which budget is too small, and how far the probe came. */
  shortage?: string;
}

/**
 * Asks the models about 30 times, in the folder of the run, what a search would gain. `optimize` uses the answers again. A probe
 * that was stopped continues, and a finished one sends nothing. Null: a budget or a person stopped it.
 * @throws UserError, and SearchError if no answer could be judged
 */
export async function probeRun(
  unnamed: Config,
  { out, fresh = false, expected, announce, onEvent }: ProbeOptions,
): Promise<ProbeResult> {
  const config = await resolveModelNames(unnamed, fresh ? undefined : out);
  const digests = await hashReplacements(config, {}, {});
  const path = out ?? getDefaultFolder(config, digests);
  const known = fresh ? undefined : RunFolder.find(path, config, digests);
  if (known) requireUnfinishedRun(known);
  const data = await readRunData(config);
  const modules = listRunModules(config, data.queries);
  await Promise.all(modules.map(importCheckFunction));
  const queries = countProbeQueries(data.queries, resolveSearchOptions(toGraphOptions(config)));
  const cost = forecastProbe(config, expected, queries);
  const isNew = known?.readText('calls.jsonl') === undefined;
  announce(
    `${cost.text} ${isNew ? '' : 'What is answered already is not asked again. '}The answers are kept in ${path}.`,
  );
  const limit = config.budget.calls;
  if (isNew && limit !== null && limit < cost.calls) {
    const shortage = `budget.calls: expected at least ${cost.calls} for a probe, got ${limit}; raise it. Nothing was sent.`;
    return { exitCode: 3, outcome: null, folder: path, shortage };
  }
  const open = (): RunFolder => RunFolder.open(path, config, fresh, digests, [...listDataFiles(config), ...modules]);
  const session = await openSession(config, open, { onEvent });
  try {
    return await askAndDescribe(session, data);
  } finally {
    await session.close();
  }
}

async function askAndDescribe(
  session: Session,
  data: Awaited<ReturnType<typeof readRunData>>,
): Promise<CommandResult<Probe | null>> {
  const { config, gateway, nodes, repeatJudge, options, folder } = session;
  const release = stopOnSignal(gateway);
  try {
    const judge = config.rewards.mode === 'checks' ? null : repeatJudge;
    const seen = await askProbe({ nodes, repeatJudge: judge }, data, resolveSearchOptions(options));
    await gateway.checkNames();
    if (seen.judged === 0)
      throw new SearchError('the probe got no answer that could be judged; see events.jsonl, and check base and judge');
    const { calls } = gateway.getUsageTotals();
    const outcome = { ...describeProbe(seen), folder: folder.path, calls: mapRoles((role) => calls[role] ?? 0) };
    return { exitCode: 0, outcome, folder: folder.path };
  } catch (error) {
    const reason = classifyStop(error);
    if (reason === null) {
      await session.recordFailure(error);
      throw error;
    }
    await gateway.drain();
    const shortage = `${error instanceof Error ? error.message : ''}. The answers so far are kept in ${folder.path}.`;
    return {
      exitCode: toExitCode(reason),
      outcome: null,
      folder: folder.path,
      ...(reason === 'budget' && { shortage }),
    };
  } finally {
    release();
  }
}

/** @throws UserError */
function requireUnfinishedRun(folder: RunFolder): void {
  requireLocalRun(folder);
  if (readFinishedResult(folder))
    throw new UserError(
      `--probe: expected a run that has not ended, got ${folder.path}, whose result tells what it gained; see its report.html, or choose another folder (--out)`,
    );
}

/** The calls of a probe in all. */
export const sumProbeCalls = ({ calls }: Pick<Probe, 'calls'>): number =>
  LANGUAGE_ROLES.reduce((sum, role) => sum + calls[role], 0);
