import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../run/config/userError.ts';

/** Opens a text in the person's editor ($VISUAL, else $EDITOR) and returns the edited text. @throws UserError if there is no editor or it failed */
export function editInEditor(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const command = env['VISUAL'] || env['EDITOR'];
  if (!command) throw new UserError('No editor: expected a command in $VISUAL or $EDITOR, got none; set one');
  const folder = mkdtempSync(join(tmpdir(), 'drpo-prompt-'));
  const file = join(folder, 'prompt.txt');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // the setting may have arguments (code --wait), so the shell parses it; the file's name is passed apart
    const { status, error } = spawnSync('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' });
    if (error || status !== 0)
      throw new UserError(
        `The editor (${command}) ended with ${error?.message ?? `status ${status}`}; nothing was changed, so try again or set another $EDITOR`,
      );
    if (!existsSync(file)) throw new UserError(`The editor (${command}) left no file; save the text under its name`);
    const back = readFileSync(file, 'utf8');
    // editors add a line break at the end of a file
    const edited = text.endsWith('\n') ? back : back.replace(/\r?\n$/, '');
    return edited.trim() === '' ? text : edited;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
