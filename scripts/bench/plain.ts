// Sends the same requests through a plain ChatOpenAI: the share of the packages that drpo is built on.
//   node scripts/bench/plain.ts URL FILE (the server's address; the requests' bodies, one per line)
import { ChatOpenAI } from '@langchain/openai';
import { readFileSync } from 'node:fs';

interface RequestBody {
  model: string;
  messages: { role: string; content: string }[];
}

const REQUESTS_IN_FLIGHT = 6;
const [url = '', file = ''] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8').trim().split('\n');
const models = new Map<string, ChatOpenAI>();

async function sendRequests(): Promise<void> {
  for (let line = bodies.shift(); line !== undefined; line = bodies.shift()) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the bench writes this file
    const { model, messages } = JSON.parse(line) as RequestBody;
    const chat = models.get(model) ?? new ChatOpenAI({ model, apiKey: 'none', configuration: { baseURL: url } });
    models.set(model, chat);
    await chat.invoke(messages);
  }
}

await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, sendRequests));
