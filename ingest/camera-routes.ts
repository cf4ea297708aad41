/**
 * What vendors' systems ask for instead of sending: cameras of a hazard source, and the address of a camera's picture (A1.5). Signed
 * GETs, of the credential's own company; the one part of the front door that cannot do without the database, which is why nothing
 * else waits for it. Registered by server.ts.
 */
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { HttpRequest, HttpResponse, TemplatedApp } from '../stream/uws.ts';
import { type Answer, batchAnswer, errorAnswer, jsonAnswer } from './answer.ts';
import type { RequestHead } from './authenticate.ts';
import type { BatchHandler } from './handle-batch.ts';
import type { CameraSource } from './ports.ts';

export interface CameraRoute {
  /** As uWebSockets.js writes it, with one parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** What the parameter is called in the OpenAPI document, and what it is. */
  readonly parameter: readonly [name: string, description: string];
  /** null: NOT_FOUND. */
  read(cameras: CameraSource, companyCode: string, key: string): Promise<unknown>;
}

export const CAMERA_ROUTES: readonly CameraRoute[] = [
  {
    path: '/v1/hazard-sources/:id/cameras',
    operationId: 'hazard-source-cameras',
    summary: 'Cameras of a major hazard source, by their codes of GB/T 28181',
    parameter: ['id', 'Code of the hazard source as registered.'],
    async read(source, companyCode, id) {
      const cameras = await source.ofHazardSource(companyCode, id);
      return cameras === null ? null : { hazard_source: id, cameras };
    },
  },
  {
    path: '/v1/cameras/:code/stream',
    operationId: 'camera-stream',
    summary: 'Address of the live picture of a camera',
    parameter: ['code', 'Twenty digits of GB/T 28181.'],
    read: (source, companyCode, code) => source.stream(companyCode, code),
  },
];

export interface CameraDoorOptions {
  readonly handler: Pick<BatchHandler, 'admitRead'>;
  readonly cameras: CameraSource;
  readonly logger: Logger;
  readonly headOf: (res: HttpResponse, req: HttpRequest) => RequestHead;
  readonly answer: (res: HttpResponse, answer: Answer) => void;
  /** Of a request under way; the result ends it. */
  readonly enter: () => () => void;
}

const RETRY_S = 5;

export function openCameraDoor(app: TemplatedApp, options: CameraDoorOptions): void {
  const { headOf, answer, enter } = options;
  for (const route of CAMERA_ROUTES) {
    app.get(route.path, (res, req) => {
      const head = headOf(res, req);
      const key = decoded(req.getParameter(0) ?? '');
      const done = enter();
      let isAborted = false;
      res.onAborted(() => {
        isAborted = true;
      });
      void read(options, route, head, key).then((what) => {
        if (!isAborted) answer(res, what);
        done();
      });
    });
  }
}

/** Never rejects. */
async function read(
  { handler, cameras, logger }: CameraDoorOptions,
  route: CameraRoute,
  head: RequestHead,
  key: string | null,
): Promise<Answer> {
  const admitted = await handler.admitRead(head);
  if (!admitted.ok) return batchAnswer(admitted);
  try {
    const found = key === null ? null : await route.read(cameras, admitted.credential.companyCode, key);
    return found === null ? errorAnswer('NOT_FOUND') : jsonAnswer(200, found);
  } catch (error) {
    if (!(error instanceof AppError)) {
      logger.error('camera-route-failed', { route: route.path, error });
      return errorAnswer('INTERNAL');
    }
    return error.retryable ? errorAnswer(error.code, { retryAfterS: RETRY_S }) : errorAnswer(error.code);
  }
}

/** null: no text that anything is called. */
function decoded(parameter: string): string | null {
  try {
    const text = decodeURIComponent(parameter);
    return text === '' || text.length > 128 || /[\p{Cc}\p{Cs}]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}
