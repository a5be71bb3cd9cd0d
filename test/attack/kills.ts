import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratchFolder, runTrials, type Attack } from './attack.ts';
import { readLastingResult } from '../shared/lastingResult.ts';
import { canIsolate, countAnswers, killCommandAt, startCommand } from './command.ts';
import { startModelServer } from './modelServer.ts';

const set = (...settings: string[]): string[] => settings.flatMap((one) => ['--set', one]);

/** Every command that runs models is killed at a random answer, a third of them in a container without an init; the same command then ends as if nothing had happened. */
export const killCommands: Attack = async (trials, pick) => {
  const folder = makeScratchFolder();
  const server = await startModelServer(15);
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(server.config));
  const instructions = join(folder, 'instructions.json');
  const items = Array.from({ length: 20 }, (_, id) => ({
    id,
    instruction: `How is a paper boat of size ${id} folded?`,
  }));
  writeFileSync(instructions, JSON.stringify(items));
  const stage1 = set('examples.rewrite=true', 'examples.rewriteLimit=3', 'examples.rewriteRounds=2');
  const judged = ['--instructions', instructions, '--limit', '12'];
  /** Each command, and the file its result is in. */
  const commands: readonly (readonly [args: readonly string[], file: string])[] = [
    [['optimize', '--config', config], 'result.json'],
    [['optimize', '--config', config, ...set('preset=default', 'final.candidates=3')], 'result.json'],
    [['icl', '--config', config, ...stage1], 'examples.json'],
    [['evaluate', '--optimizer', 'simulated', '--method', 'urial', ...judged], 'result.json'],
    [
      ['experiment', 'main', '--optimizer', 'simulated', ...set('search.depth=3', 'queries.limit=8'), ...judged],
      'records.jsonl',
    ],
  ];
  const read = (out: string, args: readonly string[], file: string): string =>
    args[0] === 'optimize'
      ? readLastingResult(out)
      : readFileSync(join(out, file), 'utf8').replaceAll(/"(?:seconds|folder|startedAt)":.*/g, '');
  const plain = new Map<number, { wanted: string; needed: number; asked: number }>();
  const containers = canIsolate();
  const outcome = await runTrials(trials, async (trial) => {
    const at = trial % commands.length;
    const [args = [], file = ''] = commands[at] ?? [];
    const withOut = (out: string): string[] => [...args, '--quiet', '--out', out];
    if (!plain.has(at)) {
      server.reset();
      const out = join(folder, `plain-${at}`);
      const { status, stderr } = await startCommand(withOut(out)).ended;
      if (status !== 0) return `undisturbed: exit ${status}: ${stderr}`;
      plain.set(at, { wanted: read(out, args, file), needed: countAnswers(out), asked: server.count() });
    }
    const { wanted = '', needed = 1, asked = 0 } = plain.get(at) ?? {};
    server.reset();
    const out = join(makeScratchFolder(), 'run');
    const answers = 1 + pick(needed - 1);
    const { release } = await killCommandAt(withOut(out), out, answers, containers && trial % 3 === 0);
    const { status, stderr } = await startCommand(withOut(out)).ended;
    release();
    const where = `${args[0]} killed with ${answers} of ${needed} answers`;
    if (status !== 0) return `${where}: exit ${status}: ${stderr}`;
    if (read(out, args, file) !== wanted) return `${where}: another ${file}`;
    const repeated = server.count() - asked;
    return repeated < 0 || repeated > 8
      ? `${where}: ${repeated} requests more than undisturbed, 8 at a time`
      : undefined;
  });
  await server.close();
  return containers ? outcome : { ...outcome, skipped: 'containers, since unshare is not allowed here' };
};
