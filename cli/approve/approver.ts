import { fstatSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { Question, type ApprovalHandler, type Decision } from '../../graphs/approve.ts';
import { UserError } from '../../run/config/userError.ts';
import { toPrintable } from '../../run/progress.ts';
import { watchStopSignals } from '../../run/stopRun.ts';
import { editInEditor } from './editor.ts';
import { addPromptEdit, APPROVAL_HELP, createEmptyDraft, parseLine } from './approvalLines.ts';
import { renderLevel, summarizeDraft, renderCandidate } from './showLevel.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** Asks a person at a terminal, or a program that writes one decision per line (JSON) to stdin. */
export class Approver {
  readonly #lines: Interface;
  readonly #waiting: { take: (line: string) => void; end: (why: Error) => void }[] = [];
  readonly #unread: string[] = [];
  #endError: Error | undefined;
  readonly #release: () => void;

  /** @throws UserError if there is nobody to ask */
  constructor(input = process.stdin) {
    if (!input.isTTY && !isPipedInput(input.fd))
      throw new UserError(
        '--approve: expected a terminal or decisions on stdin (a JSON value per line), got neither; run it in a terminal, or pipe the decisions in',
      );
    this.#lines = createInterface({ input, terminal: false });
    this.#lines.on('line', (line) => {
      const waiting = this.#waiting.shift();
      if (waiting) waiting.take(line);
      else this.#unread.push(line);
    });
    this.#lines.on('close', () =>
      this.#end('stdin ended while a level was waiting for a decision; run the same command to be asked again'),
    );
    this.#release = watchStopSignals(this.#interrupt);
  }

  /** Asks for the decision about a level. @throws AbortError if nobody answers any more */
  readonly ask: ApprovalHandler = async (value) => {
    const question = Question.parse(value);
    process.stderr.write(`${renderLevel(question)}\n`);
    const decision = process.stdin.isTTY ? await this.#talk(question) : parseDecision(await this.#line());
    const { level } = question;
    if (decision === 'accept') return { level };
    return typeof decision === 'object' && decision !== null ? { ...decision, level } : decision;
  };

  close(): void {
    this.#release();
    this.#lines.close();
  }

  async #talk(question: Question): Promise<Decision> {
    let draft = createEmptyDraft();
    process.stderr.write(`${APPROVAL_HELP}\n`);
    for (;;) {
      process.stderr.write(`${summarizeDraft(draft)}> `);
      const parsed = parseLine(await this.#line(), draft, question);
      if ('draft' in parsed) draft = parsed.draft;
      else if ('complaint' in parsed) process.stderr.write(`${toPrintable(parsed.complaint)}\n`);
      else if ('show' in parsed) process.stderr.write(`${renderCandidate(getCandidate(question, parsed.show))}\n`);
      else if ('edit' in parsed)
        draft = addPromptEdit(
          draft,
          parsed.edit,
          await this.#edit(draft.edit[parsed.edit] ?? getCandidate(question, parsed.edit).prompt),
        );
      else if (parsed.do === 'accept') return summarizeDraft(draft) === '' ? 'accept' : draft;
      else process.stderr.write(`${APPROVAL_HELP}\n`);
    }
  }

  /** Opens the person's editor, which has the terminal meanwhile. */
  async #edit(prompt: string): Promise<string> {
    this.#lines.pause();
    try {
      return editInEditor(prompt);
    } catch (error) {
      process.stderr.write(`${getErrorMessage(error)}\nThe new prompt, in one line: `);
      this.#lines.resume();
      return (await this.#line()) || prompt;
    } finally {
      this.#lines.resume();
    }
  }

  #line(): Promise<string> {
    const line = this.#unread.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((take, end) => {
      this.#waiting.push({ take, end });
      if (this.#endError) this.#end(this.#endError.message);
    });
  }

  #end(why: string): void {
    this.#endError ??= Object.assign(new Error(why), { name: 'AbortError' });
    for (const { end } of this.#waiting.splice(0)) {
      process.stderr.write(`drpo: ${why}\n`);
      end(this.#endError);
    }
  }

  readonly #interrupt = (): void =>
    this.#end('interrupted while a level was waiting for a decision; run the same command to be asked again');
}

function getCandidate({ candidates }: Question, id: string): Question['candidates'][number] {
  const candidate = candidates.find((c) => c.id === id);
  if (!candidate) throw new Error(`expected a candidate of the level, got ${id}`);
  return candidate;
}

/** Whether a descriptor is a pipe, a file or a socket, and not /dev/null. */
function isPipedInput(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

/** Parses a line as JSON. Another text is passed on, and the graph says what it expects. */
function parseDecision(line: string): unknown {
  try {
    return JSON.parse(line) ?? line;
  } catch {
    return line;
  }
}
