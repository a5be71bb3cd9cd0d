#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=50 --initial-heap-size=96 --disable-warning=ExperimentalWarning
import module from 'node:module';

const { describeOldNode } = await import('./describeOldNode.ts');
const fault = describeOldNode(process.versions.node);
if (fault !== undefined) {
  process.stderr.write(`${fault}\n`);
  process.exit(2);
}
// Node's flags keep the memory of a long run small, and a short one free of collections; package.json has the same ones. The compile cache makes later starts faster.
module.enableCompileCache?.();
const { readEnvFile } = await import('./readEnvFile.ts');
readEnvFile('.env');
const { findBundledCli: bundledCli } = await import('./findBundle.ts');
const { findPackageFolder: packageFolder } = await import('../run/config/packageFolder.ts');
// a user's nodes must find the same library as the experiment that runs them
const bundle = process.argv[2] === 'experiment' ? null : bundledCli(packageFolder(import.meta.dirname));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the bundle is made from that file
const { execute, exit, handleFatalErrors } = (await import(bundle ?? './cli.ts')) as typeof import('./cli.ts');
handleFatalErrors();
await execute(process.argv);
await exit();
