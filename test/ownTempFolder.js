import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the tests a temporary folder of their own, so that nothing of theirs stays. Jest calls it before all of them. */
export default function openTempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-test-'));
  chmodSync(folder, 0o755); // a test starts Postgres as another user
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
