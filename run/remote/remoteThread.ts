import { z } from 'zod';
import { UserError } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';
import { RemoteError, formatErrorLine, type RemoteServer } from './connectServer.ts';
import { UsageBySession, type UsageReport } from './remoteUsage.ts';

/** What a folder keeps of a run at a server. */
const ThreadRecord = z.object({ url: z.string(), thread: z.string(), sessions: UsageBySession });

/** Milliseconds between writings of the accounts. */
const SAVE_INTERVAL_MS = 2000;

/** A run's thread at a server, as its folder knows it. The folder is locked by this process. */
export class RemoteThread {
  readonly id: string;
  /** Whether the server knew the thread before. */
  readonly isResumed: boolean;
  readonly sessions: UsageBySession;
  readonly #save: (kept: z.infer<typeof ThreadRecord>) => void;
  readonly #url: string;
  #lastSaveMs = 0;

  private constructor(
    kept: z.infer<typeof ThreadRecord>,
    known: boolean,
    save: (kept: z.infer<typeof ThreadRecord>) => void,
  ) {
    [this.id, this.isResumed, this.sessions, this.#url] = [kept.thread, known, kept.sessions, kept.url];
    this.#save = save;
  }

  /** The thread named in a file of the folder, else a new one. @throws UserError if the server does not know it */
  static async open({ client, url }: RemoteServer, folder: RunFolder, file = 'remote.json'): Promise<RemoteThread> {
    const save = (kept: z.infer<typeof ThreadRecord>): void => folder.write(file, kept);
    const before = ThreadRecord.safeParse(folder.readJson(file)).data;
    if (before) {
      await client.threads.get(before.thread).catch((error: unknown) => {
        throw toThreadError(error, before, url);
      });
      return new RemoteThread({ ...before, url }, true, save);
    }
    const { thread_id } = await client.threads.create({ metadata: { drpo: folder.path.split('/').at(-1) ?? '' } });
    const kept = { url, thread: thread_id, sessions: {} };
    save(kept);
    return new RemoteThread(kept, false, save);
  }

  /** Records the usage that the server's process reports; from time to time it is written to the file. */
  recordUsage({ session, tally, judged }: UsageReport): void {
    this.sessions[session] = { tally, judged };
    if (performance.now() - this.#lastSaveMs < SAVE_INTERVAL_MS) return;
    this.#lastSaveMs = performance.now();
    this.#persist();
  }

  /** Saves the usage. */
  close(): void {
    this.#persist();
  }

  #persist(): void {
    this.#save({ url: this.#url, thread: this.id, sessions: this.sessions });
  }
}

function toThreadError(error: unknown, { thread, url: former }: z.infer<typeof ThreadRecord>, url: string): Error {
  const status: unknown = Reflect.get(Object(error), 'status');
  if (status !== 404 && status !== 422)
    return new RemoteError(`--remote: ${url} did not answer: ${formatErrorLine(error)}`);
  return new UserError(
    `--remote: expected the server that this run was started at (${former}), got ${url}, which does not know its thread ${thread}; name that server, or start again with --fresh`,
  );
}
