import { z } from 'zod';
import { GUARDS, type GuardView, type Training } from '../../nodes/index.ts';
import { isRare } from '../../nodes/guards/trainingTexts.ts';
import { sketchOf, wordsOf } from '../../state/promptFingerprint.ts';

/** A rewrite as it was made: the prompt, and what a guard would have looked at. */
export interface Rewrite {
  prompt: string;
  view: GuardView;
}

/** A node of a search tree as the authors published it. */
const TreeNode = z.object({
  id: z.number(),
  parent: z.number().nullable(),
  depth: z.number(),
  prompt: z.string(),
  query: z.string(),
  output: z.string(),
});
type TreeNode = z.infer<typeof TreeNode>;
export const Tree = z.object({ nodes: z.array(TreeNode) });

/** Why the default guards refuse a prompt; null where they do not. */
export const refusalOf = (prompt: string, view: GuardView): string | null =>
  GUARDS.reduce<string | null>((found, guard) => found ?? guard(prompt, view), null);

/** All rewrites of a tree, each with the view a search would have had: the path's last five prompts, siblings, the tree above. */
export function rewritesIn(nodes: readonly TreeNode[], training: Training): Rewrite[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const childrenOf = (id: TreeNode['parent']): TreeNode[] => nodes.filter((n) => n.parent === id);
  return nodes.flatMap((node) => {
    const parent = node.parent === null ? undefined : byId.get(node.parent);
    if (!parent || parent.prompt === node.prompt) return [];
    const path: string[] = [];
    for (let at: TreeNode | undefined = parent; at; at = at.parent === null ? undefined : byId.get(at.parent))
      if (!path.includes(at.prompt)) path.push(at.prompt);
    const siblings = childrenOf(node.parent);
    const taken = siblings.slice(0, siblings.indexOf(node)).map((n) => n.prompt);
    const tree = [...nodes.filter((n) => n.depth < parent.depth), ...childrenOf(parent.parent)].map((n) => n.prompt);
    const view: GuardView = {
      tried: [...path.slice(0, 5), ...taken],
      sketches: [...new Set(tree)].map(sketchOf),
      parent: parent.prompt,
      query: parent.query,
      response: parent.output,
      training,
    };
    return [{ prompt: node.prompt, view }];
  });
}

/** So many words in a row out of the midst of a text; null where it has fewer. */
function piece(text: string, words: number): string | null {
  const all = wordsOf(text);
  const from = Math.floor((all.length - words) / 2);
  return from < 0 ? null : all.slice(from, from + words).join(' ');
}

type Plant = (rewrite: Rewrite, i: number) => string | null;
const withLine = (prompt: string, line: string | null): string | null => line && `${prompt}\n- ${line}`;

/** A rewrite spoilt in the ways the guards are there for; null where it cannot be. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  'a prompt of the path again': ({ view }, i) => view.tried[i % view.tried.length] ?? null,
  'the same with a word changed': ({ view: { parent } }) =>
    wordsOf(parent).length > 30 ? parent.replace(/\b(a|the|and|or|to|of)\b/, 'some') : null,
  'ten words of the judged query': ({ prompt, view }) => withLine(prompt, piece(view.query, 10)),
  'ten words of the judged response': ({ prompt, view }) => withLine(prompt, piece(view.response, 10)),
  'ten words of another training query': ({ prompt, view: { training } }, i) =>
    withLine(prompt, piece(training?.queries[(7 * i) % training.queries.length] ?? '', 10)),
  'ten words of an in-context example': ({ prompt, view: { training } }, i) =>
    withLine(prompt, piece(training?.examples[i % training.examples.length] ?? '', 10)),
  'made for the judged query: two words of its own': ({ prompt, view: { query, training, parent } }) => {
    const own = wordsOf(query).filter((w) => training && isRare(w, training) && !wordsOf(parent).includes(w));
    const [one, other] = [...new Set(own)];
    return one && other ? withLine(prompt, `When asked of ${one} or ${other}, take special care.`) : null;
  },
  'made for the judged query: four of its words': ({ prompt, view }) =>
    /\p{L}{4}/u.test(piece(view.query, 4) ?? '')
      ? withLine(prompt, `Be sure to know of ${piece(view.query, 4)}.`)
      : null,
  'too long': ({ prompt }) => prompt.padEnd(9000, ' and so on'),
  'a kept section rewritten': ({ prompt }) => prompt,
};

export type Planted = Record<string, { planted: number; caught: number }>;

/** How many of the spoilt rewrites are refused, by what was planted. */
export function planted(rewrites: readonly Rewrite[]): Planted {
  const outcome = Object.entries(PLANTS).map(([name, plant]) => {
    const refused = rewrites.flatMap((rewrite, i) => {
      const prompt = plant(rewrite, i);
      const kept = name.startsWith('a kept') ? { parent: `<keep>${rewrite.view.parent}</keep>` } : {};
      return prompt === null ? [] : [refusalOf(prompt, { ...rewrite.view, ...kept }) !== null];
    });
    return [name, { planted: refused.length, caught: refused.filter(Boolean).length }] as const;
  });
  return Object.fromEntries(outcome);
}
