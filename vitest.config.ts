import { defineConfig } from 'vitest/config';

/** Three sizes of test, run in this order: `unit` needs nothing, `int` needs real Redis and PostgreSQL, `e2e` adds Chromium. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            '{core,geo,alarms,engine,ingest,stream,db,admin,registers,security,standard,server,bench,web,test,scripts,deploy}/**/*.test.ts',
          ],
          setupFiles: ['test/patience.setup.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'int',
          sequence: { groupOrder: 1 },
          include: ['{ingest,stream,db,admin,security,server,bench,test,deploy}/**/*.int.ts'],
          globalSetup: ['test/services.setup.ts'],
          setupFiles: ['test/patience.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They wait for servers and clocks as much as they work.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['test/e2e/**/*.e2e.ts'],
          globalSetup: ['test/services.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});
