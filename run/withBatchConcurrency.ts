import type { Role } from '../models/index.ts';
import type { Config } from './config/loadConfig.ts';

/** The settings with which everything is asked at the same time if requests go in batches. The gateway still limits what is sent directly. */
export const withBatchConcurrency = <C extends Pick<Config, 'concurrency'>>(
  config: C,
  batched?: ReadonlySet<Role>,
): C => (batched?.size ? { ...config, concurrency: Infinity } : config);
