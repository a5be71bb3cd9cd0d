#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=50 --disable-warning=ExperimentalWarning
import module from 'node:module';

// The flags keep a long run's memory near to what it needs; package.json has them too. What a first start compiled, the next
// one finds compiled (Node 22 on). The command line itself is in program.ts.
module.enableCompileCache?.();
const { findBundledCli: bundledCli } = await import('./findBundle.ts');
const { findPackageFolder: packageFolder } = await import('../run/config/packageFolder.ts');
// rows of an experiment may bring nodes of their own, which shall find the library that runs them
const bundle = process.argv[2] === 'experiment' ? null : bundledCli(packageFolder(import.meta.dirname));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made from that file
const { execute, exit } = (await import(bundle ?? './cli.ts')) as typeof import('./cli.ts');
await execute(process.argv);
await exit();
