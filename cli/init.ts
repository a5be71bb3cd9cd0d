import type { Command } from 'commander';
import { resolve } from 'node:path';
import { toPrintable } from '../run/progress.ts';
import {
  parseScores,
  readPrompt,
  requireFlagText,
  requireModel,
  type StarterAnswers,
} from '../run/init/starterAnswers.ts';
import { listKeyVariables, STARTER_CONFIG, STARTER_ENV, STARTER_QUESTIONS } from '../run/init/starterFiles.ts';
import { requireFreeNames, writeStarterFiles } from '../run/init/writeStarterFiles.ts';
import { askAnswers } from './init/askAnswers.ts';
import { openTerminal, QuestionsEndedError } from './init/openTerminal.ts';
import { printOutcome } from './printOutcome.ts';
import { withOutputFlags, type OutputFlags } from './runFlags.ts';

type InitFlags = OutputFlags & {
  task?: string;
  prompt?: string;
  optimizer?: string;
  base?: string;
  score?: string;
  yes: boolean;
};

/** Adds `init`: the files of a start. */
export function addInitCommand(root: Command): void {
  const command = root
    .command('init')
    .description('writes a config with comments, a file for your questions and .env.example; asks at a terminal')
    .argument('[dir]', 'the folder (default: this one)')
    .option('--task <text>', 'what the assistant is for, and who asks it')
    .option('--prompt <text>', 'the prompt that it has now: its text or its file (default: a plain one)')
    .option('--optimizer <model>', 'the model: MODEL[@BASEURL], or "simulated" (default: simulated)')
    .option('--base <model>', 'the model that answers, if it is another: MODEL[@BASEURL]')
    .option(
      '--score <kinds>',
      'how answers are scored: criteria, expected, checks, or several with commas (default: criteria)',
    )
    .option('--yes', 'ask nothing; what no flag gives has its default', false);
  withOutputFlags(command, 'next steps')
    .addHelpText('after', '\nExample: drpo init --task "Support for an online shop" --score criteria,expected')
    .action(async (dir = '.', flags: InitFlags) => {
      requireFreeNames(dir, [STARTER_CONFIG, STARTER_QUESTIONS, STARTER_ENV]);
      const given = await readFlags(flags);
      const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
      const said = isTerminal && !flags.yes ? await askAtTerminal(given) : given;
      if (said === undefined) return;
      const answers: StarterAnswers = { optimizer: 'simulated', scores: ['criteria'], ...said };
      const files = writeStarterFiles(dir, answers);
      printOutcome(flags, describeNextSteps(dir, files, listKeyVariables(answers)), { folder: resolve(dir), files });
    });
}

async function readFlags({ task, prompt, optimizer, base, score }: InitFlags): Promise<Partial<StarterAnswers>> {
  return {
    ...(task !== undefined && { task: requireFlagText('task', task) }),
    ...(prompt !== undefined && { prompt: await readPrompt(prompt) }),
    ...(optimizer !== undefined && { optimizer: requireModel('optimizer', optimizer) }),
    ...(base !== undefined && { base: requireModel('base', base) }),
    ...(score !== undefined && { scores: parseScores(score) }),
  };
}

/** The answers of a person. Undefined: the person ended the questions, which is exit code 130. */
async function askAtTerminal(given: Partial<StarterAnswers>): Promise<Partial<StarterAnswers> | undefined> {
  const { ask, close } = openTerminal(process.stdin, process.stderr);
  try {
    return await askAnswers(given, ask);
  } catch (error) {
    if (!(error instanceof QuestionsEndedError)) throw error;
    process.stderr.write('\ndrpo: init: stopped; nothing was written\n');
    process.exitCode = 130;
    return undefined;
  } finally {
    close();
  }
}

const describeNextSteps = (dir: string, files: readonly string[], keys: readonly string[]): string =>
  toPrintable(
    [
      `Wrote ${files.join(', ')}${dir === '.' ? '' : ` in ${dir}`}.`,
      `Put your questions into ${STARTER_QUESTIONS}, in the place of the three rows.`,
      ...(keys.length > 0 ? [`Copy ${STARTER_ENV} to .env, and fill in ${keys.join(' and ')} there.`] : []),
      'Then:',
      '',
      ...(dir === '.' ? [] : [`  cd ${/\s/.test(dir) ? JSON.stringify(dir) : dir}`]),
      '  npx drpo plan       what a search takes; contacts no model',
      '  npx drpo optimize   the search; its report is report.html in the folder that it names',
    ].join('\n'),
  );
