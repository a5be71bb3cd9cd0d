import type { GatewayEvent } from '../models/gateway/gatewayOptions.ts';
import type { OptimizeEvent } from './events.ts';

/** What of the gateway's events a run reports; undefined for the rest. */
export function toOptimizeEvent(event: GatewayEvent): OptimizeEvent | undefined {
  if (event.type === 'adjusted') return { ...event, type: 'endpointAdjusted' };
  if (event.type === 'batch') return { ...event, type: 'batchReported' };
  if (event.type !== 'failure' || event.wait === null) return undefined;
  const { role, kind, status, wait: waitMs, isAskedFor, endpoint } = event;
  return { type: 'callRetried', role, kind, status, waitMs, isAskedFor, endpoint };
}
