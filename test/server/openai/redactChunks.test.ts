import { expect, it } from '@jest/globals';
import { addSecrets } from '../../../models/secrets.ts';
import { redactChunks } from '../../../server/openai/redactChunks.ts';

const KEY = 'Zk4-secret-9Xq7';
addSecrets([KEY]);

async function* toChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of chunks) texts.push(Buffer.from(chunk).toString());
  return texts;
}

it('hides a key however an answer is cut into chunks, and keeps all else', async () => {
  const text = `\ufeff{ "é": "${KEY}" }\r\ndata: ü😀\n\nlast ${KEY}`;
  for (let size = 1; size < 20; size++)
    expect((await collect(redactChunks(toChunks(Buffer.from(text), size)))).join('')).toBe(
      text.replaceAll(KEY, '[key]'),
    );
});

it('passes on each event of a stream at once', async () => {
  const events = ['data: 1\n\n', 'data: 2\n\n', 'data: [DONE]\n\n'];
  const chunks = async function* () {
    for (const event of events) yield Buffer.from(event);
  };
  expect(await collect(redactChunks(chunks()))).toEqual(events);
});

it('holds back no more than a little of an answer without line ends', async () => {
  const [first = ''] = await collect(redactChunks(toChunks(Buffer.alloc(300_000, 'a'), 10_000)));
  expect(first.length).toBeLessThan(100_000);
});
