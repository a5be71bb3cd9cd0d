import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import type { NodeOverrideFactory } from '../../index.ts'; // 'drpo' once installed
import { getPrice } from './prices.ts';

const price = tool(({ item }) => getPrice(item), {
  name: 'price',
  description: 'Returns the price of an item of the shop.',
  schema: z.object({ item: z.string().describe('one item, such as mug') }),
});

/** A LangGraph agent with a tool. Its model is its own: its calls are not counted, and a run that continues asks it again. */
const nodes: NodeOverrideFactory = () => {
  const { AGENT_MODEL: model = 'gpt-5-mini', AGENT_BASE_URL: baseURL, OPENAI_API_KEY: apiKey = 'none' } = process.env;
  const llm = new ChatOpenAI({
    model,
    apiKey,
    temperature: 0,
    maxTokens: 200,
    ...(baseURL && { configuration: { baseURL } }),
  });
  return { respond: createReactAgent({ llm, tools: [price] }) };
};

export default nodes;
