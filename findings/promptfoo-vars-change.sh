#!/usr/bin/env bash
# promptfoo changes the values of variables: a date without quotation marks, and dollar signs in a value that another one names.
#
# Expected: the prompt holds the value of a variable as it stands in the config.
# Happens:  the date 2026-03-01 arrives as "[object Object]". The value of a variable that another one names is the replacement
#           text of String.replace: "$$" arrives as "$", and "$&" brings the placeholder back, five times.
# Seen:     promptfoo 0.123.1, Node 24.21, 2026-11-30
# For drpo: init --from refuses both by name, since the prompt that promptfoo tested is not the one in the config.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . node@24.21.0
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional --prefix . promptfoo@0.123.1 @libsql/linux-x64-gnu@0.5.29
cat > config.yaml <<'YAML'
prompts: ['{{question}}']
providers: [echo]
tests:
  - vars: { question: 2026-03-01 }
  - vars: { question: 'What does `{{code}}` print?', code: 'echo $$' }
  - vars: { question: 'What does `{{code}}` match?', code: 's/a/$&/' }
YAML
node=node_modules/node/bin/node
PROMPTFOO_CONFIG_DIR=$folder/state PROMPTFOO_DISABLE_TELEMETRY=1 PROMPTFOO_DISABLE_UPDATE=1 \
  "$node" node_modules/promptfoo/dist/src/entrypoint.js eval -c config.yaml -o out.json --no-cache --no-table --no-progress-bar > log.txt 2>&1 || true
"$node" -e '
const { results } = JSON.parse(require("node:fs").readFileSync("out.json", "utf8"));
const prompts = results.results.map(({ response }) => response.output);
console.log(prompts.join("\n"));
const [date, pid, match] = prompts;
process.exit(date === "[object Object]" && pid.includes("`echo $`") && match.split("s/a/").length > 2 ? 0 : 1);'
