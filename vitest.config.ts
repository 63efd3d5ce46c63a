import { defineConfig } from 'vitest/config';

/** Fast suites first; `e2e` and `activities` start real servers and get longer limits in their own files. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
    reporters: process.env['CI'] === 'true' ? ['default'] : ['default'],
  },
});
