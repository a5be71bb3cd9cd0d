// LangGraph's own validation suite for checkpointers, on the SQLite saver. It calls vitest's `describe` and `it`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from '@langchain/langgraph-checkpoint-validation';
import { SqliteSaver } from '../../checkpoints/sqliteSaver.ts';

const folders = new WeakMap<SqliteSaver, string>();

validate({
  checkpointerName: 'SqliteSaver of drpo, in a file',
  createCheckpointer() {
    const folder = mkdtempSync(join(tmpdir(), 'drpo-saver-'));
    const saver = new SqliteSaver(join(folder, 'checkpoints.sqlite'));
    folders.set(saver, folder);
    return saver;
  },
  async destroyCheckpointer(saver) {
    await saver.close();
    rmSync(folders.get(saver) ?? '', { recursive: true, force: true });
  },
});
