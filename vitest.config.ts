import { defineConfig } from 'vitest/config';

/** What brings a whole machine of servers up, or kills workers by the hundred: beside others it would measure them. */
const alone = ['test/e2e/**/*.test.ts', 'test/workflow/lanes/crashes.test.ts'] as const;

/**
 * `parts` first, two files at a time; then `e2e`, one file at a time, since each brings a whole machine of servers
 * up. Suites with real servers have longer limits in their own files.
 */
export default defineConfig({
  test: {
    testTimeout: 90_000,
    hookTimeout: 120_000,
    pool: 'forks',
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, 'test/cluster/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'e2e', include: [...alone], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
