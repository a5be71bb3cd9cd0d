import { z } from 'zod';

/** What a run of the trace is about, as metadata. */
export type About = Record<string, string | number | boolean>;

const InTree = z.object({ id: z.string(), depth: z.number() });
const at = (node: string, depth: number): About => ({ node, depth });

/** What a run's inputs say of its place: the node of the tree at work, or the query, the example, the instruction. */
const Place = z.union([
  z.object({ draft: InTree }).transform((r) => at(r.draft.id, r.draft.depth)),
  z.object({ node: InTree }).transform((r) => at(r.node.id, r.node.depth)),
  z.object({ parent: InTree }).transform((r) => at(r.parent.id, r.parent.depth + 1)),
  z
    .object({ id: z.string(), index: z.number(), query: z.string() })
    .transform((r): About => ({ node: r.id, query: r.index, final: true })),
  z.object({ index: z.number(), query: z.string() }).transform((r): About => ({ query: r.index })),
  z.object({ place: z.number(), query: z.string() }).transform((r): About => ({ example: r.place })),
  z
    .object({ instruction: z.union([z.string(), z.number()]), query: z.string() })
    .transform((r): About => ({ instruction: r.instruction })),
]);

/** The place a run's inputs name; nothing where they name none. */
export const placeIn = (inputs: unknown): About => Place.safeParse(inputs).data ?? {};
