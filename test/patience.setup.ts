/**
 * How long a test waits for a condition that nothing else is said of: a second is not much where several tests, servers and builds share
 * two cores, and a test that waits loses nothing by patience.
 */
import { vi } from 'vitest';

const PATIENCE_MS = 20_000;

const { waitFor } = vi;
vi.waitFor = (condition, options) =>
  waitFor(condition, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
