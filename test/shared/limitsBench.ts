// Figures of the model layer, against the scripted server: node test/shared/limitsBench.ts [path of scripted-llm.mjs]
// 1. 200 calls at concurrency 64 on a server that takes 8 at a time, 50 ms each, for each way of saying Retry-After:
//    wall time over the ideal 200 / 8 * 50 ms, and over that of the same calls kept to 8 at a time, which are never
//    refused: a busy machine slows both. 2. CPU and wall time of 500 calls, managed and raw.
import { ChatOpenAI } from '@langchain/openai';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway } from '../../models/gateway/gateway.ts';
import { createOpenAIChat } from '../../models/openai/openaiTransports.ts';
import { FileStore } from '../../models/cache/fileStore.ts';

const script = process.argv[2] ?? '/work/shared/tools/parity/scripted-llm.mjs';

async function withServer<T>(args: string[], run: (url: string) => Promise<T>): Promise<T> {
  const child = fork(script, ['--port', '0', ...args], { silent: true });
  try {
    const url = await new Promise<string>((resolve) =>
      child.stdout?.once('data', (line: Buffer) => resolve(/http\S+/.exec(String(line))?.[0] ?? '')),
    );
    return await run(url);
  } finally {
    child.kill();
  }
}

const ask = (i: number): string => `[[Q${String(i).padStart(3, '0')}]] [[P:0]]`;

/** Milliseconds that 200 calls take, and what became of them. */
async function wallOf(concurrency: number, server: string[]): Promise<{ wall: number; lost: number; sent: number }> {
  return withServer(['--latency', '50', ...server], async (url) => {
    const gateway = new Gateway({ concurrency });
    const model = gateway.manage('base', createOpenAIChat({ model: 'base', baseUrl: url }));
    const started = performance.now();
    const answers = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => model.invoke(ask(i))));
    const wall = performance.now() - started;
    const lost = answers.filter((a) => a.status === 'rejected').length;
    return { wall, lost, sent: gateway.getUsageTotals().sent.base };
  });
}

async function limited(style: string): Promise<void> {
  const kept = await wallOf(8, []);
  const { wall, lost, sent } = await wallOf(64, ['--limit', '8', '--retry-after', style]);
  console.log(
    `retry-after ${style.padEnd(7)} ${(wall / 1250).toFixed(2)} x ideal  ${(wall / kept.wall).toFixed(2)} x kept to 8  ${wall.toFixed(0)} ms  sent ${sent}  lost ${lost}`,
  );
}

async function measured(name: string, call: (i: number) => Promise<unknown>, parallel: number): Promise<void> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < 500) await call(next++);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${name.padEnd(16)} ${parallel} at a time: ${((user + system) / 500_000).toFixed(2)} ms CPU, ${((performance.now() - started) / 500).toFixed(2)} ms wall a call`,
  );
}

async function overhead(): Promise<void> {
  await withServer(['--latency', '0'], async (url) => {
    const folder = mkdtempSync(join(tmpdir(), 'drpo-bench-'));
    const store = FileStore.open(join(folder, 'calls.jsonl'));
    const managed = new Gateway({ concurrency: 64, store }).manage(
      'base',
      createOpenAIChat({ model: 'base', baseUrl: url, temperature: 0, maxTokens: 64 }),
    );
    const raw = new ChatOpenAI({
      model: 'base',
      apiKey: 'x',
      temperature: 0,
      maxTokens: 64,
      maxRetries: 0,
      configuration: { baseURL: url },
    });
    for (const round of [0, 1, 2]) {
      for (const parallel of [1, 16]) {
        await measured(
          round ? 'ChatOpenAI' : 'warm-up raw',
          (i) => raw.invoke(`${ask(i)} ${parallel}.${round}`),
          parallel,
        );
        await measured(
          round ? 'ManagedChatModel' : 'warm-up managed',
          (i) => managed.invoke(`${ask(i)} ${parallel}.${round}`),
          parallel,
        );
      }
    }
    store.close();
    rmSync(folder, { recursive: true });
  });
}

await wallOf(8, []); // warm
const styles = process.argv[3]?.split(',') ?? ['1', '0.2', 'date', 'ms:200', 'none'];
for (const style of styles) await limited(style);
if (!process.argv[3]) await overhead();
