/**
 * Who sends this request, in the one order that vendors are told: app id known, active, address allowed; clock;
 * signature; interface; nonce. The nonce is spent only after the signature held, so nobody without the secret can
 * burn one; the rate comes after, in handle-batch.ts. Called once a request with the whole raw body.
 */
import type { ErrorCode } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type AddressMatcher, compileAddressList } from './address-list.ts';
import type { Credential, CredentialSource, InterfaceName, NonceLedger } from './ports.ts';
import { CLOCK_WINDOW_MS, DEFAULT_SIGN_ALG, SIGN_ALGS, type SignAlg, signatureHolds } from './signature.ts';

/** What is known of a request before its body; header values as sent, empty when absent. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly address: string;
  readonly appId: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signAlg: string;
  readonly signature: string;
  /** Receipt of the head, epoch ms. */
  readonly arrivedAtMs: number;
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly detail?: string;
}

const TIMESTAMP = /^\d{1,15}$/;
const NONCE = /^[A-Za-z0-9_-]{16,64}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

const refuse = (code: ErrorCode, detail?: string): Result<never, Refusal> =>
  err(detail === undefined ? { code } : { code, detail });

/** Compiled once per list; a refreshed credential brings a new array and drops the old matcher with it. */
const matchers = new WeakMap<readonly string[], AddressMatcher>();

function addressAllowed(addresses: readonly string[], address: string): boolean {
  let matcher = matchers.get(addresses);
  if (matcher === undefined) {
    matcher = compileAddressList(addresses);
    matchers.set(addresses, matcher);
  }
  return matcher(address);
}

/** What can be told before the body: who it is, from where, and the forms. Pure. */
export function checkHead(head: RequestHead, credential: Credential | null): Result<Credential, Refusal> {
  if (credential === null) return refuse('APP_UNKNOWN');
  if (credential.status !== 'active') return refuse('APP_REVOKED');
  if (!addressAllowed(credential.addresses, head.address)) return refuse('ADDRESS_DENIED', head.address);
  if (!TIMESTAMP.test(head.timestamp)) return refuse('CLOCK_SKEW', 'X-Timestamp must be epoch milliseconds');
  const aheadMs = Number(head.timestamp) - head.arrivedAtMs;
  if (Math.abs(aheadMs) > CLOCK_WINDOW_MS) return refuse('CLOCK_SKEW', `${aheadMs} ms ahead of the park clock`);
  if (signAlgOf(head) === null) return refuse('SIGNATURE_INVALID', `X-Sign-Alg must be one of ${SIGN_ALGS.join(', ')}`);
  if (!NONCE.test(head.nonce)) return refuse('SIGNATURE_INVALID', 'X-Nonce must be 16 to 64 of [A-Za-z0-9_-]');
  if (!SIGNATURE.test(head.signature))
    return refuse('SIGNATURE_INVALID', 'X-Signature must be 64 lower-case hex digits');
  return ok(credential);
}

/** Everything up to the nonce. Pure. */
export function checkSignedRequest(
  head: RequestHead,
  body: Uint8Array,
  credential: Credential | null,
  interfaceName: InterfaceName,
): Result<Credential, Refusal> {
  const checked = checkHead(head, credential);
  if (!checked.ok) return checked;
  const alg = signAlgOf(head) ?? DEFAULT_SIGN_ALG;
  const { method, path, query, appId, timestamp, nonce } = head;
  const holds = signatureHolds(
    { method, path, query, body, appId, timestamp, nonce, alg },
    checked.value.secret,
    head.signature,
  );
  if (!holds) return refuse('SIGNATURE_INVALID');
  const { interfaces } = checked.value;
  return interfaces !== null && !interfaces.includes(interfaceName)
    ? refuse('INTERFACE_DENIED', interfaceName)
    : checked;
}

/** null: none that the park knows. */
const signAlgOf = ({ signAlg }: RequestHead): SignAlg | null =>
  signAlg === '' ? DEFAULT_SIGN_ALG : (SIGN_ALGS.find((known) => known === signAlg) ?? null);

const credentialOf = (head: RequestHead, credentials: CredentialSource): Promise<Credential | null> =>
  head.appId === '' ? Promise.resolve(null) : credentials.find(head.appId);

/**
 * For a body that comes in parts: whom the head alone gives away need not be listened to. null: go on. Never throws; what
 * cannot be looked up now is asked again by `authenticate`.
 */
export async function refusalByHead(
  head: RequestHead,
  ports: { readonly credentials: CredentialSource },
): Promise<Refusal | null> {
  try {
    const checked = checkHead(head, await credentialOf(head, ports.credentials));
    return checked.ok ? null : checked.error;
  } catch {
    return null;
  }
}

/** Throws AppError when the credential or the nonce cannot be looked up. */
export async function authenticate(
  head: RequestHead,
  body: Uint8Array,
  interfaceName: InterfaceName,
  ports: { readonly credentials: CredentialSource; readonly nonces: NonceLedger },
): Promise<Result<Credential, Refusal>> {
  const credential = await credentialOf(head, ports.credentials);
  const checked = checkSignedRequest(head, body, credential, interfaceName);
  if (checked.ok && !(await ports.nonces.spend(head.appId, head.nonce))) return refuse('NONCE_REPLAYED');
  return checked;
}
