import { accounts } from './accounts.ts';
import type { RunView } from '../runView.ts';
import type { App } from './app.ts';
import { aspectTable } from './scores.ts';
import { final } from './final.ts';
import { growth, pathNodes } from './growth.ts';
import { judge } from './judge.ts';
import { settings } from './settings.ts';
import type { Child } from './dom.ts';

/** A part of the page below the tree. */
export interface Part {
  id: string;
  title: string;
  /** Whether there is anything to show. */
  has: (view: RunView) => boolean;
  /** What it shows, as JSON: it is made anew when that has changed. */
  shows: (app: App) => unknown;
  make: (app: App) => Child;
}

const judged = ({ nodes }: RunView): boolean => nodes.length > 0;

/** The parts of the page in their order, but for the tree and the chart, which are mended rather than made anew. */
export const PARTS: readonly Part[] = [
  {
    id: 'growth',
    title: 'How the prompt grew',
    has: judged,
    shows: (app) => pathNodes(app).map((n) => [n.id, n.prompt, n.reward, n.column]),
    make: growth,
  },
  {
    id: 'scores',
    title: 'Scores by aspect and level',
    has: judged,
    shows: ({ view }) => [view.aspects, view.path],
    make: aspectTable,
  },
  {
    id: 'judge',
    title: 'Where the judge could not decide',
    has: judged,
    shows: ({ view }) => [
      view.levels.map((l) => [l.pruned, l.tie]),
      view.nodes.flatMap((n) => (n.missing !== null || n.unscored.length ? [[n.id, n.column]] : [])),
      [view.retest, view.judges, view.ranked],
    ],
    make: judge,
  },
  {
    id: 'final',
    title: 'Final on held-out queries',
    has: ({ final: outcome }) => outcome !== null,
    shows: ({ view }) => [view.final, view.path],
    make: final,
  },
  {
    id: 'calls',
    title: 'Calls, tokens and money',
    has: () => true,
    shows: ({ view }) => [view.roles, view.faults, view.usd, view.state, view.speculation],
    make: ({ view }) => accounts(view),
  },
  {
    id: 'config',
    title: 'Config',
    has: () => true,
    shows: ({ view }) => view.config,
    make: ({ view }) => settings(view.config),
  },
];
