import { z } from 'zod';
import { lock } from '../../models/cache/fileLock.ts';
import { UserFault } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';
import { RemoteFailed, said, type Remote } from './connectServer.ts';
import { Sessions, type Usage } from './remoteUsage.ts';

/** What a folder keeps of a run at a server. */
const Kept = z.object({ url: z.string(), thread: z.string(), sessions: Sessions });

/** Milliseconds between writings of the accounts. */
const SAVED_MS = 2000;

/** A run's thread at a server, as its folder knows it. The folder is this process's until it is closed. */
export class RemoteThread {
  readonly id: string;
  /** Whether the server knew the thread before. */
  readonly known: boolean;
  readonly sessions: Sessions;
  readonly #save: (kept: z.infer<typeof Kept>) => void;
  readonly #url: string;
  readonly #release: () => void;
  #saved = 0;

  private constructor(
    kept: z.infer<typeof Kept>,
    known: boolean,
    { save, release }: { save: (kept: z.infer<typeof Kept>) => void; release: () => void },
  ) {
    [this.id, this.known, this.sessions, this.#url] = [kept.thread, known, kept.sessions, kept.url];
    [this.#save, this.#release] = [save, release];
  }

  /** The thread named in a file of the folder, else a new one. @throws UserFault where the server does not know it */
  static async open({ client, url }: Remote, folder: RunFolder, file = 'remote.json'): Promise<RemoteThread> {
    const release = lock(folder.file(file), `the run folder ${folder.path}`);
    const save = (kept: z.infer<typeof Kept>): void => folder.write(file, kept);
    try {
      const before = Kept.safeParse(folder.readJson(file)).data;
      if (before) {
        await client.threads.get(before.thread).catch((error: unknown) => {
          throw notThere(error, before, url);
        });
        return new RemoteThread({ ...before, url }, true, { save, release });
      }
      const { thread_id } = await client.threads.create({ metadata: { drpo: folder.path.split('/').at(-1) ?? '' } });
      const kept = { url, thread: thread_id, sessions: {} };
      save(kept);
      return new RemoteThread(kept, false, { save, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Enters what the server's process tells; now and then it is written down too. */
  enter({ session, tally, judged }: Usage): void {
    this.sessions[session] = { tally, judged };
    if (performance.now() - this.#saved < SAVED_MS) return;
    this.#saved = performance.now();
    this.#keep();
  }

  /** Writes what is known down and gives the folder back. */
  close(): void {
    this.#keep();
    this.#release();
  }

  #keep(): void {
    this.#save({ url: this.#url, thread: this.id, sessions: this.sessions });
  }
}

function notThere(error: unknown, { thread, url: former }: z.infer<typeof Kept>, url: string): Error {
  const status: unknown = Reflect.get(Object(error), 'status');
  if (status !== 404 && status !== 422) return new RemoteFailed(`--remote: ${url} did not answer: ${said(error)}`);
  return new UserFault(
    `--remote: expected the server this run was begun at (${former}), got ${url}, which does not know its thread ${thread}; name that server, or --fresh to begin anew`,
  );
}
