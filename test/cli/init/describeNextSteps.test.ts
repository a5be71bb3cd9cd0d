import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeNextSteps } from '../../../cli/init/describeNextSteps.ts';
import { packageRoot } from '../../../run/config/packageRoot.ts';

const describeFor = (dir: string) => describeNextSteps({ dir, files: ['drpo.yaml'], keys: [] });

describe('the next steps after `init`', () => {
  it('install the package first if `npx drpo` would not find it in the folder', () => {
    const outside = mkdtempSync(join(tmpdir(), 'drpo-init-'));
    expect(describeFor(outside)).toContain(`  npm install ${packageRoot}\n  npx drpo plan`);
  });

  it('install nothing in the package itself, or below a folder that has it', () => {
    expect(describeFor(join(packageRoot, 'my-bot'))).not.toContain('npm install');
    const outside = mkdtempSync(join(tmpdir(), 'drpo-init-'));
    mkdirSync(join(outside, 'node_modules/drpo'), { recursive: true });
    expect(describeFor(join(outside, 'bots/mine'))).not.toContain('npm install');
  });

  it('begin with the folder, in quotes if its name has marks that a shell reads', () => {
    for (const name of ['my bot', 'a&b', 'a$HOME', 'a(b)'])
      expect(describeFor(join(packageRoot, name))).toContain(`  cd '${join(packageRoot, name)}'\n  npx`);
    expect(describeFor(join(packageRoot, "Ann's"))).toContain(`  cd '${join(packageRoot, "Ann'\\''s")}'\n  npx`);
    expect(describeFor(join(packageRoot, 'büro-2.1'))).toContain(`  cd ${join(packageRoot, 'büro-2.1')}\n  npx`);
    expect(describeFor('.')).not.toContain('cd ');
  });
});
