import type { App } from './app.ts';
import { createElement, renderForeignText } from './dom.ts';
import { formatNodeName } from './format.ts';

/** A prompt of the final comparison by the name of its node, if the tree has it. */
export function renderPromptLink(app: App, id: string): HTMLElement {
  const node = app.view.nodes.find((n) => n.id === id);
  if (!node) return renderForeignText(id);
  return createElement(
    'button',
    { type: 'button', class: 'link', click: () => app.select(id, 'go') },
    formatNodeName(node),
  );
}
