#!/usr/bin/env bash
# The call option `stop` never reaches Gemini and Mistral, and nothing says so.
#
# Expected: model.invoke(text, { stop: ['END'] }) sends the stop sequences, as BaseChatModel's call options promise and as
#           ChatOpenAI, ChatAnthropic and ChatOllama do.
# Happens:  ChatGoogleGenerativeAI sends `stopSequences: []` and ChatMistralAI no `stop`. Neither throws nor warns.
# Seen:     @langchain/google-genai 2.3.2, @langchain/mistralai 1.2.0, @langchain/ollama 1.3.0, @langchain/core 1.4.0,
#           Node 20.20 and 24.21, 2026-11-30: {"gemini":false,"mistral":false,"ollama":true}
# For drpo: a base model that does not chat would answer past its own answer, up to the limit of tokens.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @langchain/core@1.4.0 @langchain/google-genai@2.3.2 @langchain/mistralai@1.2.0 \
  @langchain/ollama@1.3.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatMistralAI } from '@langchain/mistralai';
import { ChatOllama } from '@langchain/ollama';

const bodies = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    bodies.push(text);
    response.writeHead(200, { 'content-type': 'application/json' });
    const reply = request.url.includes('generateContent')
      ? { candidates: [{ content: { role: 'model', parts: [{ text: 'x' }] }, finishReason: 'STOP' }] }
      : request.url.includes('/api/chat')
        ? { model: 'm', message: { role: 'assistant', content: 'x' }, done: true }
        : { id: '1', object: 'chat.completion', created: 1, model: 'm', usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
            choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'x' } }] };
    response.end(JSON.stringify(reply));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}`;
const models = {
  gemini: new ChatGoogleGenerativeAI({ model: 'm', apiKey: 'k', baseUrl: address, maxRetries: 0 }),
  mistral: new ChatMistralAI({ model: 'm', apiKey: 'k', serverURL: address, maxRetries: 0 }),
  ollama: new ChatOllama({ model: 'm', baseUrl: address, maxRetries: 0 }),
};
const seen = {};
for (const [name, model] of Object.entries(models)) {
  await model.invoke('Say x.', { stop: ['END'] });
  seen[name] = bodies.at(-1).includes('END');
}
console.log(JSON.stringify(seen));
server.closeAllConnections();
server.close();
JS
got=$(node try.mjs)
want='{"gemini":false,"mistral":false,"ollama":true}'
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
