import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';

/** A chat model that says what it is told to, request by request, and remembers what it was asked. */
export class ScriptedChat extends BaseChatModel {
  readonly asked: BaseMessage[][] = [];
  readonly #replies: (request: number) => readonly string[];

  constructor(replies: (request: number) => readonly string[]) {
    super({});
    this.#replies = replies;
  }

  override _llmType(): string {
    return 'scripted';
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const texts = this.#replies(this.asked.length);
    this.asked.push(messages);
    return { generations: texts.map((text) => ({ text, message: new AIMessage(text) })) };
  }

  /** All that was sent in one request. */
  text(request = 0): string {
    return (this.asked[request] ?? []).map((m) => m.text).join('\n');
  }
}
