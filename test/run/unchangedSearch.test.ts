import { describe, expect, it } from '@jest/globals';
import { describeUnchangedSearch, type EndedSearch } from '../../run/unchangedSearch.ts';
import { node } from '../report/runs.ts';

const ENDED: EndedSearch = { stoppedBy: 'depth', keepPromptAbove: 4.5, rejectedRewrites: {} };
const IDS = ['0', '0.0', '0.0.0', '0.0.0.0'];
const kept = (fields: Parameters<typeof node>[1]) => IDS.map((id) => node(id, { prompt: 'First.', ...fields }));
const score = (value: number) => ({ rationale: 'So.', score: value });

describe('describeUnchangedSearch', () => {
  it('is silent if a prompt was rewritten', () => {
    const nodes = [...kept({ reward: 5 }).slice(0, 3), node('0.0.0.1', { prompt: 'Second.' })];
    expect(describeUnchangedSearch(nodes, ENDED)).toBeNull();
  });

  it('names full marks', () => {
    const text = describeUnchangedSearch(kept({ reward: 5 }), ENDED);
    expect(text).toMatch(/^Nothing was rewritten.*full marks to 3 of 3 answers.*--judge MODEL/);
  });

  it('names no judge if checks alone gave the points', () => {
    const checked = { ...ENDED, onlyChecks: true };
    const missing = kept({ reward: null, evaluation: {}, missing: 'check Length: no' });
    const texts = [kept({ reward: 5 }), kept({ reward: 4.6 }), missing].map((n) => describeUnchangedSearch(n, checked));
    for (const text of texts) expect(text).not.toMatch(/the judge|a judge|--judge/);
    expect(texts[0]).toMatch(/3 of 3 answers passed all checks\. .*stricter/);
  });

  it('names points above the limit', () => {
    const evaluation = { Clarity: score(5), Depth: score(4.2) };
    const text = describeUnchangedSearch(kept({ evaluation, reward: 4.6 }), ENDED);
    expect(text).toContain('3 of 3 answers scored above search.keepPromptAbove (4.5)');
  });

  it('names missing judgements with the last reason, in one short line', () => {
    const text = describeUnchangedSearch(kept({ reward: null, missing: `no score\n${'x'.repeat(999)}` }), ENDED);
    expect(text).toMatch(/3 of 3 judgements are missing, the last because: no score x+\. Use a judge/);
    expect(text?.length).toBeLessThan(450);
  });

  it('names rejected rewrites by reason', () => {
    const text = describeUnchangedSearch(kept({ reward: 3 }), {
      ...ENDED,
      rejectedRewrites: { unreadable: 7, empty: 2 },
    });
    expect(text).toContain(
      'no rewrite of 3 prompts could be used (rejected: unreadable 7, empty 2). Use a stronger optimizer',
    );
  });

  it('advises about the commonest of several reasons', () => {
    const [root, one, two, three] = kept({ reward: 5 });
    const nodes = [{ ...root, evaluation: {}, reward: null }, one, two, three] as ReturnType<typeof kept>;
    expect(describeUnchangedSearch(nodes, ENDED)).toMatch(
      /full marks to 2 of 3 .*1 of 3 judgements are missing.*--judge/,
    );
  });

  it('says that there was only one level', () => {
    expect(describeUnchangedSearch(kept({ reward: 3 }).slice(0, 1), ENDED)).toContain('Nothing was rewritten');
    expect(describeUnchangedSearch([], ENDED)).toContain('Raise search.depth');
  });

  it('is silent about a run that was stopped before its second level', () => {
    const root = kept({ reward: 3 }).slice(0, 1);
    for (const stoppedBy of ['budget', 'interrupted'])
      expect(describeUnchangedSearch(root, { ...ENDED, stoppedBy })).toBeNull();
  });

  it('compares with the prompt that a branch was given', () => {
    const nodes = [node('0', { prompt: 'First.' }), node('0.0', { prompt: 'Given.', reward: 5 })];
    const branch = { node: '0', prompt: 'Given.' };
    expect(describeUnchangedSearch(nodes, { ...ENDED, branch })).toContain('Nothing was rewritten');
    expect(describeUnchangedSearch(nodes, { ...ENDED, branch: { node: '0', prompt: null } })).toBeNull();
  });

  it('looks only at the levels of a branch itself', () => {
    const nodes = [
      node('0', { prompt: 'First.' }),
      ...['0.1', '0.1.0', '0.1.0.0'].map((id) => node(id, { prompt: 'Second.', reward: 5 })),
    ];
    expect(describeUnchangedSearch(nodes, ENDED)).toBeNull();
    expect(describeUnchangedSearch(nodes, { ...ENDED, branch: { node: '0.1', prompt: null } })).toContain(
      'full marks to 2 of 2',
    );
  });
});
