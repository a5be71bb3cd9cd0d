#!/usr/bin/env node
import module from 'node:module';
import { loadSmall } from './heap.ts';

// What a first start compiled, the next one finds compiled (Node 22 on). The command line itself is in program.ts.
module.enableCompileCache?.();
const { execute } = await loadSmall(() => import('./program.ts'));
const { exit } = await import('./exit.ts');
await execute(process.argv);
await exit();
