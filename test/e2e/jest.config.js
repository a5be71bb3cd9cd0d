import base from '../../jest.config.js';

/** What starts processes: `npm run test:e2e`. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: [],
};
