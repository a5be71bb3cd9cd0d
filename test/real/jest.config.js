import base from '../../jest.config.js';

/** What needs real weights and a real server: `npm run test:real`. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/real/**/*.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 600_000,
};
