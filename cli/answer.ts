import type { Command } from 'commander';
import { createInterface } from 'node:readline';
import { answerQueries } from '../run/answerQueries.ts';
import { readAllQueries } from '../run/config/readQueries.ts';
import { UserError } from '../run/config/userError.ts';
import { Progress, toJsonLine, toPrintable } from '../run/progress.ts';

interface AnswerFlags {
  run: string;
  base?: string;
  file?: string;
  json: boolean;
}

/** Adds `answer`: queries answered with a run's prompt and examples. */
export function addAnswerCommand(root: Command): void {
  root
    .command('answer')
    .description('answers one query or many with a run’s prompt and retrieved examples')
    .argument('[query]', 'the query (default: read from stdin)')
    .requiredOption('--run <dir>', 'the run’s folder')
    .option('--base <model>', 'who answers: MODEL[@BASEURL] or "simulated" (default: the run’s base model)')
    .option('--file <file>', 'answer all queries of a file: JSON lines, JSON, or text with a query per line')
    .option(
      '--json',
      'print JSON lines {query, response}; `isCutOff` marks an answer that the token limit ended',
      false,
    )
    .addHelpText('after', '\nExample: drpo answer "Is honey vegan?" --run runs/mine')
    .action(async (query: string | undefined, { run, base, file, json }: AnswerFlags) => {
      if (query?.trim() === '') throw new UserError('answer: expected a query, got an empty one');
      const queries = file === undefined ? [query ?? (await readStdinQuery())] : await readAllQueries('--file', file);
      const { handle: onEvent } = new Progress(process.stderr);
      const answers = await answerQueries(run, queries, base, onEvent);
      for (const { missing } of answers)
        if (missing !== undefined) process.stderr.write(`drpo: ${toPrintable(missing)}\n`);
      const cutOff = answers.filter(({ isCutOff }) => isCutOff).length;
      if (cutOff > 0) process.stderr.write(`drpo: ${describeCutAnswers(cutOff, answers.length)}\n`);
      for (const answer of answers)
        process.stdout.write(json || file !== undefined ? toJsonLine(answer) : `${toPrintable(answer.response)}\n`);
      if (answers.some(({ missing }) => missing !== undefined)) process.exitCode = 1;
    });
}

const describeCutAnswers = (cutOff: number, of: number): string =>
  `${of === 1 ? 'the answer was' : `${cutOff} of ${of} answers were`} cut off at the token limit (models.base.maxTokens)`;

async function readStdinQuery(): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line);
  const text = lines.join('\n').trim();
  if (text === '') throw new UserError('answer: expected a query as an argument or on stdin, got none');
  return text;
}
