import type { z } from 'zod';
import { listKeptPassages, removeKeepTags } from '../../state/keptPassages.ts';

interface PromptSettings {
  preset: 'default' | 'reference';
  initialPrompt: string;
  mustKeep: string[];
  search: { guards: { keepSections: boolean } };
}

/**
 * Brings the first prompt and the passages that must stay together: sections in <keep> are such passages, the prompt loses
 * their tags, and a passage that it lacks follows it. Idempotent. Adds an issue if a passage could not be kept.
 */
export function applyKeptPassages<C extends PromptSettings>(config: C, ctx: z.RefinementCtx): C {
  const named = config.mustKeep.map((passage) => removeKeepTags(passage).trim());
  const mustKeep = [...new Set([...listKeptPassages(config.initialPrompt), ...named])];
  for (const [key, message] of listKeepIssues(config, mustKeep))
    ctx.addIssue({ code: 'custom', path: key.split('.'), message });
  if (mustKeep.length === 0) return config;
  const prompt = removeKeepTags(config.initialPrompt);
  const lacking = mustKeep.filter((passage) => !prompt.includes(passage));
  return { ...config, mustKeep, initialPrompt: [prompt, ...lacking].join('\n\n') };
}

function listKeepIssues(
  { preset, initialPrompt, search }: PromptSettings,
  passages: readonly string[],
): [string, string][] {
  const source = /<keep>/.test(initialPrompt) ? 'initialPrompt' : 'mustKeep';
  if (passages.includes('')) return [['mustKeep', 'expected passages that have words']];
  if (!isWellTagged(initialPrompt))
    return [
      [
        'initialPrompt',
        'expected each <keep> to be closed by </keep> before the next one, with a passage between them',
      ],
    ];
  if (passages.length === 0 || search.guards.keepSections) return [];
  return preset === 'reference'
    ? [
        [
          source,
          'expected no passage to keep in the preset "reference", which has no guards; remove it, or set search.guards.keepSections',
        ],
      ]
    : [
        [
          'search.guards.keepSections',
          `expected true, got false, but ${source} has passages that must stay; remove them, or leave this out`,
        ],
      ];
}

/** Whether all that looks like a tag of kept passages is <keep> or </keep>, in turns, with a text between them. */
function isWellTagged(prompt: string): boolean {
  const tags = prompt.match(/<\s*\/?\s*keep\s*\/?\s*>/gi) ?? [];
  const sections = listKeptPassages(prompt).length;
  return tags.length === 2 * sections && tags.every((tag, i) => tag === (i % 2 === 0 ? '<keep>' : '</keep>'));
}
