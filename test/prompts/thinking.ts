/** Ways in which models write a thought and then an answer. */
export const THINKING: readonly ((thought: string, answer: string) => string)[] = [
  (t, a) => `<think>${t}</think>${a}`,
  (t, a) => `<think>\n${t}\n</think>\n\n${a}`,
  (t, a) => `\n  <Thinking>${t}</Thinking>\n${a}`,
  (t, a) => `<thought>${t}</thought> ${a}`,
  (t, a) => `<reasoning>\n${t}\n</reasoning>\n${a}`,
  (t, a) => `<seed:think>${t}</seed:think>${a}`,
  (t, a) => `<think>${t}</think><think>${t}</think>\n${a}`,
  (t, a) => `<think>${t}<think>${t}</think>${t}</think>\n${a}`,
  (t, a) => `${t}\n</think>\n\n${a}`,
  (t, a) => `${t}</think>${a}`,
  (t, a) => `[THINK]${t}[/THINK]${a}`,
  (t, a) => `◁think▷${t}◁/think▷${a}`,
  (t, a) => `<|begin_of_thought|>\n${t}\n<|end_of_thought|>\n\n<|begin_of_solution|>\n${a}\n<|end_of_solution|>`,
  (t, a) => `<|START_THINKING|>${t}<|END_THINKING|><|START_RESPONSE|>${a}<|END_RESPONSE|>`,
  (t, a) => `<|channel|>analysis<|message|>${t}<|end|><|start|>assistant<|channel|>final<|message|>${a}<|return|>`,
  (t, a) =>
    `<|start|>assistant<|channel|>analysis<|message|>${t}<|end|><|start|>assistant<|channel|>final<|message|>${a}`,
  (t, a) => `${t}<|end|><|start|>assistant<|channel|>final<|message|>${a}`,
  (t, a) => `analysisWe see: ${t}assistantfinal${a}`,
  (t, a) => `<|channel>thought\n${t}<channel|>${a}`,
  (t, a) => `<think>${t}</think>\n<answer>\n${a}\n</answer>`,
];
