import { expect, it } from '@jest/globals';
import { drpo, rewriteExamples } from '../../graphs/index.ts';
import { paperNodes } from '../../nodes/index.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';

const nodes = paperNodes(createSimulatedModels());

it('a misspelt node is an error that names the one that was meant', () => {
  const misspelt = { ...nodes, jugde: nodes.judge };
  expect(() => drpo(misspelt)).toThrow('nodes.jugde: unknown node. Did you mean judge?');
});

it('a node that is missing or no function is an error before the first call', () => {
  expect(() => drpo(Object.assign({}, nodes, { judge: undefined }))).toThrow(
    'nodes.judge: expected a function, got none',
  );
  expect(() => rewriteExamples(Object.assign({}, nodes, { judge: 'mine' }))).toThrow(
    'nodes.judge: expected a function, got string',
  );
});
