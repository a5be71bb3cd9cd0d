import type { BaseMessage } from '@langchain/core/messages';
import { Runnable, type RunnableConfig } from '@langchain/core/runnables';
import { isObject } from '../prompts/jsonValues.ts';
import { createThoughtFilter } from '../prompts/thoughtFilter.ts';
import { splitThoughts } from '../prompts/thoughts.ts';

/** Where providers put thoughts beside the content. */
const THOUGHT_KEYS = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking', '__raw_response'];

/** Removes the thoughts from a chat model's message, whole or while it streams. A message without thoughts stays the same object. */
export class WithoutThoughts extends Runnable<BaseMessage, BaseMessage> {
  lc_namespace = ['drpo', 'nodes'];

  static override lc_name(): string {
    return 'WithoutThoughts';
  }

  override async invoke(message: BaseMessage, config?: Partial<RunnableConfig>): Promise<BaseMessage> {
    return this._callWithConfig(
      async (input: BaseMessage) => editTexts(input, (text) => splitThoughts(text).answer),
      message,
      config,
    );
  }

  override async *transform(
    messages: AsyncGenerator<BaseMessage>,
    options: Partial<RunnableConfig>,
  ): AsyncGenerator<BaseMessage> {
    yield* this._transformStreamWithConfig(messages, filterParts, options);
  }
}

async function* filterParts(messages: AsyncGenerator<BaseMessage>): AsyncGenerator<BaseMessage> {
  const filter = createThoughtFilter();
  let last: BaseMessage | undefined;
  for await (const part of messages) {
    last = part;
    yield editTexts(part, (text) => filter.push(text));
  }
  const rest = filter.end();
  if (last && rest !== '') yield replaceContent(last, rest);
}

function editTexts(message: BaseMessage, edit: (text: string) => string): BaseMessage {
  const { content } = message;
  const edited =
    typeof content === 'string'
      ? edit(content)
      : content
          .filter((part) => !isThoughtPart(part))
          .map((part) => ('text' in part && typeof part.text === 'string' ? { ...part, text: edit(part.text) } : part));
  const isSame =
    (typeof edited === 'string' ? edited === content : JSON.stringify(edited) === JSON.stringify(content)) &&
    THOUGHT_KEYS.every((key) => !Object.hasOwn(message.additional_kwargs, key));
  return isSame ? message : replaceContent(message, edited);
}

const isThoughtPart = (part: unknown): boolean =>
  isObject(part) && (/think|reason|thought/i.test(String(part['type'])) || part['thought'] === true);

/** A copy of a message with other content, and without what providers say of thoughts beside it. */
function replaceContent<M extends BaseMessage>(message: M, content: M['content']): M {
  const kept = Object.entries(message.additional_kwargs).filter(([key]) => !THOUGHT_KEYS.includes(key));
  const fields = { content, additional_kwargs: Object.fromEntries(kept) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy has its original's class
  const copy = Object.create(Object.getPrototypeOf(message) as object) as M;
  return Object.assign(copy, message, fields, { lc_kwargs: { ...message.lc_kwargs, ...fields } });
}
