/**
 * Passwords: hashing with scrypt (RFC 7914), the rules a new one must meet, and when one is due for change. Rules and
 * numbers follow GB/T 22239-2019 level 3 practice; docs/spec/identity.md lists them. Holds no state and does no I/O
 * beyond the key derivation. Called by admin/sign-in.ts and admin/users.ts.
 */
import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

/** N = 2^logN. Memory is 128 * N * r bytes. */
export interface ScryptCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 2^15 * 8 * 128 B = 32 MiB and roughly 0.1 s a hash: a guess is dear, a sign-in of a shift is not. */
export const DEFAULT_COST: ScryptCost = { logN: 15, r: 8, p: 1 };
/** A stored hash above this is refused, so a tampered row cannot exhaust the memory. */
const MAX_LOG_N = 20;
const MAX_BLOCK = 64;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

export const PASSWORD_RULES = {
  minLength: 10,
  /** Longer input is refused before it is hashed. */
  maxLength: 128,
  minClasses: 3,
  /** The current password and the ones before it, together. */
  historyLength: 5,
  maxAgeMs: 90 * 86_400_000,
  maxFailures: 5,
  lockMs: 30 * 60_000,
} as const;

export type PasswordFault = 'too-short' | 'too-long' | 'too-few-classes' | 'used-before';

/** `$scrypt$ln=15,r=8,p=1$<salt>$<key>`, both base64 without padding: the cost travels with the hash. */
export async function hashPassword(password: string, cost: ScryptCost = DEFAULT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(key)}`;
}

/** Constant-time comparison. Throws AppError INTERNAL when the stored text is no hash of this form. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parseHash(stored);
  const key = await derive(password, parsed.salt, parsed.cost);
  return timingSafeEqual(key, parsed.key);
}

/** true: the stored hash was made with another cost than today's and should be made anew after a good sign-in. */
export function needsRehash(stored: string, cost: ScryptCost = DEFAULT_COST): boolean {
  const held = parseHash(stored).cost;
  return held.logN !== cost.logN || held.r !== cost.r || held.p !== cost.p;
}

/** What is wrong with the text itself; null when nothing is. */
export function passwordFault(password: string): PasswordFault | null {
  const length = [...normalise(password)].length;
  if (length < PASSWORD_RULES.minLength) return 'too-short';
  if (length > PASSWORD_RULES.maxLength) return 'too-long';
  return classCount(password) < PASSWORD_RULES.minClasses ? 'too-few-classes' : null;
}

/** Classes: lower-case letters, upper-case letters, digits, everything else. */
export function classCount(password: string): number {
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];
  return classes.filter((one) => one.test(normalise(password))).length;
}

/** `previous`: stored hashes, newest first, the current one included. Only the last `historyLength` count. */
export async function newPasswordFault(password: string, previous: readonly string[]): Promise<PasswordFault | null> {
  const fault = passwordFault(password);
  if (fault !== null) return fault;
  for (const stored of previous.slice(0, PASSWORD_RULES.historyLength)) {
    if (await verifyPassword(password, stored)) return 'used-before';
  }
  return null;
}

export function isPasswordExpired(changedAtMs: number, clock: Clock): boolean {
  return clock.nowMs() - changedAtMs >= PASSWORD_RULES.maxAgeMs;
}

const LETTERS = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789'] as const;
const ALL_LETTERS = LETTERS.join('');

/** A random password that meets the rules; without look-alikes (0 O 1 l I), for people read it off a screen. */
export function generatePassword(length = 16): string {
  for (;;) {
    let text = '';
    for (let at = 0; at < length; at += 1) text += ALL_LETTERS[randomInt(ALL_LETTERS.length)] ?? '';
    if (passwordFault(text) === null) return text;
  }
}

/** The same text typed on two keyboards must be the same bytes. */
function normalise(password: string): string {
  return password.normalize('NFKC');
}

function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const n = 2 ** cost.logN;
  const options: ScryptOptions = { N: n, r: cost.r, p: cost.p, maxmem: 128 * n * cost.r + 1_048_576 };
  return new Promise((resolve, reject) => {
    scrypt(normalise(password), salt, KEY_BYTES, options, (error, key) => {
      if (error) reject(new AppError('INTERNAL', { detail: 'scrypt failed', cause: error }));
      else resolve(key);
    });
  });
}

const HASH_FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

function parseHash(stored: string): { cost: ScryptCost; salt: Buffer; key: Buffer } {
  const match = HASH_FORM.exec(stored);
  const [, logN, r, p, salt, key] = match ?? [];
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (salt === undefined || key === undefined || cost.logN > MAX_LOG_N || cost.r > MAX_BLOCK || cost.p > MAX_BLOCK) {
    throw new AppError('INTERNAL', { detail: 'stored password hash is unreadable' });
  }
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
