#!/usr/bin/env bash
# Aborting one call of a ChatOllama ends every other call of the same model object.
#
# Expected: the signal of a call ends this call alone, as with ChatOpenAI and ChatAnthropic.
# Happens:  at the next chunk the class calls abort() of its client, which aborts all streams of the client. Another call,
#           which has no signal at all, fails with AbortError. Until that chunk, the aborted call goes on.
# Seen:     @langchain/ollama 1.3.0, @langchain/core 1.4.0, Node 20.20 and 24.21, 2026-11-30:
#             {"sameObject":"AbortError","anObjectEach":"ab"}: how the call without a signal ends
# For drpo: one call that a budget, a timeout or a client ends would cost all calls in flight at the same model.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @langchain/ollama@1.3.0 @langchain/core@1.4.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { ChatOllama } from '@langchain/ollama';

const line = (content, done) => `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done })}\n`;
// each answer is a chunk at once, and one 300 ms later
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.write(line('a', false));
  setTimeout(() => response.write(line('b', false)), 300);
  setTimeout(() => response.end(line('', true)), 500);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const make = () => new ChatOllama({ model: 'm', baseUrl, maxRetries: 0 });

async function run(first, second) {
  const controller = new AbortController();
  const aborted = first.invoke('one', { signal: controller.signal }).catch((error) => error.name);
  const other = second.invoke('two').then((message) => message.text, (error) => error.name);
  setTimeout(() => controller.abort(), 100);
  await aborted;
  return other;
}
const shared = make();
const seen = { sameObject: await run(shared, shared), anObjectEach: await run(make(), make()) };
console.log(JSON.stringify(seen));
server.closeAllConnections();
server.close();
JS
got=$(node try.mjs)
want='{"sameObject":"AbortError","anObjectEach":"ab"}'
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
