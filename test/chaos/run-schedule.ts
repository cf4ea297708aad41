/** One schedule against a park: a company sends, things break, everything is let go, and the verdict is read. */
import { SeededRandom } from '../fuzz/gateway-network.ts';
import { Vendor } from '../stack/vendor.ts';
import { VendorFrames } from '../stack/vendor-frames.ts';
import type { CrashPark } from './crash-park.ts';
import type { Schedule } from './schedule.ts';
import { Supplier } from './supplier.ts';
import { verdict } from './verdict.ts';

let companies = 0;

/** Problems found; none: the park came through. */
export async function runSchedule(park: CrashPark, { seed, faults }: Schedule): Promise<string[]> {
  const { stack, screens } = park;
  const companyCode = String(900_001_000 + companies++);
  const vendor = new Vendor(stack.ingestUrl, await stack.addCompany(companyCode, `企业${seed}`));
  const moments = new Moments();
  const frames = new VendorFrames(stack.ingestUrl, vendor.credential);
  const supplier = new Supplier(vendor, frames, seed, () => moments.pass());
  for (const fault of faults) {
    void moments.after(fault.at).then(() => moments.isOver || park.break(fault, (count) => moments.after(count)));
  }
  operate(new SeededRandom(seed ^ 0xac7), moments, screens);
  try {
    await supplier.run();
  } finally {
    moments.end();
    frames.close();
    await park.settled();
  }
  return verdict(park, supplier);
}

/** Operators act on what stands, and one of their networks drops now and then. */
function operate(random: SeededRandom, moments: Moments, [steady, dropping]: CrashPark['screens']): void {
  const act = async (): Promise<void> => {
    await moments.after(3 + random.below(15));
    if (moments.isOver) return;
    const standing = [...steady.client.picture.alarms.values()];
    const alarm = standing[random.below(standing.length)];
    if (random.chance(0.2)) dropping.drop();
    else if (alarm !== undefined) steady.act(alarm.acknowledged ? 'reset' : 'acknowledge', alarm.alarmId);
    await act();
  };
  void act();
}

/** Time as this suite counts it: requests that suppliers have begun. */
class Moments {
  #now = 0;
  isOver = false;
  #waiting: { readonly at: number; readonly resolve: () => void }[] = [];

  /** Resolves so many requests from now, or when there will be no more. */
  after(count: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ at: this.#now + count, resolve }));
  }

  pass(): void {
    this.#now++;
    this.#wake((at) => at <= this.#now);
  }

  end(): void {
    this.isOver = true;
    this.#wake(() => true);
  }

  #wake(isDue: (at: number) => boolean): void {
    const due = this.#waiting.filter(({ at }) => isDue(at));
    this.#waiting = this.#waiting.filter(({ at }) => !isDue(at));
    for (const { resolve } of due) resolve();
  }
}
