import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A text as it comes back from the person's editor ($VISUAL, else $EDITOR). @throws Error in one line where there is none, or it failed */
export function editInEditor(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const command = env['VISUAL'] || env['EDITOR'];
  if (!command) throw new Error('No editor: expected one in $VISUAL or $EDITOR.');
  const folder = mkdtempSync(join(tmpdir(), 'drpo-prompt-'));
  const file = join(folder, 'prompt.txt');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // an editor's setting may hold arguments (code --wait): the shell reads it, the file's name is no part of it
    const { status, error } = spawnSync('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' });
    if (error || status !== 0)
      throw new Error(`The editor (${command}) ended with ${error?.message ?? `status ${status}`}.`);
    const back = readFileSync(file, 'utf8');
    // editors end a file with a line break of their own
    const edited = text.endsWith('\n') ? back : back.replace(/\r?\n$/, '');
    return edited.trim() === '' ? text : edited;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
