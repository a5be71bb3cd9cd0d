import type { StoredAdjustment } from '../cache/storedRecord.ts';
import type { ParameterAdjustments } from '../transport.ts';
import type { RoleModel } from './roleModel.ts';

/** The other name of a parameter, for endpoints that refuse the first. `user`: the prompt precedes the first user message. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
  system: 'developer',
  developer: 'user',
};

/** The parameter `n` with a value above 1; `n: 1` may be accepted. */
export const SEVERAL_COMPLETIONS = 'n > 1';

interface ModelAdjustments {
  /** How each refused parameter is sent; null if it is left out. */
  sentAs: Map<string, string | null>;
  /** Every name that was refused. */
  refused: Set<string>;
  /** Whether several completions may be refused, until a request for one shows it. */
  suspectsSeveral: boolean;
}

/** What the endpoint of each role refused, and what is sent instead. */
export class EndpointAdjustments {
  readonly #byModel = new Map<string, ModelAdjustments>();

  /** How a model's refused parameters are sent; unchanged by later refusals. */
  getSnapshot(model: RoleModel): ParameterAdjustments {
    return new Map(this.#byModel.get(toKey(model))?.sentAs);
  }

  /** Adds an adjustment that this session or an earlier one recorded. */
  add({ role, model, endpoint, parameter, sentAs }: StoredAdjustment): void {
    const entry = this.#getEntry({ role, transport: { model, endpoint } });
    entry.refused.add(entry.sentAs.get(parameter) ?? parameter);
    entry.sentAs.set(parameter, sentAs);
  }

  /**
   * The adjustment after a refusal; null if the name was refused before. `isTooLarge`: not the name was refused but the
   * value, which no other name changes.
   */
  plan({ role, transport }: RoleModel, name: string, isTooLarge: boolean): StoredAdjustment | null {
    const { model, endpoint } = transport;
    const { sentAs, refused } = this.#getEntry({ role, transport });
    if (refused.has(name)) return null;
    const parameter = [...sentAs].find(([, sent]) => sent === name)?.[0] ?? name;
    const successor = isTooLarge && name.startsWith('max_') ? undefined : SUCCESSORS[name];
    const isNew = successor !== undefined && successor !== parameter;
    return { role, model, endpoint, parameter, sentAs: isNew ? successor : null };
  }

  /** Whether several completions are requested one by one. */
  isSplit(model: RoleModel): boolean {
    const entry = this.#byModel.get(toKey(model));
    return (
      entry !== undefined && (entry.suspectsSeveral || entry.sentAs.has('n') || entry.sentAs.has(SEVERAL_COMPLETIONS))
    );
  }

  /** Notes that a request for several completions failed, perhaps only because of their number. */
  suspectSeveral(model: RoleModel, suspects = true): void {
    this.#getEntry(model).suspectsSeveral = suspects;
  }

  #getEntry(model: ModelName): ModelAdjustments {
    const key = toKey(model);
    const entry = this.#byModel.get(key) ?? { sentAs: new Map(), refused: new Set(), suspectsSeveral: false };
    this.#byModel.set(key, entry);
    return entry;
  }
}

type ModelName = Pick<RoleModel, 'role'> & { transport: Pick<RoleModel['transport'], 'model' | 'endpoint'> };

const toKey = ({ role, transport: { model, endpoint } }: ModelName): string => `${role} ${model} ${endpoint}`;
