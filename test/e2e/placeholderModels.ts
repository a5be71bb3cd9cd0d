import type { LanguageRole } from '../../models/roles.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';
import { serve } from '../models/fake.ts';
import { getWireMessages, simulateChat } from '../run/strictServer.ts';

/** The first words of a request that tell which role it asks. All others ask the base model. */
const BEGINNINGS: readonly (readonly [LanguageRole, RegExp])[] = [
  ['reward', /^You are an impartial judge\. /],
  ['judge', /^You are an? (impartial judge of|strict critic|fair and generous judge)/],
  ['optimizer', /^You (improve|write model answers)/],
];

/** Starts a server at which any model's name is answered by the simulated model of the role that the request asks. */
export async function servePlaceholderModels(): Promise<string> {
  const models = createSimulatedModels();
  const { url } = await serve(({ path, body }) => {
    if (path.endsWith('/models')) return { object: 'list', data: [{ id: 'placeholder', object: 'model' }] };
    const asked = getWireMessages(body)[0]?.content ?? '';
    const [role] = BEGINNINGS.find(([, words]) => words.test(asked)) ?? ['base' as const];
    return simulateChat(models[role], body);
  });
  return url;
}
