import type { LiveStatus } from '../liveStatus.ts';
import type { RunView } from '../runView.ts';

/** The page as the parts of it see it: what is shown, and how a node is chosen. */
export interface App {
  view: RunView;
  /** Where the run stands, on a page that is fed while it goes on. */
  live: LiveStatus | null;
  selectedId: string;
  /** Shows a node's detail; "open" also where it covers the page (on a phone), "go" also takes the reader there. */
  select: (id: string, how?: 'open' | 'go') => void;
}
