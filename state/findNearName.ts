import leven from 'leven';

/** Edits that turn a misspelt name into the known one: a third of its letters, or two. */
const countAllowedEdits = (name: string): number => Math.max(2, Math.floor(name.length / 3));

/** Finds the known name that a misspelt one means, whatever its case. Undefined: none is near. */
export function findNearName(name: string, known: readonly string[]): string | undefined {
  const typed = name.toLowerCase();
  const scored = known.map((one) => ({ one, edits: leven(typed, one.toLowerCase()) }));
  const [best] = scored.toSorted((a, b) => a.edits - b.edits);
  if (best && best.edits <= countAllowedEdits(name)) return best.one;
  return typed.length < 4 ? undefined : known.find((one) => one.toLowerCase().includes(typed));
}
