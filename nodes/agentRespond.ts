import { AIMessage, BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import { isObject } from '../prompts/jsonValues.ts';
import { readResponse } from '../prompts/responseText.ts';
import { getErrorMessage, isFatal, isPromptFailure } from '../state/failure.ts';
import type { ToolCall } from '../state/toolCall.ts';
import { toCallConfig } from './collectCompletions.ts';
import type { Nodes, Respond } from './node.ts';
import { isLimited, toPromptValue } from './respond.ts';

/**
 * What takes messages and answers: a LangGraph graph, whose state has `messages`, or a Runnable, which gets a list of messages
 * and returns a message, several, a text, or a state with `messages`.
 */
export interface MessageAgent {
  invoke: (input: never, config?: never) => Promise<unknown>;
}

/** Nodes as a caller may give them: an agent may take the place of `respond`. */
export type NodesWithAgent<N extends Partial<Nodes> = Nodes> = Omit<N, 'respond'> & { respond: Respond | MessageAgent };

/** Whether a value can be invoked as an agent is. A function is a node. */
export const isMessageAgent = (value: unknown): value is MessageAgent =>
  typeof value === 'object' && value !== null && 'invoke' in value && typeof value.invoke === 'function';

/** The nodes with an agent in the place of `respond`, if there is one, as a node. */
export const resolveNodes = <N extends { respond: Nodes['respond'] | MessageAgent }>(
  nodes: N,
): Omit<N, 'respond'> & { respond: Respond } => {
  const { respond } = Object(nodes);
  return isMessageAgent(respond) ? { ...nodes, respond: makeAgentRespond(respond) } : { ...nodes, respond };
};

/**
 * Makes the step in which an agent answers under the system prompt and the retrieved examples. Its calls of tools are shown to
 * the judge and handed to checks.
 *
 * @example
 * import { makeAgentRespond } from 'drpo/nodes';
 * import { AIMessage, type BaseMessage } from '@langchain/core/messages';
 * import { RunnableLambda } from '@langchain/core/runnables';
 *
 * const agent = RunnableLambda.from((messages: BaseMessage[]) => new AIMessage(`${messages.length} messages`));
 * const respond = makeAgentRespond(agent);
 * console.log(await respond({ prompt: 'Be kind.', query: 'Hi?', examples: [] }));
 */
export function makeAgentRespond(agent: MessageAgent): Respond {
  return async function respond(reads, config) {
    const messages = toPromptValue('chat', reads).toChatMessages();
    const own = toCallConfig(config);
    try {
      // outside of the search's own graph: an agent's checkpoints and limits are none of the search's
      const output = await AsyncLocalStorageProviderSingleton.runWithConfig(
        own,
        (): unknown => Reflect.apply(agent.invoke, agent, [isGraph(agent) ? { messages } : messages, own]),
        true,
      );
      return readAgentOutput(output, messages.length);
    } catch (error) {
      if (isFatal(error) && !isFetchFailure(error)) throw error;
      const missing = `no response: ${getErrorMessage(error)}`;
      return { response: '', missing, ...(isPromptFailure(error) && { isSkipped: true }) };
    }
  };
}

/** A tool or a model of the agent's own could not be reached. Node says so with a TypeError, which else is a fault of the code. */
const isFetchFailure = (error: unknown): boolean => error instanceof TypeError && error.message === 'fetch failed';

/** Whether an agent is a graph of LangGraph, or has one inside as LangChain's `createAgent` has, so that it takes a state. */
const isGraph = (agent: object): boolean =>
  [agent, Reflect.get(agent, 'graph'), Reflect.get(agent, 'bound')].some(
    (part) => isObject(part) && Reflect.get(part, 'lg_is_pregel') === true,
  );

/** Reads what an agent returned. `sent`: the messages that it got, which a state begins with. @throws TypeError if it is no answer */
function readAgentOutput(output: unknown, sent: number): Awaited<ReturnType<Respond>> {
  if (typeof output === 'string') return toAnswer(output, false);
  const state = isObject(output) && Array.isArray(output['messages']) ? output['messages'] : undefined;
  const said = (state ?? [output].flat()).filter((message) => BaseMessage.isInstance(message));
  // a graph may drop or trim earlier messages, but the last message of the user is no part of the answer
  const start = said.findLastIndex((message) => HumanMessage.isInstance(message)) + 1;
  const made = state && said.length > sent ? said.slice(Math.min(start || sent, sent)) : said.slice(start);
  const last = made.findLast((message) => AIMessage.isInstance(message));
  if (last === undefined)
    throw new TypeError(
      'respond: expected a message of the assistant, a text or a state with messages from the agent, got none',
    );
  return toAnswer(last.text, isLimited({ message: last }), listToolCalls(made));
}

function toAnswer(text: string, limited: boolean, toolCalls?: ToolCall[]): Awaited<ReturnType<Respond>> {
  const { response, missing } = readResponse(text, { isPlain: false, isLimited: limited });
  return {
    response,
    ...(toolCalls && { toolCalls }),
    ...(missing !== undefined
      ? { missing: `no response: ${missing}`, isSkipped: true }
      : limited && { isCutOff: true as const }),
  };
}

/** Lists the calls of tools in messages, each with its answer. */
function listToolCalls(messages: readonly BaseMessage[]): ToolCall[] {
  const answers = messages.filter((message) => ToolMessage.isInstance(message));
  const calls = messages.flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []));
  return calls.map(({ id, name, args }) => {
    const answer = answers.find((message) => message.tool_call_id === id);
    return { name, args, ...(answer && { result: answer.text }) };
  });
}
