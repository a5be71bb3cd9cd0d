// A forward proxy that notes what it was asked for: absolute addresses for http, CONNECT for https.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface RecordingProxy {
  /** http://127.0.0.1:PORT */
  url: string;
  port: number;
  /** "POST http://host/v1" or "CONNECT host:443", with the credentials in front if there were any. */
  seen: string[];
  /** Refuses everything with this status; null hands on. */
  refusal: number | null;
  close: () => void;
}

/** Starts a proxy. `hosts`: where names lead that no resolver knows. */
export async function startRecordingProxy(hosts: Readonly<Record<string, string>> = {}): Promise<RecordingProxy> {
  const sockets = new Set<Duplex>();
  const note = (req: IncomingMessage): void => {
    const { 'proxy-authorization': credentials } = req.headers;
    proxy.seen.push(`${credentials === undefined ? '' : `${credentials} `}${req.method} ${req.url}`);
  };
  const server = createServer((req, res) => {
    note(req);
    if (proxy.refusal === null) forward(req, res, hosts);
    else res.writeHead(proxy.refusal, { 'proxy-authenticate': 'Basic' }).end('<html>refused</html>');
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (req: IncomingMessage, client: Duplex) => {
    note(req);
    client.on('error', () => undefined);
    if (proxy.refusal !== null) {
      client.end(`HTTP/1.1 ${proxy.refusal} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${req.url}`);
    const upstream = connect(Number(port), hosts[hostname] ?? hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const proxy: RecordingProxy = { url: `http://127.0.0.1:${port}`, port, seen: [], refusal: null, close };
  return proxy;
}

function forward(req: IncomingMessage, res: ServerResponse, hosts: Readonly<Record<string, string>>): void {
  const { hostname, port, pathname, search } = new URL(req.url ?? '');
  const target = { host: hosts[hostname] ?? hostname, port, path: pathname + search };
  const outgoing = request({ ...target, method: req.method, headers: req.headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
  });
  outgoing.on('error', () => res.destroy());
  req.pipe(outgoing);
}
