/** A park on the PostgreSQL of the test run: for tests that neither kill nor look into the server. */
import { inject } from 'vitest';
import { Stack, type StackOptions } from './stack.ts';

export const startOnSharedServer = (options: StackOptions = {}): Promise<Stack> =>
  Stack.start({ ...options, databaseServer: { url: inject('databaseUrl'), copyOf: inject('migratedDatabase') } });
