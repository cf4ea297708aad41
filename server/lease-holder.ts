/**
 * Names of lease holders that tell, to another process of the same machine, whether the holder still lives. So a watch that
 * was killed and started again need not wait for its own lease to run out. The term protects all the same: were a living
 * holder taken for dead, everything it writes would be refused.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process id means something on one start of one machine, within one namespace of processes (a container has its own). */
const machine = ((): string => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
    return `${hostname()}/${boot}/${namespace}`;
  } catch {
    // No Linux: nobody is known to be gone, and leases run out.
    return `${hostname()}/${randomUUID()}`;
  }
})();

export const holderName = (pid: number = process.pid): string => `${machine}:${pid}:${randomUUID().slice(0, 8)}`;

/** true: surely gone. A process that is stopped or hangs is there. */
export function isGoneHere(holder: string): boolean {
  const [where, processId] = holder.split(':');
  const pid = Number(processId);
  if (where !== machine || !Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
