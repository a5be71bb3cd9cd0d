// npm run bench:prefix [-- KEY=VALUE … [--log FILE]]: how many of a default run's prompt words a prefix cache could reuse. The
// models are simulated; each reply takes 50 ms, so calls overlap as they do at an endpoint. KEY=VALUE is a setting of the run.
import type { BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { SimulatedChatModel } from '../../models/simulated/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import { measurePrefixReuse, type LoggedPrompt } from './measurePrefixReuse.ts';

const LATENCY_MS = 50;
/** What the authors' base model gets beside its prompt fills half of a run's words: the roles without it are summed too. */
const ASKED_ROLES = ['judge', 'reward', 'optimizer'] as const;
const ROLE_NAMES: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' };

const log: LoggedPrompt[] = [];

/** A simulated model that writes down what it was asked, and when. */
class LoggedModel extends SimulatedChatModel {
  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const start = performance.now();
    const result = await super._generate(messages, options);
    const turns = messages.map(({ type, text }) => ({ role: ROLE_NAMES[type] ?? type, content: text }));
    log.push({ role: this.role, turns, start, end: performance.now() });
    return result;
  }
}

const args = process.argv.slice(2);
const logAt = args.indexOf('--log');
const logFile = logAt < 0 ? undefined : args[logAt + 1];
const set = args.filter((_, i) => logAt < 0 || (i !== logAt && i !== logAt + 1));
const folder = mkdtempSync(join(tmpdir(), 'drpo-prefix-'));
const models = Object.fromEntries(
  LANGUAGE_ROLES.map((role) => [role, new LoggedModel(role, { latencyMs: LATENCY_MS })]),
);
try {
  const config = loadConfig({ roles: { optimizer: 'simulated' }, set });
  await optimize({ config, models, folder: join(folder, 'run') });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const rows = [
  ...LANGUAGE_ROLES.map((role) => [role, [role]] as const),
  [ASKED_ROLES.join(' + '), ASKED_ROLES] as const,
  ['all', LANGUAGE_ROLES] as const,
];
console.log(`${''.padEnd(28)}${'calls'.padStart(8)}${'words a call'.padStart(14)}${'reusable'.padStart(10)}`);
for (const [name, roles] of rows) {
  const { calls, words, shared } = measurePrefixReuse(log, (role) => roles.some((one) => one === role));
  const share = `${((100 * shared) / words).toFixed(1)} %`;
  console.log(
    `${name.padEnd(28)}${String(calls).padStart(8)}${(words / calls).toFixed(0).padStart(14)}${share.padStart(10)}`,
  );
}
if (logFile !== undefined) {
  const lines = log.map(({ role, turns, start, end }) =>
    JSON.stringify({ t0: start, t1: end, url: '', status: 200, req: { model: role, messages: turns }, res: null }),
  );
  writeFileSync(logFile, `${lines.join('\n')}\n`);
}
