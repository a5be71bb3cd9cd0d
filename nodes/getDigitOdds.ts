import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { NO_ODDS, type DigitOddsAccess } from '../state/digitOdds.ts';

/** What is known of a model's odds of digits. Models behind no gateway do not say, and are not asked for them. */
export const getDigitOdds = (model: BaseChatModel): DigitOddsAccess =>
  hasDigitOdds(model) ? model.digitOdds : NO_ODDS;

const hasDigitOdds = (model: BaseChatModel): model is BaseChatModel & { digitOdds: DigitOddsAccess } =>
  'digitOdds' in model;
