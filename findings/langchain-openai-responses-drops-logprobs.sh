#!/usr/bin/env bash
# ChatOpenAI asks for no logprobs over the Responses API, although it was made with logprobs and topLogprobs.
#
# Expected: logprobs: true and topLogprobs: 5 mean the same over both APIs. The Responses API has them too, as
#           include: ["message.output_text.logprobs"] and top_logprobs. A class that cannot ask for them says so.
# Happens:  with useResponsesApi: true neither is sent. No error and no warning: the reply simply has no logprobs, also if the
#           server sends some all the same. A judge that is scored by the odds of its digit has none.
# Seen:     @langchain/openai 1.6.0, @langchain/core 1.4.0, Node 24.21, 2026-12-01 (the line `want` below).
# For drpo: the points of such a judge count as written, and the summary says so. useResponsesApi: false brings the odds back.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @langchain/openai@1.6.0 @langchain/core@1.4.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { ChatOpenAI } from '@langchain/openai';
const odds = [{ token: '4', logprob: -0.1, bytes: [52], top_logprobs: [{ token: '4', logprob: -0.1, bytes: [52] }] }];
const replies = {
  '/v1/chat/completions': {
    id: 'c', object: 'chat.completion', created: 1, model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '4' }, logprobs: { content: odds } }],
  },
  '/v1/responses': {
    id: 'r', object: 'response', created_at: 1, status: 'completed', model: 'm',
    output: [{
      type: 'message', id: 'm', role: 'assistant', status: 'completed',
      content: [{ type: 'output_text', text: '4', annotations: [], logprobs: odds }],
    }],
  },
};
let body;
const server = createServer((req, res) => {
  let text = '';
  req.on('data', (part) => (text += part)).on('end', () => {
    body = JSON.parse(text);
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(replies[req.url]));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const configuration = { baseURL: `http://127.0.0.1:${server.address().port}/v1` };
const lines = [];
for (const useResponsesApi of [false, true]) {
  const model = new ChatOpenAI({ model: 'm', apiKey: 'k', logprobs: true, topLogprobs: 5, useResponsesApi, configuration });
  const reply = await model.invoke('How good is it, from 1 to 5?');
  const asked = ['logprobs', 'top_logprobs', 'include'].filter((key) => key in body);
  const part = reply.content[0]?.logprobs ?? reply.response_metadata.logprobs?.content;
  lines.push(`Responses API ${useResponsesApi}: asked for ${asked.join(' and ') || 'none'}, got ${part ? 'some' : 'none'}`);
}
server.close();
console.log(lines.join('\n'));
const want = [
  'Responses API false: asked for logprobs and top_logprobs, got some',
  'Responses API true: asked for none, got none',
];
process.exitCode = lines.join() === want.join() ? 0 : 1;
JS
node try.mjs
