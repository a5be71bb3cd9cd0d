#!/usr/bin/env bash
# ChatOpenAI with a JSON schema as response_format throws away replies that were cut or are no JSON, and asks again and again.
#
# Expected: the call option response_format only says what is asked for. A reply that was cut is a message with its text and
#           finish_reason "length", as it is for { type: "json_object" } and without a format.
# Happens:  @langchain/openai switches to the SDK's parse(). A cut reply becomes LengthFinishReasonError, prose a
#           SyntaxError. Both are retried (three requests with maxRetries 2), and every paid reply is lost. Nobody asked
#           for parsing: withStructuredOutput is not used.
# Seen:     @langchain/openai 1.6.0, @langchain/core 1.4.0, Node 24.21, 2026-11-30 (the line `want` below).
# For drpo: the format goes out as an object with toJSON, which the class does not recognize.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @langchain/openai@1.6.0 @langchain/core@1.4.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { ChatOpenAI } from '@langchain/openai';
let requests = 0, reply;
const server = createServer((req, res) => req.resume().on('end', () => {
  requests++;
  const choices = [{ index: 0, finish_reason: reply.finish, message: { role: 'assistant', content: reply.text } }];
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices }));
}));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const schema = { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object', properties: {} } } };
const lines = [];
for (const [name, response_format] of [['json_schema', schema], ['json_object', { type: 'json_object' }]])
  for (reply of [{ text: '{"a": "hal', finish: 'length' }, { text: 'I cannot.', finish: 'stop' }]) {
    requests = 0;
    // waits between attempts would take minutes
    const model = new ChatOpenAI({ model: 'm', apiKey: 'k', configuration: { baseURL }, maxRetries: Number(process.env.RETRIES ?? 2) });
    const got = await model.invoke('q', { response_format }).then((m) => `the text ${m.text}`, (error) => error.constructor.name);
    lines.push(`${name} ${reply.finish}: ${got}, ${requests} requests`);
  }
server.close();
console.log(lines.join('\n'));
const want = ['json_schema length: LengthFinishReasonError, 3 requests', 'json_schema stop: SyntaxError, 3 requests', 'json_object length: the text {"a": "hal, 1 requests', 'json_object stop: the text I cannot., 1 requests'];
process.exitCode = lines.join() === want.join() ? 0 : 1;
JS
node try.mjs
