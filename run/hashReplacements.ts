import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { toEmbeddingTransport, toTransport, Gateway, type SuppliedModels, type Transport } from '../models/index.ts';
import { listCheckModules } from './config/checkModules.ts';
import type { Config } from './config/loadConfig.ts';
import { createRunParts, type Replacements } from './createRunParts.ts';
import { hashText } from './describeModel.ts';
import { makeOverrides, type NodeOverrideFactory } from './nodeOverrides.ts';
import type { GivenData } from './givenData.ts';

/**
 * Digests by which a run's folder knows what its caller replaced. A model is known by its provider, name and parameters, a
 * node by the text of its function, a module of nodes by its own text; what a function closes over is not seen.
 */
export async function hashReplacements(
  config: Config,
  replacements: Replacements,
  data: GivenData,
): Promise<Record<string, string>> {
  const { models = {}, nodes } = replacements;
  return {
    ...Object.fromEntries(listTransports(models).map(([role, transport]) => [`models.${role}`, hashModel(transport)])),
    ...(nodes && hashNodes(config, replacements, nodes)),
    ...Object.fromEntries(
      listCheckModules(config.rewards.checks).map((file) => [
        `checks.${basename(file)}`,
        hashText(readFileSync(file, 'utf8')),
      ]),
    ),
    ...(nodes === undefined && config.nodes !== undefined && { nodes: hashText(readFileSync(config.nodes, 'utf8')) }),
    ...Object.fromEntries(Object.entries(data).map(([key, text]) => [key, hashText(text)])),
  };
}

const listTransports = ({ embeddings, ...models }: SuppliedModels): [string, Transport][] => [
  ...Object.entries(models).flatMap(([role, model]): [string, Transport][] => [[role, toTransport(model)]]),
  ...(embeddings ? [['embeddings', toEmbeddingTransport(embeddings)] satisfies [string, Transport]] : []),
];

const hashModel = ({ kind, endpoint, provider, model, params }: Transport): string =>
  hashText(JSON.stringify([kind, endpoint, provider, model, params]));

function hashNodes(config: Config, replacements: Replacements, make: NodeOverrideFactory): Record<string, string> {
  const { models, createNodes } = createRunParts(config, new Gateway(), { ...replacements, nodes: undefined });
  const overrides = makeOverrides(createNodes(), models, make);
  return Object.fromEntries(Object.entries(overrides).map(([name, node]) => [`nodes.${name}`, hashText(String(node))]));
}
