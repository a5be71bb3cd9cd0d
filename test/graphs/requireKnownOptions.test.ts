import { expect, it } from '@jest/globals';
import { drpo, rewriteExamples, searchSystemPrompt } from '../../graphs/index.ts';
import { paperNodes } from '../../nodes/index.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';

const nodes = paperNodes(createSimulatedModels());
/** Options as plain JavaScript passes them. */
const untyped = (options: unknown): object => Object(options);

it('a misspelt option is an error that names the one that was meant', () => {
  const meant = 'options.beamwidth: unknown option. Did you mean beamWidth?';
  expect(() => drpo(nodes, untyped({ beamwidth: 2 }))).toThrow(meant);
  expect(() => searchSystemPrompt(nodes, untyped({ beamwidth: 2 }))).toThrow(meant);
  expect(() => rewriteExamples(nodes, untyped({ rewriterounds: 2 }))).toThrow('Did you mean rewriteRounds?');
  expect(() => drpo(nodes, untyped({ nonsense: 1, final: { candidate: 2 } }))).toThrow(
    /final\.candidate[^]*options\.nonsense/,
  );
});

it('a value out of its range is an error that shows it', () => {
  expect(() => drpo(nodes, { beamWidth: 0 })).toThrow(/^options\.beamWidth: .*>=1, got 0$/);
  expect(() => drpo(nodes, { keepPromptAbove: 7 })).toThrow(/^options\.keepPromptAbove: .*<=5, got 7$/);
  expect(() => drpo(nodes, untyped({ rankBy: 'luck' }))).toThrow(
    /^options\.rankBy: .*"estimate"\|"value", got "luck"$/,
  );
});
