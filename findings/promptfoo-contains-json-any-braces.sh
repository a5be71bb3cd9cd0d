#!/usr/bin/env bash
# promptfoo's assertion contains-json passes for any word in braces.
#
# Expected: it fails for an output without JSON.
# Happens:  each pair of braces is read as YAML, so "Hello {name}" and "a set {1, 2}" pass, and not-contains-json fails for
#           them. A list such as [1, 2] is JSON, but does not pass.
# Seen:     promptfoo 0.123.1, Node 24.21, 2026-11-30
# For drpo: init --from maps it to the check jsonSchema with within: relaxed; drpo's own within: json is strict.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node@24.21.0
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional --prefix . promptfoo@0.123.1 @libsql/linux-x64-gnu@0.5.29
cat > config.yaml <<'YAML'
prompts: ['{{answer}}']
providers: [echo]
defaultTest: { assert: [{ type: contains-json }] }
tests:
  - vars: { answer: 'Hello {name}, welcome' }
  - vars: { answer: 'a set {1, 2}' }
  - vars: { answer: 'a list [1, 2]' }
YAML
node=node_modules/node/bin/node
PROMPTFOO_CONFIG_DIR=$folder/state PROMPTFOO_DISABLE_TELEMETRY=1 PROMPTFOO_DISABLE_UPDATE=1 \
  "$node" node_modules/promptfoo/dist/src/entrypoint.js eval -c config.yaml -o out.json --no-cache --no-table --no-progress-bar > log.txt 2>&1 || true
"$node" -e '
const { results } = JSON.parse(require("node:fs").readFileSync("out.json", "utf8"));
const passed = results.results.map(({ success }) => success);
for (const { response, success } of results.results) console.log(`${response.output}: contains-json ${success ? "passes" : "fails"}`);
process.exit(passed.join() === "true,true,false" ? 0 : 1);'
