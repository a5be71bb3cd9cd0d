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
  [Kind in keyof ManagedModels]: (
    ask: AskGateway,
    transport: Transport,
    givesOdds: () => boolean,
  ) => ManagedModels[Kind];
} = {
  chat: (ask, transport, givesOdds) => new ManagedChatModel(ask, transport, givesOdds),
  text: (ask, transport) => new ManagedLLM(ask, transport),
  embeddings: (ask) => new ManagedEmbeddings(ask),
};

/** Creates a chat model, a completion model or embeddings whose calls go to `ask`. `givesOdds`: whether it may be asked for those of digits. */
export const createManagedModel = <Kind extends keyof ManagedModels>(
  ask: AskGateway,
  transport: Transport & { kind: Kind },
  givesOdds: () => boolean = () => false,
): ManagedModels[Kind] => CREATORS[transport.kind](ask, transport, givesOdds);
