// Checked by `npm run types`: each line after `@ts-expect-error` must not compile.
import type { z } from 'zod';
import type { OptimizeConfig } from '../../index.ts';
import type { ConfigInput } from '../../run/config/loadConfig.ts';
import type { GuardSettings } from '../../run/config/presets.ts';
import type { StrategySettings } from '../../run/config/strategySettings.ts';

/** A type with all keys, without undefined. */
type Complete<T> = T extends readonly (infer Item)[]
  ? Complete<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Complete<Exclude<T[Key], undefined>> }
    : T;
type Same<A, B> = [Complete<A>] extends [Complete<B>] ? ([Complete<B>] extends [Complete<A>] ? true : never) : never;

/** What the schema of config files accepts; texts that stand for objects are typed in the interface alone. */
type Written = Required<z.input<typeof ConfigInput>>;
type Config = Required<OptimizeConfig>;
type ReadElsewhere = 'models' | 'search' | 'judge';

/** The interface of a config has the keys and values of its schema. */
export const plainKeys: Same<Omit<Config, ReadElsewhere>, Omit<Written, ReadElsewhere>> = true;
type Search = Exclude<Config['search'], undefined>;
type WrittenSearch = Exclude<Written['search'], undefined>;
type SearchTexts = 'strategy' | 'guards';
export const searchKeys: Same<Omit<Search, SearchTexts>, Omit<WrittenSearch, SearchTexts>> = true;
export const allSearchKeys: Same<keyof Search, keyof WrittenSearch> = true;
export const strategies: Same<Extract<Search['strategy'], object>, z.output<typeof StrategySettings>> = true;
export const guards: Same<Extract<Search['guards'], object>, z.output<typeof GuardSettings>> = true;
type WrittenJudge = Exclude<Written['judge'], undefined>;
type JudgeTexts = 'panel' | 'instructions';
export const judgeKeys: Same<Omit<Config['judge'], JudgeTexts>, Omit<WrittenJudge, JudgeTexts>> = true;
export const allJudgeKeys: Same<keyof Config['judge'], keyof WrittenJudge> = true;

// @ts-expect-error -- the key is named beamWidth
export const wrongKey: OptimizeConfig = { search: { beamwidth: 2 } };

// @ts-expect-error -- greedy has no iterations
export const wrongStrategy: OptimizeConfig = { search: { strategy: { name: 'greedy', iterations: 2 } } };

// @ts-expect-error -- a role is one of five
export const wrongModel: OptimizeConfig = { models: { optimizer: 'simulated', critic: 'simulated' } };
