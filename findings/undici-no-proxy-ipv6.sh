#!/usr/bin/env bash
# The usual NO_PROXY=localhost,127.0.0.1,::1 does not let http://[::1] pass undici's proxy agent.
#
# Expected: "::1" names the address, as it does for curl and Go.
# Happens:  EnvHttpProxyAgent reads "::1" as a host with port 1, so the request goes to the proxy. "[::1]" works.
# Seen:     undici 7.30.2, Node 24.21, 2026-11-30: 127.0.0.1 direct / ::1 proxy / [::1] direct
# For drpo: a server on ::1 would be asked through the company's proxy, so drpo reads NO_PROXY itself.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { EnvHttpProxyAgent, request } from 'undici';
const seen = [];
const proxy = createServer().on('connect', (req, socket) => {
  seen.push(req.url);
  socket.end('HTTP/1.1 502 No\r\n\r\n');
});
await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
const httpProxy = `http://127.0.0.1:${proxy.address().port}`;
const wayTo = async (host, noProxy) => {
  seen.length = 0;
  const dispatcher = new EnvHttpProxyAgent({ httpProxy, noProxy });
  await request(`http://${host}:9/`, { dispatcher }).catch(() => undefined);
  return seen.length > 0 ? 'proxy' : 'direct';
};
const usual = 'localhost,127.0.0.1,::1';
console.log(`127.0.0.1 ${await wayTo('127.0.0.1', usual)} / ::1 ${await wayTo('[::1]', usual)} / [::1] ${await wayTo('[::1]', '[::1]')}`);
process.exit();
JS
got=$(node try.mjs)
want='127.0.0.1 direct / ::1 proxy / [::1] direct'
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
