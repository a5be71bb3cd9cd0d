#!/usr/bin/env bash
# An exclusive transaction of node:sqlite on a database that is opened for reading locks nothing.
#
# Expected: "begin exclusive" locks the database or throws, so a second connection is refused.
# Happens:  on a database opened with `readOnly: true`, it succeeds for any number of connections at once.
# Seen:     node 24.21.0, 2026-11-30: two that read hold it both; of two that write, the second is told "database is locked".
# For drpo: a lock file that this user may not write would have let two processes work on one folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error node@24.21.0 >/dev/null
cat >lock.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
writeFileSync('lock.sqlite', '');
const begin = (readOnly) => {
  const database = new DatabaseSync('lock.sqlite', { readOnly, timeout: 0 });
  try {
    database.exec('begin exclusive');
    return { database, said: 'holds an exclusive transaction' };
  } catch (error) {
    return { database, said: error.message };
  }
};
const [first, second] = [begin(true), begin(true)];
console.log(`two that read:  ${first.said} / ${second.said}`);
first.database.close();
second.database.close();
const [third, fourth] = [begin(false), begin(false)];
console.log(`two that write: ${third.said} / ${fourth.said}`);
process.exit(second.said === first.said && fourth.said !== third.said ? 0 : 1);
JS
node_modules/.bin/node --disable-warning=ExperimentalWarning lock.mjs
