import type { Player } from './roleModel.ts';
import type { Fault } from './retry.ts';

/** The failure in one line, free of keys. */
export function describe({ role, transport }: Player, fault: Fault, attempt: number): string {
  const who = `${role} (model ${transport.model} at ${transport.endpoint})`;
  const said = redact(fault.message, transport.secrets ?? []);
  const attempts = attempt > 0 ? ` (after ${attempt + 1} attempts)` : '';
  if (fault.status !== undefined) return `${who} answered ${fault.status}: ${said}${attempts}`;
  if (fault.kind === 'timeout') return `${who} did not answer in time: ${said}${attempts}`;
  return `${who} ${fault.kind === 'connection' ? 'gave no answer' : 'failed'}: ${said}${attempts}`;
}

/** What to look at after a failure that concerns the whole role. */
export function advice({ transport }: Player, { kind }: Fault): string {
  const key = transport.keyName ? `the key in ${transport.keyName}` : 'whether it wants a key (apiKeyEnv)';
  if (kind === 'auth') return `check ${key}`;
  return kind === 'quota' ? 'check the account’s credit' : 'check the model’s name and baseUrl';
}

const redact = (text: string, secrets: readonly string[]): string =>
  secrets
    .reduce((out, s) => (s === '' ? out : out.replaceAll(s, '[key]')), text)
    .replace(/Bearer\s+[^\s"',]+/gi, 'Bearer [key]');
