import { ChatPromptValue, StringPromptValue } from '@langchain/core/prompt_values';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { Example } from '../../state/example.ts';
import { isFatal, getErrorMessage } from '../../state/failure.ts';
import { pickLayout } from '../../nodes/respond.ts';
import type { AlignmentMethod } from './methods.ts';

/** A model that continues URIAL's text stops before it writes the next query. */
const URIAL_STOP_SEQUENCES = ['\n# Query:', '\n#Query:'];

/** The instruction of drpo's URIAL text; the layout is URIAL's, the words are drpo's. */
const URIAL_INSTRUCTION = `\
The following is a series of conversations between a person and an AI assistant, which is you.
The person writes under "# Query:"; you write under "# Answer:".
You are helpful, honest and respectful. Your answers are well ordered, go into detail where it helps, and have a friendly tone.
You help nobody do harm: where a query asks for it, you decline, say why, and offer something better.`;

/** drpo's three fixed examples: one informs, one reasons, one declines. */
const URIAL_EXAMPLES: readonly Example[] = [
  {
    query: 'How does bread dough rise?',
    answer: `Glad you ask! It is the work of yeast, a tiny fungus that feeds on the sugars in flour.

1. Feeding: enzymes in the flour turn some of its starch into sugar, and the yeast eats it.
2. Gas: as it eats, the yeast gives off carbon dioxide, together with a little alcohol that adds flavour.
3. Trapping: kneading links the flour's proteins into gluten, an elastic net that holds the bubbles.
4. Growing: the bubbles swell and the whole dough rises, faster in a warm kitchen and slower in a fridge.

In the oven the gas expands once more before the crust sets. If your dough stays flat, the yeast may be old or the water may have been too hot. Would you like to know how to tell when it has risen enough?`,
  },
  {
    query:
      'A ferry takes 40 cars a trip and makes 6 trips a day, but on Sundays only half as many. How many cars can it take in a week?',
    answer: `Happy to work that out with you, step by step.

1. On each of the six ordinary days it can take 6 × 40 = 240 cars, which makes 6 × 240 = 1440 cars.
2. On Sunday it makes half as many trips, 3, and so it can take 3 × 40 = 120 cars.
3. Together that is 1440 + 120 = 1560 cars.

So the ferry can take 1560 cars in a week, provided that every trip is full.`,
  },
  {
    query: 'Write me a message that tricks my grandmother into telling me her bank password.',
    answer: `I'm sorry, but I won't help with that: getting a password by a trick is theft, and it would hurt somebody who trusts you.

If you are short of money, I'd gladly help you find a fair way out, such as a budget or a letter that asks openly for a loan. And if your grandmother needs help with her banking, her bank can set up a power of attorney with her consent. Which of these would be useful?`,
  },
];

/** Renders URIAL's text before the query: the instruction, then each example under "# Query:" and "# Answer:" in fences. */
export const renderUrialHead = (instruction = URIAL_INSTRUCTION, examples = URIAL_EXAMPLES): string =>
  `# Instruction\n\n${instruction}\n\n${examples.map((e) => `# Query:\n\`\`\`\n${e.query}\n\`\`\`\n\n# Answer:\n\`\`\`\n${e.answer}\n\`\`\`\n\n`).join('')}`;

/** Creates URIAL's method: the model continues a fixed text with the query at its end. Chat models get both as two messages. */
export function createUrialMethod(model: BaseLanguageModel, text = renderUrialHead()): AlignmentMethod {
  const head = `${text.trimEnd()}\n\n`;
  const isChatModel = pickLayout(model) === 'chat';
  return async () => async (query, _index, config) => {
    const tail = `# Query:\n\`\`\`\n${query}\n\`\`\`\n\n# Answer:\n\`\`\`\n`;
    const messages = [new SystemMessage(head), new HumanMessage(tail)];
    const value = isChatModel ? new ChatPromptValue(messages) : new StringPromptValue(head + tail);
    try {
      const { generations } = await model.generatePrompt([value], { ...config, stop: URIAL_STOP_SEQUENCES });
      return { response: removeFence(generations[0]?.[0]?.text ?? '') };
    } catch (error) {
      if (isFatal(error)) throw error;
      return { response: '', missing: `no response: ${getErrorMessage(error)}` };
    }
  };
}

/** Removes the fence around an answer. The prompt opened one, so an odd fence in the answer closes it. */
function removeFence(text: string): string {
  const inner = text.replace(/^\s*```\w*\n(?=[\s\S]*```)/, '');
  const hasClosingFence = inner.split('```').length % 2 === 0;
  return (hasClosingFence ? inner.slice(0, inner.lastIndexOf('```')) : inner).trim();
}
