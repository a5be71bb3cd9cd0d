import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { describeOldNode } from '../../cli/describeOldNode.ts';

it.each(['18.20.8', '20.20.2', '22.17.9'])('says which Node is needed under %s', (version) => {
  expect(describeOldNode(version)).toContain(`expected Node 22.18 or newer, got ${version}`);
});

it.each(['22.18.0', '24.0.0', process.versions.node])('says nothing under %s', (version) => {
  expect(describeOldNode(version)).toBeUndefined();
});

it('names the version of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(describeOldNode('1.0.0')).toContain(engines.node.replace('>=', 'Node '));
});
