/** Changes a part of the page and keeps what the reader opened, focused and scrolled in it. */
export function keepReaderState(part: Element, change: () => void): void {
  const folds = new Map(findFolds(part).map((d) => [d.dataset['key'], d.open]));
  const focus = part.contains(document.activeElement) ? identifyElement(document.activeElement) : null;
  const scrolls = findScrollers(part).map((s) => [s.scrollLeft, s.scrollTop] as const);
  change();
  for (const d of findFolds(part)) d.open = folds.get(d.dataset['key']) ?? d.open;
  findScrollers(part).forEach((s, i) => s.scrollTo(scrolls[i]?.[0] ?? 0, scrolls[i]?.[1] ?? 0));
  if (focus === null || part.contains(document.activeElement)) return;
  const element = [...part.querySelectorAll<HTMLElement>('button, summary, [tabindex]')].find(
    (e) => identifyElement(e) === focus,
  );
  element?.focus({ preventScroll: true });
}

/** Changes the page and keeps the part that is being read in its place on the screen. */
export function keepScrollPosition(parts: readonly Element[], change: () => void): void {
  const [current] = parts.filter((p) => p.getBoundingClientRect().bottom > READING_TOP_PX);
  const before = current?.getBoundingClientRect().top ?? 0;
  change();
  const moved = (current?.getBoundingClientRect().top ?? 0) - before;
  if (window.scrollY > 0 && Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: 'instant' });
}

/** The height, in pixels, of the links at the top of the window. */
const READING_TOP_PX = 120;

const findFolds = (part: Element): HTMLDetailsElement[] => [
  ...part.querySelectorAll<HTMLDetailsElement>('details[data-key]'),
];
const findScrollers = (part: Element): Element[] => [...part.querySelectorAll('.scroller, aside')];

/** Identifies an element after an update: by its node, else by its text. */
function identifyElement(element: Element | null): string {
  const text = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  return `${element?.tagName} ${element?.getAttribute('data-id') ?? text}`;
}
