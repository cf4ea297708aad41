/**
 * The vendor interface as an OpenAPI 3.1 document, made from the tables that the server itself runs on: routes.ts,
 * validate/fields.ts, core/errors.ts. Served at GET /openapi.json; tests hold the server against it.
 */
import { ERRORS, type ErrorCode } from '../core/errors.ts';
import { MEDIA_TYPES } from './body-type.ts';
import { CAMERA_SCHEMAS, cameraPaths } from './openapi-cameras.ts';
import { STREAM_SCHEMAS, streamOperation } from './openapi-stream.ts';
import { codesSchema, type Json, recordSchema, ref, VALUE_SCHEMAS } from './openapi-values.ts';
import type { InterfaceName } from './ports.ts';
import { ATTACHMENT_ROUTE, BODY_BYTES_MAX, FORM_BYTES_MAX, RECORDS_MAX, ROUTES, type Route } from './routes.ts';
import { SIGN_ALGS } from './signature.ts';
import { STREAM_PATH } from './stream-socket.ts';
import { PERSON_ALARM_FIELDS, POSITION_FIELDS, SOS_ALARM_FIELDS, SOS_POSITION_FIELDS } from './validate/fields.ts';

/** Codes that refuse a whole request, as vendors meet them. */
export const REQUEST_CODES = [
  'BODY_UNREADABLE',
  'APP_UNKNOWN',
  'APP_REVOKED',
  'CLOCK_SKEW',
  'SIGNATURE_INVALID',
  'NONCE_REPLAYED',
  'ADDRESS_DENIED',
  'INTERFACE_DENIED',
  'ROUTE_UNKNOWN',
  'METHOD_DENIED',
  'BODY_TOO_LARGE',
  'TYPE_UNSUPPORTED',
  'RATE_LIMITED',
  'LOG_UNAVAILABLE',
  'LOG_FULL',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Codes that refuse whoever asks for something. */
export const READ_CODES = [
  'APP_UNKNOWN',
  'APP_REVOKED',
  'CLOCK_SKEW',
  'SIGNATURE_INVALID',
  'NONCE_REPLAYED',
  'ADDRESS_DENIED',
  'NOT_FOUND',
  'METHOD_DENIED',
  'VIDEO_NO_ADDRESS',
  'RATE_LIMITED',
  'LOG_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'VIDEO_UNAVAILABLE',
  'FFMPEG_MISSING',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** Codes that refuse one record. */
export const RECORD_CODES = [
  'FIELD_MISSING',
  'FIELD_TYPE',
  'FIELD_RANGE',
  'CODE_UNKNOWN',
  'TIME_FORMAT',
  'TIME_OUT_OF_RANGE',
  'GEOMETRY_INVALID',
  'COMPANY_MISMATCH',
] as const satisfies readonly ErrorCode[];

const RETRY_STATUSES: readonly number[] = [429, 503];

const json = (schema: Json): Json => ({ 'application/json': { schema } });

/** Of requests refused as a whole, by status. */
function refusals(all: readonly ErrorCode[] = REQUEST_CODES): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of all) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const described = [...byStatus].map(([status, codes]): [string, Json] => [
    String(status),
    {
      description: codes.map((code) => `${code}: ${ERRORS[code].message}`).join('\n'),
      ...(RETRY_STATUSES.includes(status) ? { headers: { 'Retry-After': { schema: { type: 'integer' } } } } : {}),
      content: json({ allOf: [ref('Refusal'), { properties: { code: { enum: codes } } }] }),
    },
  ]);
  return Object.fromEntries(described);
}

const header = (name: string, required: boolean, schema: Json, description: string): Json => ({
  name,
  in: 'header',
  required,
  schema,
  description,
});

const SIGNATURE_HEADERS: readonly Json[] = [
  header('X-App-Id', true, { type: 'string' }, 'App id of the credential.'),
  header(
    'X-Timestamp',
    true,
    { type: 'string', pattern: '^[0-9]{1,15}$' },
    'Epoch ms, within 300 s of the park clock.',
  ),
  header('X-Nonce', true, { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' }, 'New for every request.'),
  header('X-Sign-Alg', false, { type: 'string', enum: SIGN_ALGS, default: SIGN_ALGS[0] }, 'Hash of digest and HMAC.'),
  header('X-Signature', true, { type: 'string', pattern: '^[0-9a-f]{64}$' }, 'See docs/vendor-signing.md.'),
];

function postOperation(route: Route): Json {
  return {
    operationId: route.interfaceName,
    summary: route.summary,
    parameters: SIGNATURE_HEADERS,
    requestBody: {
      required: true,
      description: `At most ${BODY_BYTES_MAX} bytes. MessagePack holds the same; its timestamps are times.`,
      content: Object.fromEntries(
        Object.values(MEDIA_TYPES)
          .flat()
          .map((mediaType) => [mediaType, { schema: ref(`${route.interfaceName}-body`) }]),
      ),
    },
    responses: {
      '200': { description: 'Taken, record by record.', content: json(ref('BatchResult')) },
      ...refusals(),
    },
  };
}

/** One file as a form, in place of records. */
function formOperation(route: Route): Json {
  return {
    ...postOperation(route),
    requestBody: {
      required: true,
      description: `At most ${FORM_BYTES_MAX} bytes; the signature is over the raw body. Parts without a filename are texts in UTF-8.`,
      content: { 'multipart/form-data': { schema: ref(route.interfaceName) } },
    },
  };
}

/** One of the two says whose position it is. */
const SUBJECT: Json = {
  anyOf: [
    { required: ['PERSON_ID'], properties: { PERSON_ID: ref('Id') } },
    { required: ['CARD_NO'], properties: { PERSON_ID: ref('Absent'), CARD_NO: ref('Id') } },
  ],
};

/** Of a call for help one that can be read will do. */
const SOS_SUBJECT: Json = {
  anyOf: ['PERSON_ID', 'CARD_NO'].map((name) => ({ required: [name], properties: { [name]: ref('Id') } })),
};

/** What is asked of a record beyond its fields, and what little of one that calls for help. */
const RECORD_SCHEMAS: Partial<Readonly<Record<InterfaceName, { readonly usual: Json; readonly sos: Json }>>> = {
  positions: {
    usual: { allOf: [recordSchema(POSITION_FIELDS), SUBJECT] },
    sos: {
      allOf: [recordSchema(SOS_POSITION_FIELDS), SOS_SUBJECT, { required: ['SOS'], properties: { SOS: ref('True') } }],
    },
  },
  'person-alarms': {
    usual: recordSchema(PERSON_ALARM_FIELDS),
    sos: {
      allOf: [
        recordSchema(SOS_ALARM_FIELDS),
        { required: ['ALARM_TYPE'], properties: { ALARM_TYPE: codesSchema(['0']) } },
      ],
    },
  },
};

/** The records of a route, and the two ways to write them down. */
function routeSchemas({ interfaceName, fields }: Route): Json {
  const special = RECORD_SCHEMAS[interfaceName];
  const record =
    special === undefined ? ref(interfaceName) : { anyOf: [ref(interfaceName), ref(`${interfaceName}-sos`)] };
  const columns = fields.map(({ name }): [string, Json] => [name, { type: 'array', maxItems: RECORDS_MAX }]);
  return {
    [interfaceName]: special?.usual ?? recordSchema(fields),
    ...(special === undefined ? {} : { [`${interfaceName}-sos`]: special.sos }),
    [`${interfaceName}-body`]: {
      oneOf: [
        {
          type: 'object',
          required: ['records'],
          properties: { records: { type: 'array', maxItems: RECORDS_MAX, items: record } },
        },
        {
          type: 'object',
          description:
            'The same by columns: for each field an array of its values in the records, all arrays of one length, null where a record has none.',
          required: ['columns'],
          properties: { columns: { type: 'object', properties: Object.fromEntries(columns) } },
        },
      ],
    },
  };
}

const SCHEMAS: Json = {
  BatchResult: {
    type: 'object',
    required: ['batch_id', 'accepted', 'rejected'],
    properties: {
      batch_id: { type: 'string' },
      accepted: { type: 'integer', minimum: 0 },
      rejected: { type: 'array', items: ref('Rejection') },
      sandbox: { const: true, description: 'Sandbox credential: checked in full, nothing was kept.' },
      stage: { enum: ['joint', 'trial'], description: 'Where the company stands with this interface; absent: live.' },
    },
  },
  Rejection: {
    type: 'object',
    required: ['index', 'id', 'field', 'code', 'reason'],
    properties: {
      index: { type: 'integer', minimum: 0, description: 'Place in records, from 0.' },
      id: { type: ['string', 'null'] },
      field: { type: ['string', 'null'], description: 'null: the record as a whole.' },
      code: { enum: RECORD_CODES },
      reason: { type: 'string' },
    },
  },
  Refusal: {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: { type: 'string' },
      message: { type: 'string' },
      detail: { type: 'string' },
      batch_id: { type: 'string', description: 'With kept_sos only.' },
      kept_sos: { type: 'integer', minimum: 1, description: 'Records with SOS true that were kept all the same.' },
    },
  },
};

const plainGet = (operationId: string, summary: string): Json => ({
  operationId,
  summary,
  security: [],
  responses: { '200': { description: 'OK', content: json({ type: 'object' }) } },
});

export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'ParkSentry vendor interface', version: '1' },
    paths: {
      ...Object.fromEntries(ROUTES.map((route) => [route.path, { post: postOperation(route) }])),
      [ATTACHMENT_ROUTE.path]: { post: formOperation(ATTACHMENT_ROUTE) },
      [STREAM_PATH]: { get: streamOperation(SIGNATURE_HEADERS, refusals()) },
      ...cameraPaths(SIGNATURE_HEADERS, refusals(READ_CODES)),
      '/openapi.json': { get: plainGet('openapi', 'This document') },
      '/healthz': { get: plainGet('healthz', 'Whether the front door answers') },
    },
    components: {
      schemas: {
        ...SCHEMAS,
        ...VALUE_SCHEMAS,
        ...STREAM_SCHEMAS,
        ...CAMERA_SCHEMAS,
        ...Object.assign({}, ...ROUTES.map(routeSchemas)),
        [ATTACHMENT_ROUTE.interfaceName]: recordSchema(ATTACHMENT_ROUTE.fields),
      },
    },
  };
}
