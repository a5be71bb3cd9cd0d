#!/usr/bin/env bash
# A LANGSMITH_API_KEY of three characters makes LangSmith's client lose LANGSMITH_REVISION_ID.
#
# Expected: each run's metadata has the revision. A short key, such as a local server takes, is masked and changes nothing else.
# Happens:  the client masks the values of secret variables with "*".repeat(length - 4), which throws for fewer than four
#           characters. The error is swallowed, and all variables that come later in the environment are lost.
# Seen:     langsmith 0.12.0, Node 24.21, 2026-11-30: a key of four characters: abc123; of three: none
# For drpo: traces would lack their revision, so drpo reads the variable itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund langsmith@0.12.0
cat >read.mjs <<'JS'
import { mergeRuntimeEnvIntoRun } from 'langsmith/client';
const { metadata } = mergeRuntimeEnvIntoRun({ id: '1', name: 'a', run_type: 'chain', inputs: {} }).extra;
console.log(metadata.revision_id ?? 'none');
JS
# the order of these variables is that of the environment
read_revision() { env -i PATH="$PATH" LANGSMITH_API_KEY="$1" LANGSMITH_REVISION_ID=abc123 node read.mjs; }
long=$(read_revision abcd)
short=$(read_revision abc)
echo "revision_id with a key of four characters: $long; of three: $short"
[ "$long" = abc123 ] && [ "$short" = none ]
