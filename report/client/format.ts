import type { ProofVerdict } from '../../state/verdict.ts';
import type { RoleView, RunView } from '../runView.ts';

/** A readable name of a node. Its id grows with its level. */
export const formatNodeName = ({ depth, column }: { depth: number; column: number }): string =>
  depth === 0 ? 'First prompt' : `Level ${depth}, node ${column + 1}`;

export const formatScore = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
/** How many points more or less than the first prompt, with the 95 % interval of the difference. */
export const formatAdvantage = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
  `${Math.abs(mean).toFixed(2)} points ${mean < 0 ? 'less' : 'more'} than the first prompt (95\u00a0% interval ${formatScoreDifference(low)} to ${formatScoreDifference(high)})`;
/** A verdict as a sentence, with the queries and the judge. */
export const formatVerdict = ({ text, queries, judge }: ProofVerdict): string =>
  `Verdict: ${text}.${queries > 0 ? ` On ${pluralizeCount(queries, 'fresh query', 'fresh queries')}, judged by ${judge ?? 'checks'}.` : ''}`;
/** A difference in points with its sign, if it is not zero. */
export const formatScoreDifference = (x: number): string => {
  const size = Math.abs(x).toFixed(2);
  return size === '0.00' ? size : `${x < 0 ? '−' : '+'}${size}`;
};
/** A reward that is short enough for a node: 5, 4.8. */
export const formatShortScore = (value: number | null): string =>
  value === null ? '?' : String(Math.round(value * 10) / 10);
export const formatCount = (n: number): string => n.toLocaleString('en');
export const pluralizeCount = (n: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(n)} ${n === 1 ? singular : plural}`;
/** Calls and tokens of all roles. Embeddings do not count as calls. */
export const sumRoleUsage = (roles: readonly RoleView[]): { calls: number; tokens: number } => ({
  calls: roles.filter((r) => r.role !== 'embeddings').reduce((n, r) => n + r.calls, 0),
  tokens: roles.reduce((n, r) => n + r.input + r.output, 0),
});
/** Whether the judge gives all answers the same points, so that none of them says how good a prompt is. */
export const isJudgeConstant = ({ warnings }: Pick<RunView, 'warnings'>): boolean =>
  warnings.some(({ code }) => code === 'judge-constant');
/** A day in the reader's words. */
export const formatDay = (date: string): string => new Date(date).toLocaleDateString('en', { dateStyle: 'long' });
export const formatDollars = (usd: number): string => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
