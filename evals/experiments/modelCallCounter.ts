import { BaseCallbackHandler } from '@langchain/core/callbacks/base';

/** Counts the calls to models, whether they are sent or answered from the cache. */
export class ModelCallCounter extends BaseCallbackHandler {
  override name = 'modelCallCounter';
  /** Counts before the call continues, not in the background. */
  override awaitHandlers = true;
  count = 0;

  override handleChatModelStart(): void {
    this.count++;
  }

  override handleLLMStart(): void {
    this.count++;
  }
}
