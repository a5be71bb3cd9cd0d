const isEnvTrue = (...names: readonly string[]): boolean => names.some((name) => process.env[name] === 'true');

/** Whether prompts, queries and instructions are to stay here. */
export const isHidingInputs = (): boolean => isEnvTrue('LANGSMITH_HIDE_INPUTS', 'LANGCHAIN_HIDE_INPUTS');

/** Whether responses are to stay here; so do the aspects a model named, and its remarks. */
export const isHidingOutputs = (): boolean => isEnvTrue('LANGSMITH_HIDE_OUTPUTS', 'LANGCHAIN_HIDE_OUTPUTS');
