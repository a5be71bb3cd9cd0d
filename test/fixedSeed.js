import fc from 'fast-check';

// every run of the tests takes the same inputs; FC_SEED=N tries others
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 2024) });
