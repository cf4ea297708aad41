/** The routes of camera-routes.ts as operations and schemas of the OpenAPI document. */
import { CAMERA_ROUTES, type CameraRoute } from './camera-routes.ts';
import { type Json, ref } from './openapi-values.ts';

const degrees: Json = { type: ['number', 'null'], description: 'CGCS2000, degrees; null: the register has none.' };

export const CAMERA_SCHEMAS: Json = {
  'hazard-source-cameras': {
    type: 'object',
    required: ['hazard_source', 'cameras'],
    properties: {
      hazard_source: { type: 'string' },
      cameras: {
        type: 'array',
        items: {
          type: 'object',
          required: ['code', 'name', 'longitude', 'latitude'],
          properties: {
            code: { type: 'string', pattern: '^[0-9]{20}$' },
            name: { type: 'string' },
            longitude: degrees,
            latitude: degrees,
          },
        },
      },
    },
  },
  'camera-stream': {
    type: 'object',
    required: ['code', 'protocol', 'url'],
    properties: {
      code: { type: 'string', pattern: '^[0-9]{20}$' },
      protocol: { enum: ['hls', 'http-flv', 'webrtc', 'rtsp', 'other'] },
      url: { type: 'string', description: 'Of a picture that the park makes itself it holds for twelve hours.' },
    },
  },
};

const operation = (
  { operationId, summary, parameter: [name, description] }: CameraRoute,
  signature: readonly Json[],
  refusals: Json,
): Json => ({
  operationId,
  summary,
  parameters: [{ name, in: 'path', required: true, schema: { type: 'string' }, description }, ...signature],
  responses: {
    '200': { description: 'Found.', content: { 'application/json': { schema: ref(operationId) } } },
    ...refusals,
  },
});

export const cameraPaths = (signature: readonly Json[], refusals: Json): Json =>
  Object.fromEntries(
    CAMERA_ROUTES.map((route) => {
      const [name] = route.parameter;
      return [route.path.replace(`:${name}`, `{${name}}`), { get: operation(route, signature, refusals) }];
    }),
  );
