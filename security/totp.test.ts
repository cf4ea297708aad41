import { Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { createSealer } from './gm.ts';
import { makeTotpSecret, openTotpSecret, sealTotpSecret, totpCode, totpStep, totpUri } from './totp.ts';

/** RFC 6238 appendix B, SHA-1; the last six of its eight digits. */
const RFC_SECRET = Secret.fromUTF8('12345678901234567890').base32;

describe('codes of an authenticator app', () => {
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('[ID-70] RFC 6238 at %i s is %s', (seconds, code) => {
    expect(totpCode(RFC_SECRET, seconds * 1000)).toBe(code);
    expect(totpStep(RFC_SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  test('[ID-70] the step before and after are good, those beyond are not', () => {
    const nowMs = 1_760_000_010_000;
    const step = Math.floor(nowMs / 30_000);
    const steps = [-2, -1, 0, 1, 2].map((off) =>
      totpStep(RFC_SECRET, totpCode(RFC_SECRET, nowMs + off * 30_000), nowMs),
    );
    expect(steps).toEqual([null, step - 1, step, step + 1, null]);
  });

  test.each(['', '28708', '2870820', '28708a', '٢٨٧٠٨٢', '-28708'])('[ID-70] %j is no code', (code) => {
    expect(totpStep(RFC_SECRET, code, 59_000)).toBeNull();
  });

  test('[ID-70] the address for the app names issuer, user and secret; the secret is sealed for its user', () => {
    const secret = makeTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(totpUri(secret, '张三', '滨海化工园区'));
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.searchParams.get('secret')).toBe(secret);
    const sealer = createSealer([Buffer.alloc(32, 1)]);
    const sealed = sealTotpSecret(sealer, 'u-1', secret);
    expect(sealed).not.toContain(secret);
    expect(openTotpSecret(sealer, 'u-1', sealed)).toBe(secret);
    expect(() => openTotpSecret(sealer, 'u-2', sealed)).toThrow(/another context/);
  });
});
