import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { drpo, paperNodes, type Models } from '../index.ts'; // 'drpo' once installed

/**
 * Any LangChain chat model can be the model of any role. With `npm install @langchain/anthropic` and ANTHROPIC_API_KEY set:
 *
 *     import { ChatAnthropic } from '@langchain/anthropic';
 *     search(models, new ChatAnthropic({ model: 'claude-sonnet-5', maxTokens: 2048 }));
 *
 * It gives one completion per request, so M rewrites take M requests.
 */
export const search = (models: Models, optimizer: BaseChatModel) =>
  drpo(paperNodes({ ...models, optimizer }), { depth: 4, final: null });
