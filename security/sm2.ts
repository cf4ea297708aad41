/**
 * SM2 signatures (GB/T 32918.2, user id of GM/T 0009) of a sign-in challenge, as a USB key or an HSM makes them. Verified by
 * sm-crypto: what OpenSSL 3.0 calls SM2 behind Node's `verify` is ECDSA on that curve, or SM2 with an empty user id.
 */
import smCrypto from 'sm-crypto';

const { sm2 } = smCrypto;

export const SM2_USER_ID = '1234567812345678';
/** Order of the base point of sm2p256v1. */
const N = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
const P = BigInt('0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff');
const A = P - 3n;
const B = BigInt('0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93');

/** x and y in hex, 128 characters, of a key written as hex or Base64, with or without the leading 04; null: no point of the curve. */
export function readSm2PublicKey(text: string): string | null {
  const bytes = bytesOf(text);
  const point = bytes?.length === 65 && bytes[0] === 4 ? bytes.subarray(1) : bytes;
  if (point?.length !== 64) return null;
  const hex = point.toString('hex');
  const [x, y] = [BigInt(`0x${hex.slice(0, 64)}`), BigInt(`0x${hex.slice(64)}`)];
  if (x >= P || y >= P) return null;
  return (y * y - (x * x * x + A * x + B)) % P === 0n ? hex : null;
}

/**
 * `message`: its UTF-8 bytes were signed. `signature`: raw r||s (64 bytes) or DER, in hex or Base64. `publicKey`: of
 * readSm2PublicKey. Anything that is none is false, never an error.
 */
export function verifySm2(message: string, signature: string, publicKey: string): boolean {
  const bytes = bytesOf(signature);
  if (bytes === null) return false;
  const raw = bytes.length === 64 ? bytes.toString('hex') : rawFromDer(bytes);
  if (raw === null || !inRange(raw.slice(0, 64)) || !inRange(raw.slice(64))) return false;
  try {
    return sm2.doVerifySignature(message, raw, `04${publicKey}`, { hash: true, userId: SM2_USER_ID });
  } catch {
    return false;
  }
}

/** Raw r||s in hex. For trying the sign-in without a hardware key, and for tests. */
export const signSm2 = (message: string, privateKey: string): string =>
  sm2.doSignature(message, privateKey, { hash: true, userId: SM2_USER_ID });

/** Hex; `publicKey` is x and y. */
export function makeSm2Key(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  return { privateKey, publicKey: publicKey.slice(2) };
}

const inRange = (hex: string): boolean => {
  const value = BigInt(`0x${hex}`);
  return value > 0n && value < N;
};

/** Hex or Base64, white space left out; null: neither. */
function bytesOf(text: string): Buffer | null {
  const written = text.replaceAll(/\s/g, '');
  if (written.length > 512) return null;
  if (/^(?:[0-9a-f]{2})+$/i.test(written)) return Buffer.from(written, 'hex');
  return /^[A-Za-z0-9+/]{4,}={0,2}$/.test(written) ? Buffer.from(written, 'base64') : null;
}

/** SEQUENCE { INTEGER r, INTEGER s } and not a byte beside it. */
function rawFromDer(der: Buffer): string | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return null;
  const r = integerAt(der, 2);
  if (r === null) return null;
  const s = integerAt(der, r.end);
  return s !== null && s.end === der.length ? r.hex + s.hex : null;
}

function integerAt(der: Buffer, at: number): { readonly hex: string; readonly end: number } | null {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== 0x02 || length < 1 || length > 33 || end > der.length) return null;
  const bytes = der.subarray(at + 2, end);
  const [first = 0, second = 0] = bytes;
  // Negative, or longer than it needs to be.
  if (first >= 0x80 || (length > 1 && first === 0 && second < 0x80)) return null;
  const hex = bytes.toString('hex').replace(/^(?:00)+/, '');
  return hex.length > 64 ? null : { hex: hex.padStart(64, '0'), end };
}
