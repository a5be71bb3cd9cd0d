#!/usr/bin/env node
import { exit } from './exit.ts';
import { execute } from './program.ts';

// The command line. What it can do is in program.ts (add commands there).
await execute(process.argv);
await exit();
