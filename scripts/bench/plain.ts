// The same requests through a plain ChatOpenAI and nothing else: what the packages this is built on take by themselves. Told
// the server's address and a file with the requests' bodies, a line each.
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
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the bench asks
    const { model, messages } = JSON.parse(line) as RequestBody;
    const chat = models.get(model) ?? new ChatOpenAI({ model, apiKey: 'none', configuration: { baseURL: url } });
    models.set(model, chat);
    await chat.invoke(messages);
  }
}

await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, sendRequests));
