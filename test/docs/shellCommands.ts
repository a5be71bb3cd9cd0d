import type { CodeBlock } from './pages.ts';

/** The lines of a block for a shell, as they are typed: without the mark and without output. */
export function listTypedLines({ language, text }: CodeBlock): string[] {
  if (language !== 'console' && language !== 'sh') return [];
  return text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => (language === 'sh' ? [line] : line.startsWith('$ ') ? [line.slice(2)] : []))
    .filter((line) => line.trim() !== '');
}
