import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import { createAnswersForm, createAnswersReader, renderAnswerChecklistPrompt } from '../prompts/answerChecklist.ts';
import { toPromptText } from '../prompts/promptParts.ts';
import type { ReadResult } from '../prompts/reply.ts';
import {
  createChecklistForm,
  createChecklistReader,
  renderWriteChecklistPrompt,
  type Checklist,
  type WriteChecklistVariables,
} from '../prompts/writeChecklist.ts';
import { askModel } from './askModel.ts';
import type { ModelQuestion, ModelStepOptions } from './modelQuestion.ts';
import type { JudgeOptions } from './judge.ts';
import type { Judge } from './node.ts';

/** Writes the yes/no items of a query's rewards, or says why there are none. */
export type ChecklistWriter = (
  variables: WriteChecklistVariables,
  config?: RunnableConfig,
) => Promise<ReadResult<Checklist>>;

/** How the reason for a judgement begins that has no checklist. */
export const NO_CHECKLIST = 'no checklist: ';

/** Checklists that a writer remembers. */
const MAX_CHECKLISTS = 500;

/** Makes the writer of checklists. A query and its rewards have one checklist, however many responses are judged by it. */
export function makeChecklistWriter(ask: Omit<ModelStepOptions<never>, 'prompt'>): ChecklistWriter {
  const written = new Map<string, Promise<ReadResult<Checklist>>>();
  return (variables, config) => {
    const text = renderWriteChecklistPrompt(variables);
    const key = toPromptText(text);
    const known = written.get(key);
    if (known) return known;
    if (written.size >= MAX_CHECKLISTS) written.clear();
    const { rewards } = variables;
    const writing = askForOne(
      {
        ...ask,
        step: 'writeChecklist',
        text,
        read: createChecklistReader(rewards),
        form: (chars) => createChecklistForm(rewards, chars),
        formKey: JSON.stringify(rewards.map(({ name }) => name)),
        config,
      },
      () => void written.delete(key),
    );
    written.set(key, writing);
    return writing;
  };
}

/** Asks once. What fails is forgotten, so that it may be asked again. */
async function askForOne<T>(question: ModelQuestion<T>, forget: () => void): Promise<ReadResult<T>> {
  try {
    const [reading = { complaint: 'no reply' }] = await askModel(question);
    if ('complaint' in reading) forget();
    return reading;
  } catch (error) {
    forget();
    throw error;
  }
}

/** Options of `makeChecklistJudge`. */
export interface ChecklistJudgeOptions extends Omit<JudgeOptions, 'prompt' | 'reader'> {
  /** Writes the items, usually with the reward model. */
  writeChecklist: ChecklistWriter;
  model: BaseChatModel;
}

/** Makes a judge that answers yes/no items on one response; the points of an aspect come from the share that is met, 1 to 5. */
export function makeChecklistJudge({
  writeChecklist,
  instructions,
  tone,
  sample = 0,
  ...ask
}: ChecklistJudgeOptions): Judge {
  return async function judge(reads, config) {
    const { query, context, expected, rewards } = reads;
    if (rewards.length === 0) return { evaluation: {}, missing: 'no aspect was selected' };
    const details = { ...(context && { context }), ...(expected !== undefined && { expected }) };
    const written = await writeChecklist({ query, ...details, rewards }, config);
    if ('complaint' in written) return { evaluation: {}, missing: `${NO_CHECKLIST}${written.complaint}` };
    const checklist = written.value;
    const [reading] = await askModel({
      ...ask,
      step: 'judge',
      text: renderAnswerChecklistPrompt({ ...reads, instructions, tone }, checklist),
      read: createAnswersReader(rewards, checklist),
      form: (chars) => createAnswersForm(rewards, checklist, chars),
      formKey: `checklist ${JSON.stringify(rewards.map(({ name }) => [name, checklist[name]?.length]))}`,
      sample,
      config,
    });
    return reading && 'value' in reading
      ? { evaluation: reading.value }
      : { evaluation: {}, missing: reading?.complaint ?? 'no reply' };
  };
}
