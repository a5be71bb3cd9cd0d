// Adds real replies, as compareOutputs.ts keeps them in a file, to those that test/prompts/realReplies.test.ts mutates.
//   node scripts/real/packReplies.ts MODEL FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

const Kept = z.object({
  role: z.string(),
  output: z.string(),
  step: z.string().optional(),
  texts: z.array(z.string()).optional(),
  finish: z.array(z.string()).optional(),
});
const fixture = join(import.meta.dirname, '../../test/prompts/fixtures/realReplies.jsonl.gz');
const [model, file] = process.argv.slice(2);
if (model === undefined || file === undefined) throw new RangeError('expected a model and a file of replies');
const listLines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const added = listLines(readFileSync(file, 'utf8')).flatMap((line) => {
  const { role, output, step, texts = [], finish = [] } = Kept.parse(JSON.parse(line));
  return step === 'overall'
    ? []
    : texts.map((reply, i) => JSON.stringify({ role, model, output, finish: finish[i] ?? '', reply }));
});
const before = listLines(gunzipSync(readFileSync(fixture)).toString());
const all = [...new Set([...before, ...added])];
writeFileSync(fixture, gzipSync(`${all.join('\n')}\n`, { level: 9 }));
console.log(`${all.length} replies, ${all.length - before.length} of them new`);
