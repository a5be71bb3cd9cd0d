/** A batch as its endpoint describes it. */
export interface BatchState {
  id: string;
  /** "refused": none of its requests was sent to the model. "ended": nothing more happens, also after it expired or was cancelled. */
  status: 'running' | 'ended' | 'refused';
  /** Requests that were answered, and that failed. */
  answered: number;
  failed: number;
  /** The files with its results, which are in no order. */
  files: readonly string[];
  /** When the provider gives up, in milliseconds since 1970. */
  expiresAt: number;
  /** Why it was refused. */
  reason?: string;
}

/** One request of a batch: the body that would be sent directly, and the key under which its answer is stored. */
export interface BatchRow {
  key: string;
  body: object;
}

/** What a batch has for one of its requests: a status with a body, or why the request was not sent. */
export type RowResult = { status: number; body: unknown } | { reason: string };

/** The batches of an endpoint. All methods throw the errors of its client. A signal cancels what changes nothing at the endpoint. */
export interface BatchEndpoint {
  /** Throws if the endpoint has no batches. */
  check(): Promise<void>;
  /** Keeps a file of requests at the endpoint, which costs nothing. Returns its id. */
  upload(rows: readonly BatchRow[], signal?: AbortSignal): Promise<string>;
  /** Starts a batch. `name`: a name of ours, by which it is found. */
  create(file: string, name: string): Promise<BatchState>;
  /** The batch of a file or a name; null if there is none. */
  find(file: string, name: string, signal?: AbortSignal): Promise<BatchState | null>;
  get(id: string, signal?: AbortSignal): Promise<BatchState>;
  /** The results in a file, by the keys of the requests. */
  download(file: string, signal?: AbortSignal): Promise<[key: string, RowResult][]>;
  /** The body of an answer. Throws what a request sent directly would throw. */
  readResult(result: RowResult): unknown;
}
