import { z } from 'zod';

/** What a run of the trace is about, as metadata. */
export type RunMetadata = Record<string, string | number | boolean>;

const TreeNodeRef = z.object({ id: z.string(), depth: z.number() });
const toNodeMetadata = (node: string, depth: number): RunMetadata => ({ node, depth });

/** The place that a run's inputs name: a node of the tree, a query, an example, or an instruction. */
const InputMetadata = z.union([
  z.object({ draft: TreeNodeRef }).transform((r) => toNodeMetadata(r.draft.id, r.draft.depth)),
  z.object({ node: TreeNodeRef }).transform((r) => toNodeMetadata(r.node.id, r.node.depth)),
  z.object({ parent: TreeNodeRef }).transform((r) => toNodeMetadata(r.parent.id, r.parent.depth + 1)),
  z
    .object({ id: z.string(), index: z.number(), query: z.string() })
    .transform((r): RunMetadata => ({ node: r.id, query: r.index, final: true })),
  z.object({ index: z.number(), query: z.string() }).transform((r): RunMetadata => ({ query: r.index })),
  z
    .object({ exampleIndex: z.number(), query: z.string() })
    .transform((r): RunMetadata => ({ example: r.exampleIndex })),
  z
    .object({ instruction: z.union([z.string(), z.number()]), query: z.string() })
    .transform((r): RunMetadata => ({ instruction: r.instruction })),
]);

/** The place that a run's inputs name, if any. */
export const readInputMetadata = (inputs: unknown): RunMetadata => InputMetadata.safeParse(inputs).data ?? {};
