/** The file of a permit as it was uploaded, to PermitAttachmentRecord: known by its content and its SHA-256, never by its name. */
import { createHash } from 'node:crypto';
import { runToEnd } from '../../core/slices.ts';
import { inPieces } from '../../security/sealed-file.ts';
import type { PermitAttachmentRecord } from '../../stream/protocol/permits.ts';
import { UploadedFile } from '../multipart-body.ts';
import type { RecordSet } from '../record-set.ts';
import type { RecordValues } from './fields.ts';
import { ATTACHMENT_FIELDS, ATTACHMENT_KIND_BY_CODE, FILE_BYTES_MAX } from './permit-fields.ts';
import { FieldProblem, type RecordContext, RecordValidator, type Validated } from './records.ts';
import { saidAt } from './times.ts';
import { Problem } from './values.ts';

type MediaType = PermitAttachmentRecord['mediaType'];
type Values = RecordValues<typeof ATTACHMENT_FIELDS>;

export interface Attachment {
  readonly record: PermitAttachmentRecord;
  readonly bytes: Uint8Array;
}

interface Upload {
  readonly values: Values;
  readonly file: UploadedFile;
  readonly mediaType: MediaType;
}

const STARTS: readonly (readonly [MediaType, at: number, start: Uint8Array])[] = [
  ['application/pdf', 0, Buffer.from('%PDF-')],
  ['image/jpeg', 0, Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', 0, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['video/mp4', 4, Buffer.from('ftyp')],
];
/** Said by senders that do not know, or know it by another name. */
const SAID_AS: Readonly<Record<string, string>> = {
  '': '',
  'application/octet-stream': '',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
};

/** null: none that is taken. */
const mediaTypeOf = (file: Uint8Array): MediaType | null =>
  STARTS.find(([, at, start]) => Buffer.from(file.subarray(at, at + start.length)).equals(start))?.[0] ?? null;

const validator = new RecordValidator<typeof ATTACHMENT_FIELDS, Upload>(ATTACHMENT_FIELDS);

/** Of the one record of a form. */
export async function checkAttachment(records: RecordSet, context: RecordContext): Promise<Validated<Attachment>> {
  const uploads = runToEnd(validator.walk(records, context, uploadOf));
  return { ...uploads, accepted: await Promise.all(uploads.accepted.map((upload) => attachmentOf(upload, context))) };
}

function uploadOf(values: Values): Upload | FieldProblem {
  const file: unknown = values.FILE;
  const no = (code: Problem['code'], reason: string): FieldProblem =>
    new FieldProblem('FILE', new Problem(code, reason));
  if (!(file instanceof UploadedFile)) return no('FIELD_TYPE', 'must be a file: a part with a filename');
  if (file.bytes.length === 0) return no('FIELD_RANGE', 'is empty');
  if (file.bytes.length > FILE_BYTES_MAX) return no('FIELD_RANGE', `must have at most ${FILE_BYTES_MAX} bytes`);
  const mediaType = mediaTypeOf(file.bytes);
  if (mediaType === null) return no('FIELD_RANGE', 'is neither PDF, JPEG, PNG nor MP4 by its content');
  const said = SAID_AS[file.mediaType] ?? file.mediaType;
  if (said !== '' && said !== mediaType)
    return no('FIELD_RANGE', `is ${mediaType} by its content, and ${said.slice(0, 64)} by its Content-Type`);
  return { values, file, mediaType };
}

async function attachmentOf({ values, file, mediaType }: Upload, context: RecordContext): Promise<Attachment> {
  const sum = createHash('sha256');
  for await (const piece of inPieces(file.bytes)) sum.update(piece);
  const hash = sum.digest('hex');
  return {
    bytes: file.bytes,
    record: {
      attachmentId: values.ID ?? `${values.TICKET_ID}:${hash.slice(0, 32)}`,
      companyCode: context.companyCode,
      permitId: values.TICKET_ID,
      kind: ATTACHMENT_KIND_BY_CODE[values.KIND],
      fileName: file.name === '' ? `${values.TICKET_ID}.${mediaType.slice(mediaType.indexOf('/') + 1)}` : file.name,
      mediaType,
      bytes: file.bytes.length,
      hash,
      updatedAtMs: saidAt(values.UPDATE_DATE, context.receivedAtMs),
      deleted: values.DELETED ?? false,
    },
  };
}
