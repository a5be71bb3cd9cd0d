/** Writes parts of a whole, 0 or more each, with so many decimals that add up to the written whole. The largest rests are rounded up. */
export function formatParts(
  parts: Readonly<Record<string, number>>,
  whole: number,
  decimals: number,
): Record<string, string> {
  const scale = 10 ** decimals;
  const scaled = Object.entries(parts).map(([name, part]) => ({
    name,
    units: Math.floor(part * scale),
    part: part * scale,
  }));
  const missing = Math.round(whole * scale) - scaled.reduce((sum, { units }) => sum + units, 0);
  const raised = new Set(
    scaled
      .toSorted((a, b) => b.part - b.units - (a.part - a.units))
      .slice(0, Math.max(0, missing))
      .map(({ name }) => name),
  );
  return Object.fromEntries(
    scaled.map(({ name, units }) => [name, ((units + (raised.has(name) ? 1 : 0)) / scale).toFixed(decimals)]),
  );
}
