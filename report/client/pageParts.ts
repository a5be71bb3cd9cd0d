import { renderUsagePart } from './renderUsagePart.ts';
import type { RunView } from '../runView.ts';
import type { App } from './app.ts';
import { renderScoresPart } from './renderScoresPart.ts';
import { renderFinalPart } from './renderFinalPart.ts';
import { renderGrowthPart, listPathNodes } from './promptGrowth.ts';
import { renderJudgePart } from './renderJudgePart.ts';
import { renderConfigPart } from './renderConfigPart.ts';
import type { ElementChild } from './dom.ts';

/** A part of the page below the tree. */
export interface PagePart {
  id: string;
  title: string;
  /** Whether there is anything to show. */
  hasContent: (view: RunView) => boolean;
  /** What it shows, as JSON: it is made anew when that has changed. */
  getContent: (app: App) => unknown;
  render: (app: App) => ElementChild;
}

const hasNodes = ({ nodes }: RunView): boolean => nodes.length > 0;

/** The parts of the page in their order, but for the tree and the chart, which are mended rather than made anew. */
export const PAGE_PARTS: readonly PagePart[] = [
  {
    id: 'growth',
    title: 'How the prompt grew',
    hasContent: hasNodes,
    getContent: (app) => listPathNodes(app).map((n) => [n.id, n.prompt, n.reward, n.column]),
    render: renderGrowthPart,
  },
  {
    id: 'scores',
    title: 'Scores by aspect and level',
    hasContent: hasNodes,
    getContent: ({ view }) => [view.aspects, view.path],
    render: renderScoresPart,
  },
  {
    id: 'judge',
    title: 'Where the judge could not decide',
    hasContent: hasNodes,
    getContent: ({ view }) => [
      view.levels.map((l) => [l.pruned, l.tie]),
      view.nodes.flatMap((n) => (n.missing !== null || n.unscored.length ? [[n.id, n.column]] : [])),
      [view.retest, view.judges, view.ranked],
    ],
    render: renderJudgePart,
  },
  {
    id: 'final',
    title: 'Final on held-out queries',
    hasContent: ({ final: outcome }) => outcome !== null,
    getContent: ({ view }) => [view.final, view.path],
    render: renderFinalPart,
  },
  {
    id: 'calls',
    title: 'Calls, tokens and money',
    hasContent: () => true,
    getContent: ({ view }) => [view.roles, view.faults, view.usd, view.state],
    render: ({ view }) => renderUsagePart(view),
  },
  {
    id: 'config',
    title: 'Config',
    hasContent: () => true,
    getContent: ({ view }) => view.config,
    render: ({ view }) => renderConfigPart(view.config),
  },
];
