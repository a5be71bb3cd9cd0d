import { toAdjustment } from '../../models/cache/usageTotals.ts';
import { EndpointAdjustments, type ModelName } from '../../models/gateway/endpointAdjustments.ts';
import { applyAdjustments, listParameters, listTexts } from '../../models/openai/applyAdjustments.ts';
import { findRefusedParameters } from '../../models/refusedParameters.ts';
import { describeAdjustment } from '../../run/progress.ts';
import { forwardRequest } from './forwardRequest.ts';
import type { Upstream } from './upstreamModels.ts';

/** Requests that are sent again at most, each without another refused parameter. */
const MAX_REFUSALS = 6;

/** Sends a chat to the base model. `own`: the parameters that the client did not choose. */
export type Forwarder = (
  upstream: Upstream,
  body: Record<string, unknown>,
  own: readonly string[],
  signal: AbortSignal,
) => Promise<Response>;

/**
 * Creates a forwarder that sends a refused chat again without what drpo added to it, or with that under another name. What the
 * client chose is left as it is, so the client gets the error. `log` gets one line for each such parameter.
 */
export function createForwarder(log: (line: string) => void): Forwarder {
  const adjustments = new EndpointAdjustments();
  const learn = (base: ModelName, names: readonly string[]): boolean => {
    const planned = names.flatMap((name) => adjustments.plan(base, name, false) ?? []);
    for (const adjustment of planned) {
      adjustments.add(adjustment);
      log(describeAdjustment({ type: 'endpointAdjusted', ...toAdjustment(adjustment), model: adjustment.model }));
    }
    return planned.length > 0;
  };
  return async (upstream, body, own, signal) => {
    const base: ModelName = { role: 'base', transport: { model: upstream.model, endpoint: upstream.url } };
    const whole = { ...upstream.extraBody, ...body };
    for (let refusals = 0; ; refusals++) {
      const sent = applyAdjustments(whole, adjustments.getSnapshot(base));
      const response = await forwardRequest(upstream, '/chat/completions', sent, signal);
      if (response.ok || refusals >= MAX_REFUSALS) return response;
      const { status, headers } = response;
      const message = await response.text();
      const keys = listParameters(sent).filter((key) => ['system', 'developer', ...own].includes(key));
      const names = findRefusedParameters({ status, message }, keys, listTexts(sent))?.names ?? [];
      if (!learn(base, names)) return new Response(message, { status, headers });
    }
  };
}
