/**
 * Who sends this request, in the one order that vendors are told: app id known, active, address allowed; clock;
 * signature; interface; nonce. The nonce is spent only after the signature held, so nobody without the secret can
 * burn one; the rate comes after, in handle-batch.ts. Called once a request with the whole raw body.
 */
import type { ErrorCode } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type AddressMatcher, compileAddressList } from '../security/address-list.ts';
import type { Credential, CredentialSource, InterfaceName, NonceLedger } from './ports.ts';
import {
  bodyDigest,
  CLOCK_WINDOW_MS,
  DEFAULT_SIGN_ALG,
  SIGN_ALGS,
  type SignAlg,
  signatureHolds,
  stringToSign,
} from './signature.ts';

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
  readonly detail?: string | undefined;
  /** Whose app id the request names; null: nobody's, or nobody can tell. It need not be their request. */
  readonly credential: Credential | null;
  /** What the signature should have been made of. Nothing in it is secret. */
  readonly expected?: { readonly alg: SignAlg; readonly stringToSign: string };
}

/** Digested in pieces; what is smaller takes a few ms. */
const LARGE_BODY_BYTES = 1024 * 1024;
const TIMESTAMP = /^\d{1,15}$/;
const NONCE = /^[A-Za-z0-9_-]{16,64}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

const refuse = (credential: Credential | null, code: ErrorCode, detail?: string): Result<never, Refusal> =>
  err({ code, credential, ...(detail === undefined ? {} : { detail }) });

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
  if (credential === null) return refuse(null, 'APP_UNKNOWN');
  const no = (code: ErrorCode, detail?: string): Result<never, Refusal> => refuse(credential, code, detail);
  const wrongPlace = refusalByPlace(credential, head.address);
  if (wrongPlace !== null) return no(wrongPlace, wrongPlace === 'ADDRESS_DENIED' ? head.address : undefined);
  if (!TIMESTAMP.test(head.timestamp)) return no('CLOCK_SKEW', 'X-Timestamp must be epoch milliseconds');
  const aheadMs = Number(head.timestamp) - head.arrivedAtMs;
  if (Math.abs(aheadMs) > CLOCK_WINDOW_MS) return no('CLOCK_SKEW', `${aheadMs} ms ahead of the park clock`);
  if (signAlgOf(head) === null) return no('SIGNATURE_INVALID', `X-Sign-Alg must be one of ${SIGN_ALGS.join(', ')}`);
  if (!NONCE.test(head.nonce)) return no('SIGNATURE_INVALID', 'X-Nonce must be 16 to 64 of [A-Za-z0-9_-]');
  if (!SIGNATURE.test(head.signature)) return no('SIGNATURE_INVALID', 'X-Signature must be 64 lower-case hex digits');
  return ok(credential);
}

/** What keeps out whoever is known already, and may change while a socket is open. */
function refusalByPlace(credential: Credential, address: string): 'APP_REVOKED' | 'ADDRESS_DENIED' | null {
  if (credential.status !== 'active') return 'APP_REVOKED';
  return addressAllowed(credential.addresses, address) ? null : 'ADDRESS_DENIED';
}

const allowsInterface = ({ interfaces }: Credential, interfaceName: InterfaceName): boolean =>
  interfaces === null || interfaces.includes(interfaceName);

/** Whether somebody let in before would be let in now; the signature was checked then. Pure. */
export const isStillAllowed = (
  credential: Credential | null,
  address: string,
  interfaceName: InterfaceName,
): credential is Credential =>
  credential !== null && refusalByPlace(credential, address) === null && allowsInterface(credential, interfaceName);

/** Everything up to the nonce. Pure. `digest`: of the body, where it was made before. */
export function checkSignedRequest(
  head: RequestHead,
  body: Uint8Array,
  credential: Credential | null,
  /** null: nothing is sent. */
  interfaceName: InterfaceName | null,
  digest?: string,
): Result<Credential, Refusal> {
  const checked = checkHead(head, credential);
  if (!checked.ok) return checked;
  const alg = signAlgOf(head) ?? DEFAULT_SIGN_ALG;
  const { method, path, query, appId, timestamp, nonce } = head;
  const text = stringToSign({ method, path, query, body, digest, appId, timestamp, nonce, alg });
  if (!signatureHolds(text, alg, secretsAt(checked.value, head.arrivedAtMs), head.signature))
    return err({ code: 'SIGNATURE_INVALID', credential, expected: { alg, stringToSign: text } });
  return interfaceName === null || allowsInterface(checked.value, interfaceName)
    ? checked
    : refuse(checked.value, 'INTERFACE_DENIED', interfaceName);
}

/** The newest first. */
const secretsAt = ({ secret, previousSecret }: Credential, atMs: number): readonly string[] =>
  previousSecret !== null && atMs < previousSecret.untilMs ? [secret, previousSecret.secret] : [secret];

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
  interfaceName: InterfaceName | null,
  ports: { readonly credentials: CredentialSource; readonly nonces: NonceLedger },
): Promise<Result<Credential, Refusal>> {
  const credential = await credentialOf(head, ports.credentials);
  const isLarge = body.length > LARGE_BODY_BYTES && checkHead(head, credential).ok;
  const digest = isLarge ? await bodyDigest(body, signAlgOf(head) ?? DEFAULT_SIGN_ALG) : undefined;
  const checked = checkSignedRequest(head, body, credential, interfaceName, digest);
  if (checked.ok && !(await ports.nonces.spend(head.appId, head.nonce))) return refuse(credential, 'NONCE_REPLAYED');
  return checked;
}
