import { Client } from 'langsmith';
import { addSecrets, redactSecrets } from '../../models/secrets.ts';
import { UserError } from '../../run/config/userError.ts';
import { SAFE_CLIENT_OPTIONS } from '../../run/tracing/clientOptions.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** A failure of LangSmith or of the network, in one line. */
class HubError extends Error {
  override name = 'CallFailedError';
}

/** Environment variables. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Does something at LangSmith; `flag` and `object` are what errors name. @throws UserError without a key, CallFailedError if LangSmith refuses */
export async function withLangSmith<T>(
  flag: string,
  object: string,
  env: Env,
  send: (client: Client) => Promise<T>,
): Promise<T> {
  const apiKey = env['LANGSMITH_API_KEY'] || env['LANGCHAIN_API_KEY'];
  if (!apiKey)
    throw new UserError(
      `${flag}: expected a key in the environment variable LANGSMITH_API_KEY, which is not set; set it`,
    );
  addSecrets([apiKey]);
  const apiUrl = env['LANGSMITH_ENDPOINT'] || env['LANGCHAIN_ENDPOINT'];
  const client = new Client({
    ...SAFE_CLIENT_OPTIONS,
    apiKey,
    ...(apiUrl && { apiUrl }),
    callerOptions: { maxRetries: 1 },
  });
  try {
    return await send(client);
  } catch (error) {
    const [line = ''] = getErrorMessage(error).split('\n');
    throw new HubError(`LangSmith refused ${object}: ${redactSecrets(line)}`, { cause: error });
  }
}
