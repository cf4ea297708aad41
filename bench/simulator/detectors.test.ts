import { describe, expect, it } from 'vitest';
import { parseDetector } from '../../alarms/settings/detector.ts';
import { ROUTES } from '../../ingest/routes.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer } from '../../security/gm.ts';
import { createDemoPark } from '../park/demo-park.ts';
import { createDetectors, detectorSettings, type SensorBatch } from './detectors.ts';
import { jobSites } from './permits/sites.ts';

const START_MS = Date.UTC(2026, 6, 2, 1);
const park = createDemoPark({ people: 0 });

describe('detectors of the demonstration', () => {
  it('[SIM-39] each place of jobs has one beside it, known to the park', () => {
    const settings = detectorSettings(park);
    expect(settings).toHaveLength(jobSites(park).length);
    expect(settings.length).toBeGreaterThan(40);
    for (const { key, value } of settings) expect(parseDetector(value, key)).toMatchObject({ ok: true });
    expect(new Set(settings.map(({ key }) => key)).size).toBe(settings.length);
  });

  it('[SIM-39] each company sends a packet each ten seconds that the interface takes, and none sounds', async () => {
    const route = ROUTES.find(({ interfaceName }) => interfaceName === 'sensors')!;
    const parts = {
      sealer: createSealer([new Uint8Array(32).fill(7)]),
      blindIndex: createBlindIndex(new Uint8Array(32).fill(7)),
    };
    const detectors = createDetectors(park, START_MS);
    const sent: SensorBatch[] = [];
    for (let s = 0; s <= 60; s++) {
      const receivedAtMs = START_MS + s * 1_000;
      for (const batch of detectors.take(receivedAtMs)) {
        sent.push(batch);
        const context = { companyCode: batch.companyCode, receivedAtMs, sosOnly: false, ...parts };
        expect((await route.check(batch.records as never, context)).rejected).toEqual([]);
        expect(JSON.stringify(batch)).not.toContain('ALARM');
      }
    }
    const companies = new Set(sent.map(({ companyCode }) => companyCode));
    for (const code of companies) {
      const count = sent.filter(({ companyCode }) => companyCode === code).length;
      expect([6, 7]).toContain(count);
    }
    // After a pause of the process nothing is made up for.
    expect(detectors.take(START_MS + 600_000)).toHaveLength(companies.size);
  });
});
