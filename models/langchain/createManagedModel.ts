import { NO_ODDS, type DigitOddsAccess } from '../../state/digitOdds.ts';
import type { AskGateway, Transport } from '../transport.ts';
import { ManagedEmbeddings } from './managedEmbeddings.ts';
import { ManagedChatModel, ManagedLLM } from './managedModels.ts';

/** The LangChain model over a transport, as its kind is. */
export interface ManagedModels {
  chat: ManagedChatModel;
  text: ManagedLLM;
  embeddings: ManagedEmbeddings;
}

const CREATORS: {
  [Kind in keyof ManagedModels]: (ask: AskGateway, transport: Transport, odds: DigitOddsAccess) => ManagedModels[Kind];
} = {
  chat: (ask, transport, odds) => new ManagedChatModel(ask, transport, odds),
  text: (ask, transport) => new ManagedLLM(ask, transport),
  embeddings: (ask) => new ManagedEmbeddings(ask),
};

/** Creates a chat model, a completion model or embeddings whose calls go to `ask`. `odds`: what is known of those of its digits. */
export const createManagedModel = <Kind extends keyof ManagedModels>(
  ask: AskGateway,
  transport: Transport & { kind: Kind },
  odds: DigitOddsAccess = NO_ODDS,
): ManagedModels[Kind] => CREATORS[transport.kind](ask, transport, odds);
