import { expect, test } from 'vitest';
import { issueCredential, openSecret, sealSecret } from './credential-secret.ts';
import { createSealer } from './gm.ts';

const sealer = createSealer([Buffer.alloc(32, 1)]);

test('every issue is new, and fits headers and URLs', () => {
  const issued = Array.from({ length: 50 }, issueCredential);
  expect(new Set(issued.map(({ appId }) => appId)).size).toBe(50);
  expect(new Set(issued.map(({ appSecret }) => appSecret)).size).toBe(50);
  for (const { appId, appSecret } of issued) {
    expect(appId).toMatch(/^app_[0-9a-f]{24}$/);
    expect(appSecret).toMatch(/^[A-Za-z0-9_-]{43}$/);
  }
});

test('[ING-30] a secret opens for its own app id only', () => {
  const sealed = sealSecret(sealer, 'app_1', 's3cret');
  expect(openSecret(sealer, 'app_1', sealed)).toBe('s3cret');
  expect(() => openSecret(sealer, 'app_2', sealed)).toThrow(/another context/);
});
