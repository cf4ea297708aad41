import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE_SETTINGS } from './rule-settings.ts';
import { createSosMemory, heldSosDue, releaseSos, resetSos, type SosMemory, takeSos } from './sos.ts';

const settings = DEFAULT_RULE_SETTINGS.sos;
const { rearmMs } = settings;
const T0 = Date.UTC(2026, 10, 20, 8);

/** A memory whose alarm was raised at T0 and reset at T0 + 10 s. */
function resetMemory(): SosMemory {
  const memory = createSosMemory();
  expect(takeSos(settings, memory, T0, T0)).toBe('raise');
  memory.alarmId = 'a';
  resetSos(memory, T0 + 10_000);
  return memory;
}

describe('SOS of one person', () => {
  it('[ALM-1] the first record raises, the next feed it, a record seen before is nothing', () => {
    const memory = createSosMemory();
    expect(takeSos(settings, memory, T0, T0)).toBe('raise');
    memory.alarmId = 'a';
    expect(takeSos(settings, memory, T0 + 2_000, T0 + 2_000)).toBe('feed');
    expect(takeSos(settings, memory, T0, T0 + 3_000)).toBe('none');
  });

  it('[ALM-4] after a reset and a release a new press raises, the old records do not', () => {
    const memory = resetMemory();
    releaseSos(memory);
    expect(takeSos(settings, memory, T0, T0 + 20_000)).toBe('none');
    expect(takeSos(settings, memory, T0 + 21_000, T0 + 21_000)).toBe('raise');
  });

  it('[ALM-5] a press that goes on after the reset raises with the first record after 60 s', () => {
    const memory = resetMemory();
    expect(takeSos(settings, memory, T0 + 12_000, T0 + 12_000)).toBe('none');
    expect(takeSos(settings, memory, T0 + 10_000 + rearmMs, T0 + 10_000 + rearmMs)).toBe('raise');
  });

  it('[ALM-23] a call held back after a reset is due 60 s after it, though nothing more comes', () => {
    const memory = resetMemory();
    expect(heldSosDue(settings, memory, T0 + 10_000 + rearmMs)).toBeNull();
    takeSos(settings, memory, T0 + 30_000, T0 + 30_000);
    takeSos(settings, memory, T0 + 32_000, T0 + 32_000);
    expect(heldSosDue(settings, memory, T0 + 9_999 + rearmMs)).toBeNull();
    expect(heldSosDue(settings, memory, T0 + 10_000 + rearmMs)).toBe(T0 + 30_000);
  });

  it('[ALM-23] a call held back and let go of is the end of the old one', () => {
    const memory = resetMemory();
    takeSos(settings, memory, T0 + 12_000, T0 + 12_000);
    releaseSos(memory);
    expect(heldSosDue(settings, memory, T0 + 10_000 + rearmMs)).toBeNull();
  });

  it('remembers a bounded number of records', () => {
    const memory = createSosMemory();
    for (let i = 0; i < 2_000; i++) takeSos(settings, memory, T0 + i, T0 + i);
    expect(memory.seenAtMs.length).toBeLessThanOrEqual(512);
  });
});
