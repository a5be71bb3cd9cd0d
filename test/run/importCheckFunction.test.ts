import { expect, it } from '@jest/globals';
import { withTimeLimit } from '../../run/importCheckFunction.ts';

const reads = { query: 'q', response: 'r' };

it('a function of a check that never decides fails, and others are as they are', async () => {
  const never = withTimeLimit(() => new Promise(() => undefined), 0.01);
  await expect(never(reads)).rejects.toThrow('expected a decision within 0.01 seconds, got none');
  await expect(withTimeLimit(() => 0.5, 5)(reads)).resolves.toBe(0.5);
  const broken = withTimeLimit(() => {
    throw new Error('no network');
  }, 5);
  await expect(broken(reads)).rejects.toThrow('no network');
});
