import { expect, it } from 'vitest';
import { boundaryOf, parseForm } from '../../../ingest/multipart-body.ts';
import { checkAttachment } from '../../../ingest/validate/attachments.ts';
import { briefingForm, type JobFacts } from './ticket.ts';

it('[SIM-38] the files that jobs come with are taken', async () => {
  const { contentType, body } = briefingForm({ id: 'TK-1', number: 'ZY-1' } as JobFacts);
  const form = parseForm(body, boundaryOf(contentType) ?? '');
  const checked = await checkAttachment([form.ok ? form.value : null], { companyCode: '900000001', receivedAtMs: 0 });
  expect(checked.rejected).toEqual([]);
  expect(checked.accepted[0]?.record).toMatchObject({
    permitId: 'TK-1',
    kind: 'briefing',
    mediaType: 'application/pdf',
    fileName: '安全交底.pdf',
  });
});
