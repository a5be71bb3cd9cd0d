import type { FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';

/** Names of an endpoint's models that an error shows. */
const MAX_NAMES_SHOWN = 8;

/** The failure of a model that is not there, with the names of those that are. */
export async function addListedNames({ transport }: RoleModel, failure: FailedAttempt): Promise<FailedAttempt> {
  const isUnknown = failure.status === 404 && /\bmodel\b/i.test(failure.message);
  const listed = isUnknown ? ((await transport.listModels?.()) ?? []) : [];
  if (listed.length === 0) return failure;
  const names = listed.slice(0, MAX_NAMES_SHOWN).join(', ');
  return { ...failure, message: `${failure.message}; the endpoint lists ${names}` };
}
