import { BaseCallbackHandler } from '@langchain/core/callbacks/base';

/** Counts what is asked of models in one row's name, whether it is then sent or answered from the cache. */
export class ModelCallCounter extends BaseCallbackHandler {
  override name = 'asked';
  /** Counted before the call goes on, not in the background. */
  override awaitHandlers = true;
  count = 0;

  override handleChatModelStart(): void {
    this.count++;
  }

  override handleLLMStart(): void {
    this.count++;
  }
}
