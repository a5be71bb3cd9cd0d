import type { Session } from './session.ts';
import { stopOnSignal } from './stopRun.ts';

/** Works in a session that Ctrl-C stops gently. A failure is noted for the next session, and the session is closed in any case. */
export async function runInSession<T>(session: Session, work: () => T | Promise<T>): Promise<T> {
  const release = stopOnSignal(session.gateway);
  try {
    return await work();
  } catch (error) {
    await session.recordFailure(error);
    throw error;
  } finally {
    release();
    await session.close();
  }
}
