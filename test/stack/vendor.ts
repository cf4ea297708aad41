/** A vendor for tests: signs, sends, sends again until it has an answer, and keeps a record of what was accepted. */
import { pack } from 'msgpackr';
import { signRequest } from '../../ingest/sign-request.ts';
import type { Credential } from './stack.ts';

export interface BatchAnswer {
  readonly batch_id: string;
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly field: string; readonly code: string }[];
}

export type VendorRecord = Readonly<Record<string, unknown>>;

export type BodyType = 'json' | 'msgpack';

/** Without the fields that are undefined, which only JSON leaves out by itself. */
export const plainOf = (records: readonly VendorRecord[]): unknown => JSON.parse(JSON.stringify(records));

export class Vendor {
  readonly credential: Credential;
  readonly #url: string;
  /** Records in requests that were answered 200, as the answers counted them. */
  accepted = 0;
  rejected = 0;
  /** Requests without an answer, or answered 503: they may have been kept, and were sent again. */
  unanswered = 0;

  constructor(url: string, credential: Credential) {
    this.#url = url;
    this.credential = credential;
  }

  post(
    path: string,
    records: readonly VendorRecord[],
    signal?: AbortSignal,
    type: BodyType = 'json',
  ): Promise<Response> {
    const body = type === 'json' ? JSON.stringify({ records }) : new Uint8Array(pack({ records: plainOf(records) }));
    const { appId, appSecret } = this.credential;
    const headers = signRequest({ method: 'POST', target: path, body, appId, appSecret, timestampMs: Date.now() });
    return fetch(this.#url + path, {
      method: 'POST',
      body,
      headers: { ...headers, 'Content-Type': `application/${type}` },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Sends until answered 200. */
  async send(kind: 'persons' | 'areas' | 'positions', records: readonly VendorRecord[]): Promise<BatchAnswer> {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        const response = await this.post(`/v1/positioning/${kind}`, records);
        const answer = (await response.json()) as BatchAnswer;
        if (response.status === 200) {
          this.accepted += answer.accepted;
          this.rejected += answer.rejected.length;
          return answer;
        }
        if (response.status < 429) throw new Refused(`${response.status} ${JSON.stringify(answer)}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      this.unanswered++;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the front door never answered');
  }

  person(personId: string, change: VendorRecord = {}): VendorRecord {
    return {
      ID: personId,
      COMPANY_CODE: this.credential.companyCode,
      COMPANY_NAME: '甲化工',
      PERSON_NAME: `人员${personId}`,
      IDENTIFY_NUM: '310000199001010017',
      PERSON_TYPE: '01',
      BIRTHDAY: '1990-01-01',
      GENDER: '1',
      POSITION_NAME: '操作工',
      MOBILE_NUMBER: '13800000000',
      AFFILIATED_DEPARTMENT: '生产部',
      DELETED: '0',
      ...change,
    };
  }

  position(personId: string, lng: number, lat: number, atMs: number, change: VendorRecord = {}): VendorRecord {
    return {
      COMPANY_CODE: this.credential.companyCode,
      PERSON_ID: personId,
      LONGITUDE: lng,
      LATITUDE: lat,
      COLLECT_TIME: atMs,
      ...change,
    };
  }
}

class Refused extends Error {}
