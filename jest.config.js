export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  maxWorkers: 2,
  testTimeout: 60_000,
  workerIdleMemoryLimit: '512MB',
  coverageProvider: 'v8',
  collectCoverageFrom: ['{state,prompts,models,nodes,graphs,evals,report,scripts}/**/*.ts'],
};
