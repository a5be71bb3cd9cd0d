import type { ServerType } from '@hono/node-server';
import { once } from 'node:events';
import { UserError } from '../run/config/userError.ts';

/** Resolves when a server listens. @throws UserError that names the flag if the port cannot be used */
export async function waitUntilListening(
  server: ServerType,
  port: number,
  host: string,
  flag = '--port',
): Promise<void> {
  try {
    server.listen(port, host.replaceAll(/[[\]]/g, ''));
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(
      `${flag}: expected a free port at an address of this machine, got ${host}:${port} (${code}); choose another`,
    );
  }
}

/** Takes no more requests and waits at most `grace` milliseconds for those in flight. */
export async function closeGracefully(server: ServerType, grace: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const graceTimer = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), grace);
  await closed;
  clearTimeout(graceTimer);
}
