import type { z } from 'zod';
import { describeIssues } from './describeIssues.ts';

/** Describes the faults of a base model that flags name, one line each, by their flags. It shows no key. */
export const describeBaseFaults = (error: z.ZodError, schema: z.ZodType, input: unknown): string[] => [
  ...new Set(
    describeIssues(error, schema, input, '--base').map((line) =>
      line
        .replace(/^(models\.)?(base|optimizer)\.apiKeyEnv(?=:)/, '--key-env')
        .replace(/^(models\.)?(base|optimizer)(\.(model|baseUrl|provider))?(?=:)/, '--base'),
    ),
  ),
];
