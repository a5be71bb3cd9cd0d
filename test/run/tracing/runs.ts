import type { Recorded } from './langsmith.ts';

/** A run as LangSmith would show it, put together from what was posted and patched. */
export interface Run {
  id: string;
  name: string;
  run_type: string;
  trace_id: string;
  parent_run_id?: string;
  session_name?: string;
  reference_example_id?: string;
  dotted_order: string;
  start_time: string;
  end_time?: string;
  error?: string;
  tags?: string[];
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  extra?: { metadata?: Record<string, unknown> };
}

/** The runs in all that was recorded, posts and patches merged: two requests may arrive in either order. */
export function runsIn(requests: readonly Recorded[]): Run[] {
  const runs = new Map<string, Record<string, unknown>>();
  const parts = requests.flatMap(partsOf).toSorted((a, b) => order(a.name) - order(b.name));
  for (const { name, body } of parts) {
    const [kind, id = '', field] = name.split('.');
    if (kind !== 'post' && kind !== 'patch') continue;
    const run = runs.get(id) ?? {};
    const value: unknown = JSON.parse(body);
    runs.set(id, field === undefined ? { ...run, ...(value as object) } : { ...run, [field]: value });
  }
  return [...runs.values()] as unknown as Run[];
}

const order = (name: string): number => (name.startsWith('patch.') ? 1 : 0);

/** What is in a multipart request: name and text of each part. */
export function partsOf({ headers, body }: Recorded): { name: string; body: string }[] {
  const boundary = /boundary=([^;]+)/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return [];
  return body
    .toString('utf8')
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const gap = part.indexOf('\r\n\r\n');
      return { name: /name="([^"]+)"/.exec(part.slice(0, gap))?.[1] ?? '', body: part.slice(gap + 4).trimEnd() };
    });
}

/** A trace as an outline: two spaces a level, in the order the runs were begun. */
export function outline(runs: readonly Run[]): string[] {
  const under = (parent?: string): Run[] =>
    runs.filter((run) => run.parent_run_id === parent).toSorted((a, b) => (a.dotted_order < b.dotted_order ? -1 : 1));
  const draw = (run: Run, depth: number): string[] => [
    `${'  '.repeat(depth)}${run.name}`,
    ...under(run.id).flatMap((child) => draw(child, depth + 1)),
  ];
  return under().flatMap((root) => draw(root, 0));
}

/** A score as LangSmith would keep it. */
export interface Feedback {
  id: string;
  run_id: string;
  trace_id: string;
  session_id: string;
  key: string;
  score: number;
  comment?: string;
}

export const feedbackIn = (requests: readonly Recorded[]): Feedback[] =>
  requests
    .flatMap(partsOf)
    .filter(({ name }) => name.startsWith('feedback.'))
    .map(({ body }) => JSON.parse(body) as Feedback);
