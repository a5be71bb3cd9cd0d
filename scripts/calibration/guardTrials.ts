import { z } from 'zod';
import { DEFAULT_GUARDS, type GuardContext, type TrainingTexts } from '../../nodes/index.ts';
import { isRareWord } from '../../nodes/guards/trainingTexts.ts';
import { fingerprintPrompt, splitWords } from '../../state/promptFingerprint.ts';

/** Prompts of the path that a guard compares with, from the parent upwards. */
const NEARBY_PATH_PROMPTS = 5;

/** A rewritten prompt, and the context in which a guard judges it. */
export interface RewriteCase {
  prompt: string;
  view: GuardContext;
}

/** A node of a search tree in the authors' format. */
const AuthorsNode = z.object({
  id: z.number(),
  parent: z.number().nullable(),
  depth: z.number(),
  prompt: z.string(),
  query: z.string(),
  output: z.string(),
});
type AuthorsNode = z.infer<typeof AuthorsNode>;
/** A search tree in the authors' format. */
export const AuthorsTree = z.object({ nodes: z.array(AuthorsNode) });

/** Finds the reason why the default guards reject a prompt; null if they accept it. */
export const findRefusal = (prompt: string, view: GuardContext): string | null =>
  DEFAULT_GUARDS.reduce<string | null>((reason, guard) => reason ?? guard(prompt, view), null);

/** Collects the rewrites of a tree with the context of a search: the path's last five prompts, siblings, and the tree above. */
export function collectRewriteCases(nodes: readonly AuthorsNode[], training: TrainingTexts): RewriteCase[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const getChildren = (id: AuthorsNode['parent']): AuthorsNode[] => nodes.filter(({ parent }) => parent === id);
  return nodes.flatMap((node) => {
    const parent = node.parent === null ? undefined : byId.get(node.parent);
    if (!parent || parent.prompt === node.prompt) return [];
    const path: string[] = [];
    for (let step: AuthorsNode | undefined = parent; step; step = byId.get(step.parent ?? NaN))
      if (!path.includes(step.prompt)) path.push(step.prompt);
    const siblings = getChildren(node.parent);
    const earlierSiblings = siblings.slice(0, siblings.indexOf(node)).map(({ prompt }) => prompt);
    const above = nodes.filter(({ depth }) => depth < parent.depth);
    const known = [...above, ...getChildren(parent.parent)].map(({ prompt }) => prompt);
    const view: GuardContext = {
      nearbyPrompts: [...path.slice(0, NEARBY_PATH_PROMPTS), ...earlierSiblings],
      knownFingerprints: [...new Set(known)].map(fingerprintPrompt),
      parent: parent.prompt,
      query: parent.query,
      response: parent.output,
      training,
    };
    return [{ prompt: node.prompt, view }];
  });
}

/** So many consecutive words from the middle of a text; null if it has fewer. */
export function pickMiddleWords(text: string, words: number): string | null {
  const list = splitWords(text);
  const start = Math.floor((list.length - words) / 2);
  return start < 0 ? null : list.slice(start, start + words).join(' ');
}

type FaultPlanter = (rewrite: RewriteCase, i: number) => string | null;
const appendLine = (prompt: string, line: string | null): string | null => line && `${prompt}\n- ${line}`;

/** Ways to plant a fault that the guards must find; null if a rewrite has no place for it. */
const FAULT_PLANTERS: Readonly<Record<string, FaultPlanter>> = {
  'a prompt of the path again': ({ view }, i) => view.nearbyPrompts[i % view.nearbyPrompts.length] ?? null,
  'the same with a word changed': ({ view: { parent } }) =>
    splitWords(parent).length > 30 ? parent.replace(/\b(a|the|and|or|to|of)\b/, 'some') : null,
  'ten words of the judged query': ({ prompt, view }) => appendLine(prompt, pickMiddleWords(view.query, 10)),
  'ten words of the judged response': ({ prompt, view }) => appendLine(prompt, pickMiddleWords(view.response, 10)),
  'ten words of another training query': ({ prompt, view: { training } }, i) =>
    appendLine(prompt, pickMiddleWords(training?.queries[(7 * i) % training.queries.length] ?? '', 10)),
  'ten words of an in-context example': ({ prompt, view: { training } }, i) =>
    appendLine(prompt, pickMiddleWords(training?.examples[i % training.examples.length] ?? '', 10)),
  'made for the judged query: two words of its own': ({ prompt, view: { query, training, parent } }) => {
    const rare = splitWords(query).filter(
      (word) => training && isRareWord(word, training) && !splitWords(parent).includes(word),
    );
    const [first, second] = [...new Set(rare)];
    return first && second ? appendLine(prompt, `When asked of ${first} or ${second}, take special care.`) : null;
  },
  'made for the judged query: four of its words': ({ prompt, view }) =>
    /\p{L}{4}/u.test(pickMiddleWords(view.query, 4) ?? '')
      ? appendLine(prompt, `Be sure to know of ${pickMiddleWords(view.query, 4)}.`)
      : null,
  'too long': ({ prompt }) => prompt.padEnd(9000, ' and so on'),
  'a kept section rewritten': ({ prompt }) => prompt,
};

/** How many rewrites got a fault, and how many of these were rejected, by fault. */
export type PlantedFaultCounts = Record<string, { planted: number; caught: number }>;

/** Counts the rewrites with a planted fault that the guards reject. */
export function countCaughtFaults(rewrites: readonly RewriteCase[]): PlantedFaultCounts {
  const counts = Object.entries(FAULT_PLANTERS).map(([name, plant]) => {
    const rejections = rewrites.flatMap((rewrite, i) => {
      const prompt = plant(rewrite, i);
      const kept = name.startsWith('a kept') ? { parent: `<keep>${rewrite.view.parent}</keep>` } : {};
      return prompt === null ? [] : [findRefusal(prompt, { ...rewrite.view, ...kept }) !== null];
    });
    return [name, { planted: rejections.length, caught: rejections.filter(Boolean).length }] as const;
  });
  return Object.fromEntries(counts);
}
