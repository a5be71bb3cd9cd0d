import { listKeptPassages, removeKeepTags } from '../../state/keptPassages.ts';

interface PromptSettings {
  preset: 'default' | 'reference';
  initialPrompt: string;
  mustKeep: string[];
}

/**
 * Brings the first prompt and the passages that must stay together: sections in <keep> are such passages, the prompt loses
 * their tags, and a passage that it lacks follows it. Idempotent. The reference knows no such passages.
 */
export function applyKeptPassages<C extends PromptSettings>(config: C): C {
  if (config.preset === 'reference') return config;
  const mustKeep = [...new Set([...listKeptPassages(config.initialPrompt), ...config.mustKeep])];
  const prompt = removeKeepTags(config.initialPrompt);
  const lacking = mustKeep.filter((passage) => !prompt.includes(passage));
  return { ...config, mustKeep, initialPrompt: [prompt, ...lacking].join('\n\n') };
}
