#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=50
import module from 'node:module';

// The flags keep a long run's memory near to what it needs; package.json has them too. What a first start compiled, the next
// one finds compiled (Node 22 on). The command line itself is in program.ts.
module.enableCompileCache?.();
const { execute } = await import('./program.ts');
const { exit } = await import('./exit.ts');
await execute(process.argv);
await exit();
