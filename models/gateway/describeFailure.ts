import type { FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';

/** A failed call in one line: role, model, address, failure. Keys are replaced by "[key]". */
export function describeFailure({ role, transport }: RoleModel, failure: FailedAttempt, attempt: number): string {
  const model = `${role} (model ${transport.model} at ${transport.endpoint})`;
  const attempts = attempt > 0 ? ` (after ${attempt + 1} attempts)` : '';
  if (failure.status !== undefined) return `${model} answered ${failure.status}: ${failure.message}${attempts}`;
  if (failure.kind === 'timeout') return `${model} did not answer in time: ${failure.message}${attempts}`;
  return `${model} ${failure.kind === 'connection' ? 'cannot be reached' : 'failed'}: ${failure.message}${attempts}`;
}

/** A refusal that ends the run, with the parameters. */
export function describeRefusal(
  model: RoleModel,
  failure: FailedAttempt,
  names: readonly string[],
  attempt: number,
): string {
  const failed = describeFailure(model, failure, attempt);
  const { output } = model.transport;
  if (output === 'json_schema' || output === 'json_object')
    return `${failed}; the endpoint refuses the output "${output}"; set models.${model.role}.output to "auto" or "text"`;
  const sent = names.map((name) => (name === 'system' || name === 'developer' ? `the ${name} role` : name)).join(', ');
  return `${failed}; the endpoint refuses ${sent}, which the preset "reference" always sends, because its result depends on it; use the preset "default" or another model`;
}

/** What a base model without a chat template is to be asked through. */
export const describeMissingTemplate = ({ role, transport }: RoleModel, text: string): string =>
  `${role} (model ${transport.model} at ${transport.endpoint}) has no chat template: its answers begin with the template's own marks (${JSON.stringify(text.trim().slice(0, 20))}); set models.base.api to "completions", or use a chat model`;

/** A wait that ends the run. `now`: milliseconds since 1970. */
export function describeLongWait(model: RoleModel, failure: FailedAttempt, attempt: number, now: number): string {
  const { retryAfterMs = 0 } = failure;
  const end = new Date(now + retryAfterMs);
  const hours = +(retryAfterMs / 3_600_000).toFixed(1);
  const until = Number.isNaN(end.getTime()) ? '' : ` until ${end.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${describeFailure(model, failure, attempt)}; the endpoint asks to wait${until} (${hours} hours), and a run waits an hour at most; run the same command again then`;
}

/** What to do about a failure that every call of the role will meet. */
export function suggestFix({ transport }: RoleModel, { kind, message }: FailedAttempt): string {
  const [proxyVariable] = /\bHTTPS?_PROXY\b/.exec(message) ?? [];
  if (proxyVariable !== undefined) return `check ${proxyVariable}`;
  if (kind === 'quota') return 'check the credit of your account there';
  if (kind === 'content-filter') return 'check the filter of your account there, or use other queries';
  if (kind === 'context-overflow') return 'shorten prompt, queries and examples, or give the model a larger context';
  if (kind === 'empty') return 'check the model, its maxTokens and its chat template';
  if (kind !== 'auth') return 'check model and baseUrl in the config';
  if (transport.keyName) return `check the key in the environment variable ${transport.keyName}`;
  return transport.secrets?.length
    ? 'check the environment variables that its headers and query name'
    : 'if the endpoint needs a key, name its environment variable in apiKeyEnv';
}
