import { z } from 'zod';
import { isObject } from '../../prompts/jsonValues.ts';
import { createThoughtFilter, type ThoughtFilter } from '../../prompts/thoughtFilter.ts';
import { isThoughtFirst, splitThoughts } from '../../prompts/thoughts.ts';

/** What is known of a model: whether its answers begin inside a thought that its template opens. */
export interface ThoughtHabit {
  beginsInThought: boolean;
}

/** Where servers put thoughts beside the content. */
const THOUGHT_KEYS = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking', 'thinking_blocks'];

const Answer = z.looseObject({ choices: z.array(z.looseObject({})) });
type Answer = z.infer<typeof Answer>;

/** An upstream's answer without thoughts, whole or while it streams. What has none passes through unchanged. */
export async function removeAnswerThoughts(response: Response, habit: ThoughtHabit): Promise<Response> {
  const { ok, status, headers, body } = response;
  if (!ok || !body) return response;
  if (headers.get('content-type')?.includes('text/event-stream'))
    return new Response(body.pipeThrough(createEventFilter(habit)), { status, headers });
  const text = await response.text();
  const answer = parseAnswer(text);
  const edited = answer && editAnswer(answer, 'message', (content) => readContent(content, habit));
  return new Response(edited ? JSON.stringify(edited) : text, { status, headers });
}

function parseAnswer(text: string): Answer | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function readContent(content: string, habit: ThoughtHabit): string {
  if (isThoughtFirst(content)) habit.beginsInThought = true;
  return splitThoughts(content).answer;
}

/** The answer with other texts and without thoughts beside them; null if it stays as it is. */
function editAnswer(
  answer: Answer,
  part: 'message' | 'delta',
  edit: (content: string, choice: Record<string, unknown>) => string,
): Answer | null {
  let isEdited = false;
  const choices = answer.choices.map((choice) => {
    const message = choice[part];
    if (!isObject(message)) return choice;
    const kept = Object.fromEntries(Object.entries(message).filter(([key]) => !THOUGHT_KEYS.includes(key)));
    const content = editContent(kept['content'], (text) => edit(text, choice));
    const isSame = content === kept['content'] && Object.keys(kept).length === Object.keys(message).length;
    if (isSame) return choice;
    isEdited = true;
    return { ...choice, [part]: content === undefined ? kept : { ...kept, content } };
  });
  return isEdited ? { ...answer, choices } : null;
}

/** A content as a text or in parts, of which thoughts are left out. */
function editContent(content: unknown, edit: (text: string) => string): unknown {
  if (typeof content === 'string') return edit(content);
  if (!Array.isArray(content)) return content === null || content === undefined ? edit('') || content : content;
  return content
    .filter((part) => !isObject(part) || !/think|thought|reason/i.test(String(part['type'])))
    .map((part: unknown) =>
      isObject(part) && typeof part['text'] === 'string' ? { ...part, text: edit(part['text']) } : part,
    );
}

/** The text of a choice while it streams: as it came, and what is shown of it. */
interface StreamedChoice {
  raw: string;
  filter: ThoughtFilter;
  hasEnded: boolean;
}

/** Edits the events of a stream line by line. A line without thoughts passes through as it came. */
function createEventFilter(habit: ThoughtHabit): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const [decoder, encoder] = [new TextDecoder('utf-8', { ignoreBOM: true }), new TextEncoder()];
  const choices = new Map<unknown, StreamedChoice>();
  let last: Answer | undefined;
  let rest = '';
  const endChoice = (choice: StreamedChoice): string => {
    choice.hasEnded = true;
    if (isThoughtFirst(choice.raw)) habit.beginsInThought = true;
    return choice.filter.end();
  };
  const editDelta = (content: string, { index, finish_reason: finish }: Record<string, unknown>): string => {
    const known = choices.get(index);
    const choice = known ?? { raw: '', filter: createThoughtFilter(habit.beginsInThought), hasEnded: false };
    choices.set(index, choice);
    choice.raw += content;
    return choice.filter.push(content) + (finish === null || finish === undefined ? '' : endChoice(choice));
  };
  /** What is left of choices whose end was not announced. */
  const endAll = (): string =>
    [...choices]
      .flatMap(([index, choice]) => {
        const content = choice.hasEnded ? '' : endChoice(choice);
        const chunk = { ...last, choices: [{ index, delta: { content }, finish_reason: null }] };
        return content === '' ? [] : [`data: ${JSON.stringify(chunk)}\n\n`];
      })
      .join('');
  const editLine = (line: string): string => {
    if (/^data:\s*\[DONE\]/.test(line)) return endAll() + line;
    const [, head = '', data = '', end = ''] = /^(data:\s*)(\{.*\})(\s*)$/.exec(line) ?? [];
    const answer = parseAnswer(data);
    if (!answer) return line;
    if (answer.choices.length) last = answer;
    const edited = editAnswer(answer, 'delta', editDelta);
    return edited ? `${head}${JSON.stringify(edited)}${end}` : line;
  };
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/(?<=\n)/);
      rest = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
      const text = lines.map(editLine).join('');
      if (text !== '') controller.enqueue(encoder.encode(text));
    },
    flush(controller) {
      const text = editLine(rest + decoder.decode()) + endAll();
      if (text !== '') controller.enqueue(encoder.encode(text));
    },
  });
}
