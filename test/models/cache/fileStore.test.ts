import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { StoredAnswer } from '../../../models/cache/storedRecord.ts';
import { FileStore } from '../../../models/cache/fileStore.ts';
import { createMemoryStore } from '../../../models/cache/createMemoryStore.ts';

const root = mkdtempSync(join(tmpdir(), 'drpo-store-'));
afterAll(() => rmSync(root, { recursive: true }));
let path = '';
let runs = 0;
beforeEach(() => {
  path = join(root, String(runs++), 'calls.jsonl');
});

const answer = (key: string, ...texts: string[]): StoredAnswer => ({
  key,
  role: 'judge',
  model: 'm',
  usage: { input: 3, cachedInput: 0, output: 4, reasoning: 0, estimated: 0 },
  usd: 0.5,
  ms: 12,
  finish: texts.map(() => 'stop'),
  texts,
});

/** Opens, does, closes. */
function session<T>(work: (store: FileStore) => T): T {
  const store = FileStore.open(path);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

describe('a run’s store of answers', () => {
  it('it keeps an answer for later sessions, and append returns after the write', () => {
    session((store) => {
      store.append(answer('a', 'one', 'two'));
      expect(readFileSync(path, 'utf8')).toContain('"one"');
    });
    expect(session((store) => store.get('a'))).toEqual(answer('a', 'one', 'two'));
    expect(session((store) => store.get('b'))).toBeUndefined();
  });

  it('it replays all records of earlier sessions, failures included', () => {
    session((store) => {
      store.append(answer('a', 'x'));
      store.append({ role: 'base', failed: 'rate-limit' });
    });
    const records: unknown[] = [];
    session((store) => store.replay((r) => records.push(r)));
    expect(records).toEqual([answer('a', 'x'), { role: 'base', failed: 'rate-limit' }]);
  });

  it('it removes an incomplete last line and continues after the complete ones', () => {
    session((store) => ['a', 'b'].forEach((key) => store.append(answer(key, key))));
    const whole = statSync(path).size;
    session((store) => store.append(answer('c', 'torn')));
    truncateSync(path, statSync(path).size - 5);
    session((store) => {
      expect(['a', 'b', 'c'].map((key) => store.has(key))).toEqual([true, true, false]);
      expect([statSync(path).size, store.isCutOff]).toEqual([whole, true]);
      store.append(answer('d', 'after'));
    });
    expect(session((store) => [store.get('b')?.texts, store.get('d')?.texts, store.corrupt])).toEqual([
      ['b'],
      ['after'],
      0,
    ]);
  });

  it('it removes damaged lines in the middle, counts them, and counts a paid answer among them as sent', () => {
    session((store) => ['a', 'lost', 'b'].forEach((key) => store.append(answer(key, key))));
    writeFileSync(path, readFileSync(path, 'utf8').replace('"lost"', '"lust"'));
    appendFileSync(path, '{"key":"b","tex\n{"key":1}\n');
    session((store) => {
      expect([store.corrupt, store.has('lost'), store.has('lust')]).toEqual([3, false, false]);
      expect(store.lostAnswers).toEqual(['judge']);
      store.append(answer('c', 'y'));
    });
    const records: unknown[] = [];
    session((store) => {
      store.replay((record) => records.push(record));
      expect([store.corrupt, store.get('b')?.texts, store.get('c')?.texts]).toEqual([0, ['b'], ['y']]);
    });
    expect(records).toHaveLength(3);
  });

  it('any change of a byte in a line is noticed', () => {
    session((store) => store.append(answer('a', 'the text', '')));
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, bytes);
      session((store) => expect([at, store.get('a')]).toEqual([at, undefined]));
    }
  });

  it('a line without a checksum, as other tools write it, is read', () => {
    mkdirSync(dirname(path));
    writeFileSync(path, `${JSON.stringify(answer('a', 'x'))}\n`);
    expect(session((store) => store.get('a')?.texts)).toEqual(['x']);
  });

  it('it returns any text unchanged', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('$&', '__proto__', '\ud800', 'a\udfffb', '\u0000\u001b[2J', '\u2028\r\n', '', '"\\'),
    );
    session((store) => {
      let n = 0;
      fc.assert(
        fc.property(fc.array(text), (texts) => {
          const key = `k${n++}`;
          store.append(answer(key, ...texts));
          expect(store.get(key)?.texts).toEqual(texts);
        }),
        { numRuns: 300 },
      );
    });
    expect(session((store) => store.corrupt)).toBe(0);
  });

  it('it reads lines that are longer than a chunk', () => {
    const long = 'é'.repeat(1_500_000);
    session((store) => [answer('a', long), answer('b', 'short')].forEach((r) => store.append(r)));
    expect(session((store) => [store.get('a')?.texts[0] === long, store.get('b')?.texts])).toEqual([true, ['short']]);
  });

  it('it refuses a second user with one line and opens again after the first has closed it', () => {
    session(() =>
      expect(() => FileStore.open(path)).toThrow(/^the run folder .* is in use by this process \(\d+\); wait .*$/),
    );
    expect(session((store) => store.has('a'))).toBe(false);
  });

  it('an error names the file that cannot be opened', () => {
    const file = join(root, 'plain');
    writeFileSync(file, '');
    expect(() => FileStore.open(join(file, 'calls.jsonl'))).toThrow();
    expect(() => FileStore.open(join(root, 'x\u0000y', 'calls.jsonl'))).toThrow();
  });
});

it('a store in memory keeps answers for one session', () => {
  const store = createMemoryStore();
  store.append(answer('a', 'x'));
  store.append({ role: 'base', failed: 'server' });
  expect([store.get('a'), store.has('b')]).toEqual([answer('a', 'x'), false]);
});

describe('what a session leaves to the next', () => {
  const failure = (role: 'judge' | 'base', failed: 'server' | 'bad-request', final = true) => ({
    role,
    model: 'm',
    failed,
    ...(final && { final: true as const }),
  });

  it('calls of a role that failed and has not answered since are stale', () => {
    const unsettledAfter = (...records: Parameters<FileStore['append']>[0][]): boolean => {
      rmSync(path, { force: true });
      session((store) => records.forEach((record) => store.append(record)));
      return session((store) => store.hasStaleResponses);
    };
    expect(unsettledAfter(answer('a', 'x'))).toBe(false);
    expect(unsettledAfter(answer('a', 'x'), failure('judge', 'server', false))).toBe(false);
    expect(unsettledAfter(answer('a', 'x'), failure('judge', 'server'))).toBe(true);
    expect(unsettledAfter(failure('judge', 'server'), answer('a', 'x'))).toBe(false);
    expect(unsettledAfter(failure('base', 'server'), answer('a', 'x'))).toBe(true);
    expect(unsettledAfter(failure('judge', 'bad-request'))).toBe(false);
    const other = { ...failure('judge', 'server'), model: 'another judge' };
    expect(unsettledAfter(other, answer('a', 'x'))).toBe(true);
  });

  it('invalidated answers are stale until they are requested again', () => {
    session((store) => {
      store.append(answer('a', 'fine'));
      store.append(answer('b', 'fine', 'garbled'));
      store.forget((text) => text === 'garbled');
      expect([store.has('a'), store.has('b')]).toEqual([true, false]);
    });
    session((store) => {
      expect([store.hasStaleResponses, store.has('b'), store.get('b')]).toEqual([true, false, undefined]);
      store.append(answer('b', 'good'));
    });
    session((store) => expect([store.hasStaleResponses, store.get('b')?.texts]).toEqual([false, ['good']]));
  });
});
