/** Changes a part of the page: what was opened, focused and scrolled in it stays so. */
export function keepReaderState(part: Element, change: () => void): void {
  const folds = new Map(findFolds(part).map((d) => [d.dataset['key'], d.open]));
  const focus = part.contains(document.activeElement) ? identifyElement(document.activeElement) : null;
  const scrolls = findScrollers(part).map((s) => [s.scrollLeft, s.scrollTop] as const);
  change();
  for (const d of findFolds(part)) d.open = folds.get(d.dataset['key']) ?? d.open;
  findScrollers(part).forEach((s, i) => s.scrollTo(scrolls[i]?.[0] ?? 0, scrolls[i]?.[1] ?? 0));
  if (focus === null || part.contains(document.activeElement)) return;
  const again = [...part.querySelectorAll<HTMLElement>('button, summary, [tabindex]')].find(
    (e) => identifyElement(e) === focus,
  );
  again?.focus({ preventScroll: true });
}

/** Changes the page above or around what is being read, which stays where it is on the screen. */
export function keepScrollPosition(parts: readonly Element[], change: () => void): void {
  const [at] = parts.filter((p) => p.getBoundingClientRect().bottom > READING_TOP_PX);
  const before = at?.getBoundingClientRect().top ?? 0;
  change();
  const moved = (at?.getBoundingClientRect().top ?? 0) - before;
  if (window.scrollY > 0 && Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: 'instant' });
}

/** Pixels from the top of the window at which reading begins, the bar of links left out. */
const READING_TOP_PX = 120;

const findFolds = (part: Element): HTMLDetailsElement[] => [
  ...part.querySelectorAll<HTMLDetailsElement>('details[data-key]'),
];
const findScrollers = (part: Element): Element[] => [...part.querySelectorAll('.scroller, aside')];

/** What an element can be found again by: the node it stands for, else its words. */
function identifyElement(element: Element | null): string {
  const words = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  return `${element?.tagName} ${element?.getAttribute('data-id') ?? words}`;
}
