import { createElement } from './dom.ts';

/** A bar as long as a share, 0 to 1. */
export function renderShareBar(share: number): HTMLElement {
  const filled = createElement('span', {});
  filled.style.width = `${(Number.isFinite(share) ? share * 100 : 0).toFixed(1)}%`;
  return createElement('span', { class: 'share', 'aria-hidden': true }, filled);
}
