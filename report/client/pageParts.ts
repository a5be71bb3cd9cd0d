import { renderAnswersPart } from './renderAnswersPart.ts';
import { renderUsagePart } from './renderUsagePart.ts';
import type { RunView } from '../runView.ts';
import type { App } from './app.ts';
import { renderScoresPart } from './renderScoresPart.ts';
import { renderFinalPart } from './renderFinalPart.ts';
import { renderChangesPart, listPathNodes } from './promptChanges.ts';
import { renderJudgePart } from './renderJudgePart.ts';
import { renderConfigPart } from './renderConfigPart.ts';
import type { ElementChild } from './dom.ts';

/** A section of the page below the tree. */
export interface PagePart {
  id: string;
  title: string;
  /** Whether the section has something to show. */
  hasContent: (view: RunView) => boolean;
  /** All that the section shows. If it changes, the section is rendered again. */
  getContent: (app: App) => unknown;
  render: (app: App) => ElementChild;
}

const hasNodes = ({ nodes }: RunView): boolean => nodes.length > 0;

/** The section above the tree. */
export const ANSWERS_PART: PagePart = {
  id: 'answers',
  title: 'Both prompts on fresh queries',
  hasContent: ({ answers }) => answers.length > 0,
  getContent: ({ view }) => view.answers,
  render: renderAnswersPart,
};

/** The sections below the tree, in order. */
export const PAGE_PARTS: readonly PagePart[] = [
  {
    id: 'changes',
    title: 'How the prompt changed',
    hasContent: hasNodes,
    getContent: (app) => listPathNodes(app).map((n) => [n.id, n.prompt, n.reward, n.column]),
    render: renderChangesPart,
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
    title: 'Reliability of the judge',
    hasContent: hasNodes,
    getContent: ({ view }) => [
      view.levels.map((l) => [l.pruned, l.tie, l.tiedAt]),
      view.nodes.flatMap((n) => (n.missing !== null || n.unscored.length ? [[n.id, n.column]] : [])),
      [view.reliability, view.judges, view.ranked, view.warnings],
    ],
    render: renderJudgePart,
  },
  {
    id: 'final',
    title: 'Final comparison on held-out queries',
    hasContent: ({ final: outcome, verdict }) => outcome !== null || verdict !== null,
    getContent: ({ view }) => [view.final, view.verdict, view.path],
    render: renderFinalPart,
  },
  {
    id: 'calls',
    title: 'Calls, tokens and cost',
    hasContent: () => true,
    getContent: ({ view }) => [view.roles, view.failures, view.rejectedRewrites, view.usd, view.state],
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
