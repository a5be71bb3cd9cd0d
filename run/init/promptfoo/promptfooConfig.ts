import { z } from 'zod';

const Values = z.record(z.string(), z.unknown());

/** An assertion of promptfoo. */
export const PromptfooAssertion = z.looseObject({
  type: z.string(),
  value: z.unknown().optional(),
  threshold: z.number().optional(),
  weight: z.number().optional(),
  metric: z.string().optional(),
  transform: z.unknown().optional(),
  config: z.unknown().optional(),
});
export type PromptfooAssertion = z.infer<typeof PromptfooAssertion>;

/** An assertion, or several that pass together. */
export const PromptfooAssertions = z.array(
  PromptfooAssertion.extend({ assert: z.array(PromptfooAssertion).optional() }),
);

/** A test of promptfoo. */
export const PromptfooTest = z.looseObject({
  description: z.string().optional(),
  vars: z.union([Values, z.string(), z.array(z.string())]).nullish(),
  assert: PromptfooAssertions.nullish(),
  threshold: z.number().optional(),
  options: z
    .looseObject({ disableVarExpansion: z.boolean().optional(), disableDefaultAsserts: z.boolean().optional() })
    .nullish(),
  metadata: Values.nullish(),
});
export type PromptfooTest = z.infer<typeof PromptfooTest>;

const Scenario = z.looseObject({ config: z.array(PromptfooTest), tests: z.array(PromptfooTest).optional() });

/** A config of promptfoo: what of it is read. The other keys are listed as unmapped. */
export const PromptfooConfig = z.looseObject({
  description: z.string().optional(),
  prompts: z.unknown().optional(),
  providers: z.unknown().optional(),
  targets: z.unknown().optional(),
  tests: z.union([z.string(), z.array(z.union([z.string(), PromptfooTest]))]).nullish(),
  scenarios: z.array(Scenario).nullish(),
  defaultTest: z.union([z.string(), PromptfooTest]).nullish(),
});
export type PromptfooConfig = z.infer<typeof PromptfooConfig>;

/** Keys of a config and of a test that are read, or that say nothing about what is asked and how it is scored. */
export const READ_KEYS: Readonly<Record<'config' | 'test' | 'options', ReadonlySet<string>>> = {
  config: new Set([
    '$schema',
    'description',
    'prompts',
    'providers',
    'targets',
    'tests',
    'scenarios',
    'defaultTest',
    'outputPath',
    'sharing',
    'evaluateOptions',
    'commandLineOptions',
    'tags',
    'metadata',
    'assertionTemplates',
  ]),
  test: new Set(['description', 'vars', 'assert', 'threshold', 'options', 'metadata']),
  options: new Set(['disableVarExpansion', 'disableDefaultAsserts', 'provider', 'repeat']),
};

/** Keys of a test that change its output before it is scored, or what is sent. Such a test is left out. */
export const CHANGING_KEYS: ReadonlySet<string> = new Set([
  'transform',
  'postprocess',
  'transformVars',
  'prefix',
  'suffix',
  'providerOutput',
  'assertScoringFunction',
  'provider',
]);
