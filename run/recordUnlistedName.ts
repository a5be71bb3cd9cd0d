import type { GatewayEvent } from '../models/index.ts';
import type { OptimizeEventHandler } from './events.ts';
import type { RunFolder } from './runFolder.ts';

const CODE = 'model-not-listed';
/** Names that the warning shows. */
const MAX_NAMES_SHOWN = 8;

/** Writes into a run's events that an endpoint does not list a model's name, and reports it once. */
export function recordUnlistedName(
  { role, model, endpoint, listed }: Extract<GatewayEvent, { type: 'unlisted' }>,
  folder: Pick<RunFolder, 'events'>,
  onEvent: OptimizeEventHandler | undefined,
): void {
  const more = listed.length > MAX_NAMES_SHOWN ? `, … (${listed.length})` : '';
  const names = `${listed.slice(0, MAX_NAMES_SHOWN).join(', ')}${more}`;
  const text = `${role}: ${endpoint} does not list the model "${model}", which it answered for; it lists ${names}. Check the name.`;
  try {
    if (!folder.events.append({ id: `${CODE}/${role}`, kind: 'warning', what: text })) return;
  } catch {
    // the warning is shown even if the folder cannot be written
  }
  void onEvent?.({ type: 'warningRaised', code: CODE, text });
}
