import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { holderName, isGoneHere } from './lease-holder.ts';

describe('a holder of leases', () => {
  it('[LOG-35] is gone when its process on this machine ended, and not while it is only stopped', async () => {
    const child = spawn('sleep', ['60']);
    const holder = holderName(child.pid);
    expect(isGoneHere(holder)).toBe(false);
    child.kill('SIGSTOP');
    expect(isGoneHere(holder)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isGoneHere(holder)).toBe(process.platform === 'linux');
  });

  it('[LOG-35] is never gone for another machine, nor when its name says nothing', () => {
    expect(isGoneHere(holderName())).toBe(false);
    for (const holder of ['elsewhere/boot/1:1', 'host:99999999', '', ':', `${holderName().split(':')[0]}:x`]) {
      expect(isGoneHere(holder)).toBe(false);
    }
  });
});
