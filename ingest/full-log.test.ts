import { afterEach, expect, test } from 'vitest';
import { createPosition, type IngestPark, startIngestPark } from '../test/ingest-fixture.ts';

let park: IngestPark | null = null;
afterEach(async () => {
  await park?.close();
  park = null;
});

test('[LOG-65] a log that turns out to be full has the calls for help of a batch all the same', async () => {
  park = await startIngestPark();
  park.store.isFull = true;
  const plain = createPosition({ PERSON_ID: 'p1' });
  const sos = createPosition({ PERSON_ID: 'p2', SOS: true });
  const answer = await park.send({ body: { records: [plain, sos, plain] } });
  expect([answer.status, answer.body.code, answer.body.kept_sos]).toEqual([503, 'LOG_FULL', 1]);
  expect(park.entries()).toMatchObject([{ kind: 'fixes', body: { count: 1 } }]);
  const none = await park.send({ body: { records: [plain] } });
  expect([none.status, none.body.code, none.body.kept_sos]).toEqual([503, 'LOG_FULL', undefined]);
  expect(park.entries()).toHaveLength(1);
});
