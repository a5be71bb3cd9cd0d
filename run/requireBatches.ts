import { resolveEndpoint } from '../models/endpointAccess.ts';
import { createOpenAIBatches } from '../models/openai/openaiBatches.ts';
import { BUDGETED_ROLES, type BudgetedRole, type Role } from '../models/roles.ts';
import type { ResolvedModel } from '../models/settings.ts';
import { getErrorMessage } from '../state/failure.ts';
import type { Config } from './config/loadConfig.ts';
import { UserError } from './config/userError.ts';
import type { Screen } from './progress.ts';

/** `--batch`: the roles whose requests go in batches, separated by commas, or true for all that are asked. */
export type BatchChoice = string | true | undefined;

/** A model, and its place in the config. */
type PlacedModel = readonly [path: string, ResolvedModel];

/**
 * The roles whose requests go in batches. Each of their endpoints is asked whether it has batches.
 * @param configs of all that is evaluated @param asked the roles that the command asks
 * @throws UserError if an endpoint has no batches, or a role is not asked
 */
export async function requireBatches(
  configs: readonly Config[],
  choice: BatchChoice,
  asked: readonly BudgetedRole[],
  screen: Screen | null,
): Promise<ReadonlySet<Role>> {
  if (choice === undefined) return new Set();
  const roles = choice === true ? asked : parseRoles(choice, asked);
  const faults = new Map<string, Promise<string | null>>();
  const findFaults = async (role: BudgetedRole): Promise<string[]> => {
    const found = configs
      .flatMap((config) => listModels(config, role))
      .map(async ([path, model]) => {
        const key = JSON.stringify([model.provider, model.baseUrl, model.apiKeyEnv]);
        const fault = faults.get(key) ?? findFault(model);
        faults.set(key, fault);
        const text = await fault;
        return text === null ? [] : [`${path}, ${text}`];
      });
    return [...new Set((await Promise.all(found)).flat())];
  };
  const byRole = await Promise.all(roles.map(async (role) => [role, await findFaults(role)] as const));
  const lacking = byRole.flatMap(([, texts]) => texts);
  if (lacking.length > 0) {
    const fine = byRole.flatMap(([role, texts]) => (texts.length === 0 ? [role] : []));
    const hint = fine.length > 0 ? `write --batch ${fine.join(',')}` : 'leave it out';
    throw new UserError(`--batch: expected endpoints with batches, got ${lacking.join('; ')}; ${hint}`);
  }
  for (const note of describeBatchPrices(configs, roles)) screen?.write(`${note}\n`);
  return new Set(roles);
}

function parseRoles(text: string, asked: readonly BudgetedRole[]): BudgetedRole[] {
  return text.split(',').map((name) => {
    const role = BUDGETED_ROLES.find((one) => one === name.trim());
    if (role && asked.includes(role)) return role;
    throw new UserError(
      `--batch: expected roles that are asked here (${asked.join(', ')}), got ${JSON.stringify(name)}`,
    );
  });
}

function listModels({ models, judge }: Config, role: BudgetedRole): PlacedModel[] {
  const own = models[role];
  const panel = role === 'judge' ? judge.panel.map((model, i) => [`judge.panel.${i}`, model] as const) : [];
  return [...(own ? [[`models.${role}`, own] as const] : []), ...panel];
}

/** Why a model's requests cannot go in batches; null if they can. */
async function findFault(model: ResolvedModel): Promise<string | null> {
  if (model.provider !== 'openai') return `a model of the provider "${model.provider}", of which drpo sends no batches`;
  const settings = resolveEndpoint(model, process.env);
  try {
    await createOpenAIBatches(settings, '/v1/chat/completions').check();
    return null;
  } catch (error) {
    return `whose endpoint ${settings.baseUrl} does not list batches (${getErrorMessage(error).split('\n')[0]})`;
  }
}

/** How batches are counted where no price for them is known. */
export function describeBatchPrices(configs: readonly Config[], roles: readonly BudgetedRole[]): string[] {
  const models = configs.flatMap((config) => roles.flatMap((role) => listModels(config, role)));
  const notes = models.flatMap(([path, { model, price }]) =>
    price && !price.batch
      ? [
          `${path} (${model}): no price of batches is known, so they are counted at the full price. ${path}.price.batch sets it.`,
        ]
      : [],
  );
  return [...new Set(notes)];
}
