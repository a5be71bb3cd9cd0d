import type { LiveStatus } from '../liveStatus.ts';
import type { RunView } from '../runView.ts';

/** What the parts of the page share: the view, and the selected node. */
export interface App {
  view: RunView;
  /** The status of a running search; null if the page is a file. */
  live: LiveStatus | null;
  selectedId: string;
  /** Shows the details of a node: with "open" also on a phone, where they cover the page; with "go" it scrolls there. */
  select: (id: string, how?: 'open' | 'go') => void;
}
