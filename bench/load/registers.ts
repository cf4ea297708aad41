/** Sends the demonstration park's areas and people through the vendor interface and waits for the answers. */
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import type { DemoPark } from '../park/demo-park.ts';
import type { VendorCredential } from '../simulator/signed-post.ts';
import { VendorClient } from '../simulator/vendor-client.ts';

const RECORDS_A_REQUEST = 1_000;
const LIMIT_MS = 120_000;

export async function sendRegisters(
  url: string,
  credentials: Readonly<Record<string, VendorCredential>>,
  park: DemoPark,
): Promise<void> {
  const client = new VendorClient({ url, credentials, clock: systemClock, logger: silentLogger });
  try {
    for (const company of park.plan.companies) {
      const records = {
        areas: park.areas.filter((a) => a.companyIndex === company.index).map((a) => a.record),
        persons: park.people.filter((p) => p.companyIndex === company.index).map((p) => p.record),
      };
      for (const interfaceName of ['areas', 'persons'] as const) {
        for (let at = 0; at < records[interfaceName].length; at += RECORDS_A_REQUEST) {
          const part = records[interfaceName].slice(at, at + RECORDS_A_REQUEST);
          client.send({ companyCode: company.code, interfaceName, records: part });
        }
      }
    }
    if (!(await client.settled(LIMIT_MS))) throw new Error('the registers were not taken in time');
    const { total } = client.report();
    if (total.rejected + total.givenUp > 0) throw new Error(`registers refused: ${JSON.stringify(total)}`);
  } finally {
    client.close();
  }
}
