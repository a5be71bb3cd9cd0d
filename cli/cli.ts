// The command line as one module: what scripts/bundle-cli.ts bundles.
export { exit, handleFatalErrors } from './exit.ts';
export { execute } from './program.ts';
