// Starts the command line in a checkout. It is JavaScript because Node takes longer to load what strips types than it takes
// to read the stripped texts from its compile cache, which it knows only from here on.
import module from 'node:module';

module.enableCompileCache?.();
await import('./drpo.ts');
