import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import type { NodeOverrideFactory } from '../../index.ts'; // 'drpo' once installed
import { getPrice } from './prices.ts';

/** An agent over any model, also one without tools: a line "PRICE: item" calls the tool. Its calls count in the run's budget. */
const nodes: NodeOverrideFactory = (_, { base }) => ({
  respond: RunnableLambda.from(async (given: BaseMessage[]) => {
    const [asked, said] = [[...given], [] as BaseMessage[]];
    for (let turn = 0; ; turn++) {
      const reply = await base.invoke(asked);
      const text = typeof reply === 'string' ? reply : reply.text;
      const item = /^PRICE: *(.+)$/m.exec(text)?.[1];
      if (item === undefined || turn === 3) return [...said, new AIMessage(text)];
      const [id, result] = [`call-${turn}`, getPrice(item)];
      said.push(new AIMessage({ content: text, tool_calls: [{ id, name: 'price', args: { item } }] }));
      said.push(new ToolMessage({ content: result, tool_call_id: id }));
      asked.push(new AIMessage(text), new HumanMessage(`RESULT: ${result}`));
    }
  }),
});

export default nodes;
