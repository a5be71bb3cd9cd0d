import type { RoleModel } from './roleModel.ts';
import type { FailedAttempt } from './retry.ts';

/** The failure in one line, free of keys. */
export function describeFailure({ role, transport }: RoleModel, fault: FailedAttempt, attempt: number): string {
  const who = `${role} (model ${transport.model} at ${transport.endpoint})`;
  const said = redactSecrets(fault.message, transport.secrets ?? []);
  const attempts = attempt > 0 ? ` (after ${attempt + 1} attempts)` : '';
  if (fault.status !== undefined) return `${who} answered ${fault.status}: ${said}${attempts}`;
  if (fault.kind === 'timeout') return `${who} did not answer in time: ${said}${attempts}`;
  return `${who} ${fault.kind === 'connection' ? 'gave no answer' : 'failed'}: ${said}${attempts}`;
}

/** What to look at after a failure that concerns the whole role. */
export function suggestFix({ transport }: RoleModel, { kind }: FailedAttempt): string {
  const key = transport.keyName ? `the key in ${transport.keyName}` : 'whether it wants a key (apiKeyEnv)';
  if (kind === 'auth') return `check ${key}`;
  return kind === 'quota' ? 'check the account’s credit' : 'check the model’s name and baseUrl';
}

const redactSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .reduce((out, s) => (s === '' ? out : out.replaceAll(s, '[key]')), text)
    .replace(/Bearer\s+[^\s"',]+/gi, 'Bearer [key]');
