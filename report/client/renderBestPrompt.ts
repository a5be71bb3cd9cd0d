import { countTextWords } from './diffTexts.ts';
import { createElement, renderTextBlock } from './dom.ts';
import { pluralizeCount } from './format.ts';
import { renderDifference } from './promptChanges.ts';

/** A longer prompt is collapsed at first. */
const MAX_SHORT_PROMPT_CHARACTERS = 900;
/** The reader's choices, which a better prompt does not change. */
let isPromptCollapsed = true;
let areChangesShown = true;

/** The best prompt in a box. `first`: the prompt that it is compared with word by word; null shows the text alone. */
export function renderBestPrompt(text: string, first: string | null): HTMLElement {
  if (text === '')
    return createElement(
      'div',
      { class: 'best' },
      createElement('p', { class: 'quiet' }, 'No candidate is judged yet.'),
    );
  const place = createElement('div', { id: 'prompt' });
  const showText = (changes: boolean): void =>
    place.replaceChildren(first !== null && changes ? renderDifference(first, text) : renderTextBlock(text));
  showText(areChangesShown);
  const isLong = text.length > MAX_SHORT_PROMPT_CHARACTERS;
  const box = createElement('div', { class: 'best' }, place);
  const buttons = [
    ...(isLong ? [makeCollapseButton(box, text)] : []),
    ...(first !== null ? [makeChangesButton(showText)] : []),
    makeCopyButton(text, () => (showText(false), place)),
  ];
  box.append(createElement('p', { class: 'bar' }, buttons));
  return box;
}

function makeCollapseButton(box: HTMLElement, text: string): HTMLElement {
  const showAll = `Show all ${pluralizeCount(countTextWords(text), 'word')}`;
  const button = createElement('button', {
    type: 'button',
    class: 'more',
    'aria-controls': 'prompt',
    click: () => collapse(!isPromptCollapsed),
  });
  const collapse = (collapsed: boolean): void => {
    isPromptCollapsed = collapsed;
    box.classList.toggle('short', collapsed);
    button.setAttribute('aria-expanded', String(!collapsed));
    button.textContent = collapsed ? showAll : 'Show less';
  };
  collapse(isPromptCollapsed);
  return button;
}

function makeChangesButton(showText: (changes: boolean) => void): HTMLElement {
  const button = createElement('button', { type: 'button', class: 'more', click: () => mark(!areChangesShown) });
  const mark = (changes: boolean): void => {
    areChangesShown = changes;
    showText(changes);
    button.textContent = changes ? 'Hide changes' : 'Show changes';
  };
  mark(areChangesShown);
  return button;
}

/** Copies to the clipboard. If the browser refuses, it selects the plain text instead. */
function makeCopyButton(text: string, showPlain: () => HTMLElement): HTMLElement {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(showPlain());
      button.textContent = 'Selected';
    }
  };
  const button = createElement('button', { type: 'button', class: 'copy', click: () => void copy() }, 'Copy');
  return button;
}
