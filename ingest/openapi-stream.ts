/**
 * The stream in the OpenAPI document: its upgrade request is an operation like any other; what goes over the socket then is
 * beyond OpenAPI and stands in the extension `x-websocket`.
 */
import { CLOSE_CODE } from '../stream/protocol/live-message.ts';
import { type Json, ref } from './openapi-values.ts';
import { FRAME_BYTES_MAX, UNANSWERED_MAX } from './vendor-stream.ts';

const NUMBERED: Json = {
  type: 'object',
  required: ['seq'],
  properties: { seq: { type: 'integer', minimum: 0, description: "The sender's own number of the frame." } },
};

/** By code; those not here do not happen to a vendor. */
const CLOSE_MEANINGS: Readonly<Record<number, string>> = {
  [CLOSE_CODE.shuttingDown]: 'The park shuts this door: connect again after a few seconds.',
  [CLOSE_CODE.slowDown]: 'Too much at once: connect again after some seconds and send less.',
  [CLOSE_CODE.revoked]: 'The credential does not allow this any more.',
  [CLOSE_CODE.protocolError]: 'A frame cannot be read, or has no number.',
  [CLOSE_CODE.frameTooLarge]: `A frame of more than ${FRAME_BYTES_MAX} bytes or too many records.`,
};

export const STREAM_SCHEMAS: Json = {
  Frame: { allOf: [NUMBERED, ref('positions-body')] },
  FrameAnswer: {
    oneOf: [
      { allOf: [NUMBERED, ref('BatchResult')] },
      {
        allOf: [
          NUMBERED,
          {
            type: 'object',
            description: 'Nothing of the frame was taken, but for SOS.',
            required: ['error'],
            properties: {
              error: {
                type: 'object',
                required: ['code', 'message'],
                properties: {
                  code: { type: 'string' },
                  message: { type: 'string' },
                  detail: { type: 'string' },
                  retry_after_s: { type: 'number' },
                },
              },
              batch_id: { type: 'string' },
              kept_sos: { type: 'integer', minimum: 1 },
            },
          },
        ],
      },
    ],
  },
};

/** `refusals`: the responses of a request that is refused as a whole. */
export const streamOperation = (parameters: readonly Json[], refusals: Json): Json => ({
  operationId: 'stream',
  summary: 'Positions as frames on a WebSocket',
  description: 'The upgrade request is signed as a GET with an empty body. Without Upgrade it is 405.',
  parameters,
  responses: { '101': { description: 'Open.' }, ...refusals },
  'x-websocket': {
    frame: ref('Frame'),
    answer: ref('FrameAnswer'),
    encodings: { text: 'application/json', binary: 'application/msgpack' },
    frameBytesMax: FRAME_BYTES_MAX,
    unansweredMax: UNANSWERED_MAX,
    closeCodes: CLOSE_MEANINGS,
  },
});
