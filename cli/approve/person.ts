import { fstatSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { Question, type ApprovalHandler, type Decision } from '../../graphs/approve.ts';
import { UserError } from '../../run/config/userError.ts';
import { toPrintable } from '../../run/progress.ts';
import { editInEditor } from './editor.ts';
import { addPromptEdit, APPROVAL_HELP, createEmptyDraft, parseLine } from './approvalLines.ts';
import { renderLevel, summarizeDraft, renderCandidate } from './showLevel.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** A person at a terminal, or a program that writes a decision a line (JSON) to stdin. */
export class Approver {
  readonly #lines: Interface;
  readonly #waiting: { take: (line: string) => void; end: (why: Error) => void }[] = [];
  readonly #unread: string[] = [];
  #over: Error | undefined;

  /** @throws UserError where there is nobody to ask */
  constructor(input = process.stdin) {
    if (!input.isTTY && !isPipedInput(input.fd))
      throw new UserError(
        '--approve: expected a terminal, or decisions on stdin (a JSON value a line), got neither; run it in a terminal, or pipe them in',
      );
    this.#lines = createInterface({ input, terminal: false });
    this.#lines.on('line', (line) => {
      const waiting = this.#waiting.shift();
      if (waiting) waiting.take(line);
      else this.#unread.push(line);
    });
    this.#lines.on('close', () =>
      this.#end('stdin ended while a level waits for a decision; the same command asks again'),
    );
    process.on('SIGINT', this.#asked).on('SIGTERM', this.#asked);
  }

  /** The level's decision. @throws an AbortError where nobody answers any more */
  readonly ask: ApprovalHandler = async (given) => {
    const question = Question.parse(given);
    process.stderr.write(`${renderLevel(question)}\n`);
    const decision = process.stdin.isTTY ? await this.#talk(question) : parseDecision(await this.#line());
    const { level } = question;
    if (decision === 'accept') return { level };
    return typeof decision === 'object' && decision !== null ? { ...decision, level } : decision;
  };

  close(): void {
    process.off('SIGINT', this.#asked).off('SIGTERM', this.#asked);
    this.#lines.close();
  }

  async #talk(question: Question): Promise<Decision> {
    let draft = createEmptyDraft();
    process.stderr.write(`${APPROVAL_HELP}\n`);
    for (;;) {
      process.stderr.write(`${summarizeDraft(draft)}> `);
      const said = parseLine(await this.#line(), draft, question);
      if ('draft' in said) draft = said.draft;
      else if ('complaint' in said) process.stderr.write(`${toPrintable(said.complaint)}\n`);
      else if ('show' in said) process.stderr.write(`${renderCandidate(getCandidate(question, said.show))}\n`);
      else if ('edit' in said)
        draft = addPromptEdit(
          draft,
          said.edit,
          await this.#edit(draft.edit[said.edit] ?? getCandidate(question, said.edit).prompt),
        );
      else if (said.do === 'accept') return summarizeDraft(draft) === '' ? 'accept' : draft;
      else process.stderr.write(`${APPROVAL_HELP}\n`);
    }
  }

  /** In the person's editor, which has the terminal meanwhile. */
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
      if (this.#over) this.#end(this.#over.message);
    });
  }

  #end(why: string): void {
    this.#over ??= Object.assign(new Error(why), { name: 'AbortError' });
    for (const { end } of this.#waiting.splice(0)) {
      process.stderr.write(`drpo: ${why}\n`);
      end(this.#over);
    }
  }

  readonly #asked = (): void =>
    this.#end('interrupted while a level waits for a decision; the same command asks again');
}

function getCandidate({ candidates }: Question, id: string): Question['candidates'][number] {
  const found = candidates.find((c) => c.id === id);
  if (!found) throw new Error(`expected a candidate of the level, got ${id}`);
  return found;
}

/** A pipe, a file, a socket; not /dev/null. */
function isPipedInput(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

/** A line as JSON, else as it is: the graph says what it expects. */
function parseDecision(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
