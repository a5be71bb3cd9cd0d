import { expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from '../../run/runFolder.ts';
import { createSearchRecorder } from '../../run/searchRecorder.ts';

it('a rejected rewrite is in events.jsonl once, with its reason and the line to blame', () => {
  const folder = RunFolder.openWithoutConfig(mkdtempSync(join(tmpdir(), 'drpo-recorder-')));
  const seen: unknown[] = [];
  const { recordRejected } = createSearchRecorder(folder, (event) => void seen.push(event));
  const blamed = { parent: '0', sample: 0, reason: 'made for one query', line: '- On Lisbon, ${beware}.' };
  recordRejected([blamed, { parent: '0', sample: 1, reason: 'duplicate' }]);
  recordRejected([blamed]);
  const lines = readFileSync(folder.file('events.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ id: '0/0', kind: 'rejected', what: 'made for one query', line: blamed.line }),
    expect.not.objectContaining({ line: expect.anything() }),
  ]);
  expect(seen).toHaveLength(2);
  expect(seen[0]).toMatchObject({ type: 'rewriteRejected', parent: '0', line: blamed.line });
  folder.close();
});
