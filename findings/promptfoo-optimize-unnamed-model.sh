#!/usr/bin/env bash
# promptfoo's optimize has the prompt rewritten by a model that the config does not name, and cannot name.
#
# Expected: the prompt and the answers that failed go to the provider of the config, or to the one that it names for grading.
# Happens:  they go to promptfoo's default model for the key that is found in the environment (gpt-5.6-terra for OPENAI_API_KEY),
#           at that service's own address. A config with one local model does not keep the answers at home.
# Seen:     promptfoo 0.123.1, Node 24.21, 2026-11-30
# For drpo: models.optimizer is named, and a role without a model is an error. docs/peers.md says which model the bench gives it.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node@24.21.0
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional --prefix . promptfoo@0.123.1 @libsql/linux-x64-gnu@0.5.29
node=$folder/node_modules/node/bin/node
cat > server.mjs <<'JS'
// One server at two addresses: /local is the model of the config, /service is what the environment names.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer(async (request, response) => {
  const { model } = JSON.parse(Buffer.concat(await request.toArray()));
  const place = request.url.split('/')[1];
  appendFileSync('asked.txt', `${place} ${model}\n`);
  const content = place === 'local' ? 'a long answer' : '{"candidates": [{"hypothesis": "h", "prompt": "Be brief. {{question}}"}]}';
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ choices, usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 } }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
"$node" server.mjs > port.txt &
server=$!
until [ -s port.txt ]; do sleep 0.2; done
address=http://127.0.0.1:$(cat port.txt)
cat > config.yaml <<YAML
prompts: ['Answer: {{question}}']
providers: [{ id: openai:chat:my-model, config: { apiBaseUrl: $address/local } }]
defaultTest:
  options: { provider: { id: openai:chat:my-model, config: { apiBaseUrl: $address/local } } }
  assert: [{ type: contains, value: brief }]
tests: [{ vars: { question: Why is the sky blue? } }]
YAML
OPENAI_API_KEY=none OPENAI_BASE_URL=$address/service PROMPTFOO_CONFIG_DIR=$folder/state PROMPTFOO_DISABLE_TELEMETRY=1 \
  PROMPTFOO_DISABLE_UPDATE=1 "$node" node_modules/promptfoo/dist/src/entrypoint.js optimize -c config.yaml > log.txt 2>&1 || true
sort asked.txt | uniq -c
grep -q '^service gpt-' asked.txt && ! grep -q '^service my-model' asked.txt
