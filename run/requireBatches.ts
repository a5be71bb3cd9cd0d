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
 * @param asked the roles that the command asks @throws UserError if an endpoint has none, or a role is not asked
 */
export async function requireBatches(
  config: Config,
  choice: BatchChoice,
  asked: readonly BudgetedRole[],
  screen: Screen | null,
): Promise<ReadonlySet<Role>> {
  if (choice === undefined) return new Set();
  const roles = choice === true ? asked : parseRoles(choice, asked);
  const placed = roles.flatMap((role) => listModels(config, role));
  const faults = await Promise.all(placed.map(async ([path, model]) => [path, await findFault(model)] as const));
  const lacking = faults.flatMap(([path, fault]) => (fault === null ? [] : [`${path}, ${fault}`]));
  if (lacking.length > 0) {
    const isFine = (role: BudgetedRole): boolean =>
      listModels(config, role).every(([path]) => faults.some(([p, fault]) => p === path && fault === null));
    const fine = roles.filter(isFine);
    const hint = fine.length > 0 ? `write --batch ${fine.join(',')}` : 'leave it out';
    throw new UserError(`--batch: expected endpoints with batches, got ${lacking.join('; ')}; ${hint}`);
  }
  for (const note of describeBatchPrices(config, roles)) screen?.write(`${note}\n`);
  return new Set(roles);
}

function parseRoles(text: string, asked: readonly BudgetedRole[]): BudgetedRole[] {
  return text.split(',').map((name) => {
    const role = BUDGETED_ROLES.find((one) => one === name.trim());
    if (role && asked.includes(role)) return role;
    throw new UserError(`--batch: expected roles that are asked here (${asked.join(', ')}), got ${JSON.stringify(name)}`);
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
export const describeBatchPrices = (config: Config, roles: readonly BudgetedRole[]): string[] =>
  roles.flatMap((role) =>
    listModels(config, role).flatMap(([path, { model, price }]) =>
      price && !price.batch
        ? [`${path} (${model}): no price of batches is known, so they are counted at the full price; ${path}.price.batch sets one.`]
        : [],
    ),
  );
