import { expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { PASSWORD_RULES } from './password.ts';
import { ADDRESS_LIMIT, SignInAttempts } from './session-attempts.ts';
import { MemoryAttemptStore } from './session-memory.ts';

function createAttempts() {
  const clock = new ManualClock(1_000_000);
  return { clock, attempts: new SignInAttempts(new MemoryAttemptStore(clock)) };
}

async function fail(attempts: SignInAttempts, name: string): Promise<boolean> {
  const verdict = await attempts.begin(name);
  if (verdict.kind !== 'allowed') throw new Error(verdict.kind);
  return attempts.failed(name, verdict.attempt);
}

test('[ID-5] the fifth failure locks for 30 minutes from that failure', async () => {
  const { clock, attempts } = createAttempts();
  for (let count = 1; count <= 4; count += 1) {
    expect(await fail(attempts, 'Lin')).toBe(false);
    clock.advance(60_000);
  }
  expect(await fail(attempts, 'Lin')).toBe(true);
  expect(await attempts.begin('Lin')).toEqual({ kind: 'locked', retryAfterMs: PASSWORD_RULES.lockMs });
  clock.advance(PASSWORD_RULES.lockMs - 1);
  expect(await attempts.begin('Lin')).toEqual({ kind: 'locked', retryAfterMs: 1 });
  clock.advance(1);
  expect((await attempts.begin('Lin')).kind).toBe('allowed');
});

test('[ID-5] spelling of the name does not give another five', async () => {
  const { attempts } = createAttempts();
  for (const name of ['lin', 'LIN', ' Lin', 'lin ', 'Ｌin']) await fail(attempts, name);
  expect((await attempts.begin('Lin')).kind).toBe('locked');
});

test('[ID-5] guesses in parallel are counted before any password is looked at', async () => {
  const { attempts } = createAttempts();
  const verdicts = await Promise.all(Array.from({ length: 15 }, () => attempts.begin('Lin')));
  expect(verdicts.filter((verdict) => verdict.kind === 'allowed')).toHaveLength(PASSWORD_RULES.maxFailures);
});

test('[ID-5] a good sign-in clears the count', async () => {
  const { attempts } = createAttempts();
  for (let count = 1; count <= 4; count += 1) await fail(attempts, 'Lin');
  await attempts.succeeded('Lin');
  expect(await attempts.begin('Lin')).toEqual({ kind: 'allowed', attempt: 1 });
});

test('[ID-8] one address has 20 requests a minute, whatever the names', async () => {
  const { clock, attempts } = createAttempts();
  for (let count = 0; count < ADDRESS_LIMIT.attempts; count += 1) {
    expect(await attempts.limitAddress('10.0.0.1')).toBeNull();
  }
  expect(await attempts.limitAddress('10.0.0.1')).toBe(60_000);
  expect(await attempts.limitAddress('10.0.0.2')).toBeNull();
  clock.advance(60_000);
  expect(await attempts.limitAddress('10.0.0.1')).toBeNull();
});
