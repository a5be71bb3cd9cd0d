export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/e2e/', '<rootDir>/test/real/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  globalSetup: '<rootDir>/test/ownTempFolder.js',
  setupFiles: ['<rootDir>/test/fixedSeed.js'],
  maxWorkers: 2,
  // a net for what hangs, not a measurement: the machine may be busy
  testTimeout: 240_000,
  workerIdleMemoryLimit: '1500MB',
  coverageProvider: 'v8',
  collectCoverageFrom: [
    '{statistics,state,prompts,checkpoints,models,nodes,graphs,report,run,evals,forecast,server,cli}/**/*.ts',
  ],
};
