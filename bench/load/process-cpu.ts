/** CPU time and memory of processes, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports in clock ticks of 10 ms on every platform Node runs on. */
const TICKS_PER_S = 100;

interface Stat {
  readonly parent: number;
  readonly cpuS: number;
  /** CPU of children that ended and were waited for. */
  readonly childrenCpuS: number;
  readonly residentBytes: number;
}

function statOf(pid: number | string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and brackets: fields are counted from behind its last bracket.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return {
      parent: fields[1]!,
      cpuS: (fields[11]! + fields[12]!) / TICKS_PER_S,
      childrenCpuS: (fields[13]! + fields[14]!) / TICKS_PER_S,
      residentBytes: fields[21]! * 4_096,
    };
  } catch {
    return null;
  }
}

export interface ProcessUse {
  readonly cpuS: number;
  readonly residentBytes: number;
}

/** A process with its present and ended children (PostgreSQL's backends). Shared memory counts in each of them. */
export function useOfTree(pid: number): ProcessUse {
  const root = statOf(pid);
  if (root === null) return { cpuS: 0, residentBytes: 0 };
  let cpuS = root.cpuS + root.childrenCpuS;
  let residentBytes = root.residentBytes;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (stat === null || stat.parent !== pid) continue;
    cpuS += stat.cpuS + stat.childrenCpuS;
    residentBytes += stat.residentBytes;
  }
  return { cpuS, residentBytes };
}

export function usesOf(pids: ReadonlyMap<string, number>): Map<string, ProcessUse> {
  return new Map([...pids].map(([name, pid]) => [name, useOfTree(pid)]));
}
