// The command line as one module: what scripts/bundle-cli.ts bundles.
export { exit } from './exit.ts';
export { execute } from './program.ts';
