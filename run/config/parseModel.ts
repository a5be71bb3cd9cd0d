/** A role's model as a command line names it. */
export type ParsedModel = { provider: 'simulated' } | { model?: string; baseUrl?: string };

/** Reads `MODEL`, `MODEL@BASEURL`, `@BASEURL` or `simulated`: the settings of a role's model. */
export function parseModel(text: string): ParsedModel {
  if (text === 'simulated') return { provider: 'simulated' };
  const at = text.search(/@https?:/i);
  if (at < 0) return { model: text };
  return { ...(at > 0 && { model: text.slice(0, at) }), baseUrl: text.slice(at + 1) };
}
