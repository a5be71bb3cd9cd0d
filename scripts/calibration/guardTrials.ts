import { z } from 'zod';
import { DEFAULT_GUARDS, type GuardContext, type TrainingTexts } from '../../nodes/index.ts';
import { isRareWord } from '../../nodes/guards/trainingTexts.ts';
import { fingerprintPrompt, splitWords } from '../../state/promptFingerprint.ts';

/** A rewrite as it was made: the prompt, and what a guard would have looked at. */
export interface RewriteCase {
  prompt: string;
  view: GuardContext;
}

/** A node of a search tree as the authors published it. */
const AuthorsNode = z.object({
  id: z.number(),
  parent: z.number().nullable(),
  depth: z.number(),
  prompt: z.string(),
  query: z.string(),
  output: z.string(),
});
type AuthorsNode = z.infer<typeof AuthorsNode>;
export const AuthorsTree = z.object({ nodes: z.array(AuthorsNode) });

/** Why the default guards refuse a prompt; null where they do not. */
export const findRefusal = (prompt: string, view: GuardContext): string | null =>
  DEFAULT_GUARDS.reduce<string | null>((found, guard) => found ?? guard(prompt, view), null);

/** All rewrites of a tree, each with the view a search would have had: the path's last five prompts, siblings, the tree above. */
export function collectRewriteCases(nodes: readonly AuthorsNode[], training: TrainingTexts): RewriteCase[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const childrenOf = (id: AuthorsNode['parent']): AuthorsNode[] => nodes.filter((n) => n.parent === id);
  return nodes.flatMap((node) => {
    const parent = node.parent === null ? undefined : byId.get(node.parent);
    if (!parent || parent.prompt === node.prompt) return [];
    const path: string[] = [];
    for (let at: AuthorsNode | undefined = parent; at; at = at.parent === null ? undefined : byId.get(at.parent))
      if (!path.includes(at.prompt)) path.push(at.prompt);
    const siblings = childrenOf(node.parent);
    const taken = siblings.slice(0, siblings.indexOf(node)).map((n) => n.prompt);
    const tree = [...nodes.filter((n) => n.depth < parent.depth), ...childrenOf(parent.parent)].map((n) => n.prompt);
    const view: GuardContext = {
      nearbyPrompts: [...path.slice(0, 5), ...taken],
      knownFingerprints: [...new Set(tree)].map(fingerprintPrompt),
      parent: parent.prompt,
      query: parent.query,
      response: parent.output,
      training,
    };
    return [{ prompt: node.prompt, view }];
  });
}

/** So many words in a row out of the midst of a text; null where it has fewer. */
function cutMiddleWords(text: string, words: number): string | null {
  const all = splitWords(text);
  const from = Math.floor((all.length - words) / 2);
  return from < 0 ? null : all.slice(from, from + words).join(' ');
}

type FaultPlanter = (rewrite: RewriteCase, i: number) => string | null;
const appendLine = (prompt: string, line: string | null): string | null => line && `${prompt}\n- ${line}`;

/** A rewrite spoilt in the ways the guards are there for; null where it cannot be. */
export const FAULT_PLANTERS: Readonly<Record<string, FaultPlanter>> = {
  'a prompt of the path again': ({ view }, i) => view.nearbyPrompts[i % view.nearbyPrompts.length] ?? null,
  'the same with a word changed': ({ view: { parent } }) =>
    splitWords(parent).length > 30 ? parent.replace(/\b(a|the|and|or|to|of)\b/, 'some') : null,
  'ten words of the judged query': ({ prompt, view }) => appendLine(prompt, cutMiddleWords(view.query, 10)),
  'ten words of the judged response': ({ prompt, view }) => appendLine(prompt, cutMiddleWords(view.response, 10)),
  'ten words of another training query': ({ prompt, view: { training } }, i) =>
    appendLine(prompt, cutMiddleWords(training?.queries[(7 * i) % training.queries.length] ?? '', 10)),
  'ten words of an in-context example': ({ prompt, view: { training } }, i) =>
    appendLine(prompt, cutMiddleWords(training?.examples[i % training.examples.length] ?? '', 10)),
  'made for the judged query: two words of its own': ({ prompt, view: { query, training, parent } }) => {
    const own = splitWords(query).filter((w) => training && isRareWord(w, training) && !splitWords(parent).includes(w));
    const [one, other] = [...new Set(own)];
    return one && other ? appendLine(prompt, `When asked of ${one} or ${other}, take special care.`) : null;
  },
  'made for the judged query: four of its words': ({ prompt, view }) =>
    /\p{L}{4}/u.test(cutMiddleWords(view.query, 4) ?? '')
      ? appendLine(prompt, `Be sure to know of ${cutMiddleWords(view.query, 4)}.`)
      : null,
  'too long': ({ prompt }) => prompt.padEnd(9000, ' and so on'),
  'a kept section rewritten': ({ prompt }) => prompt,
};

export type PlantedFaultCounts = Record<string, { planted: number; caught: number }>;

/** How many of the spoilt rewrites are refused, by what was planted. */
export function countCaughtFaults(rewrites: readonly RewriteCase[]): PlantedFaultCounts {
  const outcome = Object.entries(FAULT_PLANTERS).map(([name, plant]) => {
    const refused = rewrites.flatMap((rewrite, i) => {
      const prompt = plant(rewrite, i);
      const kept = name.startsWith('a kept') ? { parent: `<keep>${rewrite.view.parent}</keep>` } : {};
      return prompt === null ? [] : [findRefusal(prompt, { ...rewrite.view, ...kept }) !== null];
    });
    return [name, { planted: refused.length, caught: refused.filter(Boolean).length }] as const;
  });
  return Object.fromEntries(outcome);
}
