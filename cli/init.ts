import type { Command } from 'commander';
import { resolve } from 'node:path';
import {
  parseScores,
  readPrompt,
  requireFlagText,
  requireModel,
  type StarterAnswers,
} from '../run/init/starterAnswers.ts';
import { listKeyVariables, STARTER_CONFIG, STARTER_ENV, STARTER_QUESTIONS } from '../run/init/starterFiles.ts';
import { UserError } from '../run/config/userError.ts';
import { createImportedFiles, IMPORTED_QUESTIONS } from '../run/init/importedFiles.ts';
import { importPromptfoo } from '../run/init/promptfoo/importPromptfoo.ts';
import { requireFreeNames, writeNewFiles, writeStarterFiles } from '../run/init/writeStarterFiles.ts';
import { askAnswers } from './init/askAnswers.ts';
import { describeNextSteps } from './init/describeNextSteps.ts';
import { openTerminal, QuestionsEndedError } from './init/openTerminal.ts';
import { printOutcome } from './printOutcome.ts';
import { withOutputFlags, type OutputFlags } from './runFlags.ts';

type InitFlags = OutputFlags & {
  from?: string;
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
    .option(
      '--from <source>',
      'what you have: a config of promptfoo (YAML or JSON), or langsmith:DATASET; what does not map is listed',
    )
    .option('--yes', 'ask nothing; what no flag gives has its default', false);
  withOutputFlags(command, 'next steps')
    .addHelpText('after', '\nExample: drpo init --task "Support for an online shop" --score criteria,expected')
    .action(async (dir = '.', flags: InitFlags) => {
      if (flags.from !== undefined) return startFromSource(dir, flags.from, flags);
      requireFreeNames(dir, [STARTER_CONFIG, STARTER_QUESTIONS, STARTER_ENV]);
      const given = await readFlags(flags);
      const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
      const said = isTerminal && !flags.yes ? await askAtTerminal(given) : given;
      if (said === undefined) return;
      const answers: StarterAnswers = { optimizer: 'simulated', scores: ['criteria'], ...said };
      const files = writeStarterFiles(dir, answers);
      printOutcome(flags, describeNextSteps({ dir, files, keys: listKeyVariables(answers) }), {
        folder: resolve(dir),
        files,
      });
    });
}

/** How a source names a data set of LangSmith. */
const LANGSMITH_SOURCE = 'langsmith:';

/** Writes the files of a start from another tool's file or data set, and lists what does not map. */
async function startFromSource(dir: string, source: string, flags: InitFlags): Promise<void> {
  if (flags.score !== undefined)
    throw new UserError(
      '--score: expected nothing beside --from, which says how answers are scored; leave one of them out',
    );
  requireFreeNames(dir, [STARTER_CONFIG, IMPORTED_QUESTIONS, STARTER_ENV]);
  const task = source.startsWith(LANGSMITH_SOURCE)
    ? await (
        await import('../evals/langsmith/importLangSmith.ts')
      ).importLangSmith(source.slice(LANGSMITH_SOURCE.length), process.env)
    : await importPromptfoo(source, resolve(dir));
  const given = await readFlags(flags);
  const { prompt = given.prompt, base = given.base } = task;
  const answers = { optimizer: 'simulated', task: task.task, prompt, base, ...given };
  const files = writeNewFiles(dir, createImportedFiles(task, answers, dir));
  const unmapped = task.unmapped.map((line) => `- ${line.replaceAll(/\s+/g, ' ')}`);
  const list = unmapped.length > 0 ? ['', 'What has no counterpart, or is not quite the same:', ...unmapped] : [];
  const about = [`Read ${task.queries.length} questions from ${source}.`, ...list];
  const next = describeNextSteps({ dir, files, keys: listKeyVariables(answers), about });
  printOutcome(flags, next, { folder: resolve(dir), files, unmapped: task.unmapped });
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
