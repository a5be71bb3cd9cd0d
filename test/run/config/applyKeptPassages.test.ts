import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../run/config/loadConfig.ts';

const load = (override: Record<string, unknown>) =>
  loadConfig({ override: { 'models.optimizer': 'simulated', ...override } });

describe('passages that must stay', () => {
  it('lose the white space around them and their tags, so that a rewrite can hold them', () => {
    const { mustKeep, initialPrompt } = load({
      initialPrompt: 'You help. <keep>\nNever lie.\n</keep>',
      mustKeep: ['Sign as the team.\n', '<keep>Never lie.</keep>', 'Cost: $1 (a|b)*.'],
    });
    expect(mustKeep).toEqual(['Never lie.', 'Sign as the team.', 'Cost: $1 (a|b)*.']);
    expect(initialPrompt).toBe('You help. \nNever lie.\n\n\nSign as the team.\n\nCost: $1 (a|b)*.');
  });

  it.each([
    [{ initialPrompt: 'You help. <keep>Never lie.' }, /^initialPrompt: expected each <keep> to be closed/],
    [{ initialPrompt: 'You help.</keep> Never lie.' }, /^initialPrompt: expected each <keep>/],
    [{ initialPrompt: '<keep>You <keep>help</keep>.</keep>' }, /^initialPrompt: expected each <keep>/],
    [{ initialPrompt: 'You <Keep>help</Keep>.' }, /^initialPrompt: expected each <keep>/],
    [{ initialPrompt: 'You help. <keep> </keep>' }, /^initialPrompt: expected each <keep>/],
    [{ mustKeep: [' '] }, /^mustKeep: expected passages that have words/],
    [
      { mustKeep: ['Be kind.'], preset: 'reference' },
      /^mustKeep: expected no passage to keep in the preset "reference"/,
    ],
    [{ mustKeep: ['Be kind.'], 'search.guards': false }, /^search.guards.keepSections: expected true, got false/],
  ])('that could not stay are refused: %j', (override, message) => {
    expect(() => load(override)).toThrow(message);
  });
});
