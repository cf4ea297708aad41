/**
 * Who leads a company now: the first on duty whose phone is known, after the roster (topic `roster`) of the party
 * `<company>/duty-leader`. A contact counts when it is the park's or that company's: a roster names ids, and says nothing of
 * whose they are.
 */

import { parseCalendar } from '../alarms/settings/calendar.ts';
import { onDuty, parseRoster } from '../alarms/settings/roster.ts';
import { NO_CALENDAR } from '../alarms/shifts.ts';
import type { EmergencyContact } from '../core/emergency-api.ts';
import type { Logger } from '../core/logger.ts';
import { readContact } from '../db/contacts.ts';
import type { Pool } from '../db/pool.ts';
import { readSettings } from '../db/settings.ts';
import { openContactSecret } from '../security/contact-secret.ts';
import type { Sealer } from '../security/gm.ts';

/** null: there is no such roster, nobody is on duty, or no phone can be opened. */
export async function dutyLeaderOf(
  { pool, sealer, logger }: { readonly pool: Pool; readonly sealer: Sealer; readonly logger: Logger },
  companyCode: string,
  atMs: number,
): Promise<EmergencyContact | null> {
  const key = `${companyCode}/duty-leader`;
  const [setting] = await readSettings(pool, null, 'roster', key);
  const roster = setting === undefined || setting.value === null ? null : parseRoster(setting.value, key);
  if (roster === null || !roster.ok) return null;
  const [days] = await readSettings(pool, null, 'calendar', '');
  const calendar = days === undefined || days.value === null ? null : parseCalendar(days.value);
  for (const { contactId, name } of onDuty(roster.value, calendar?.ok === true ? calendar.value : NO_CALENDAR, atMs)) {
    const contact = await readContact(pool, contactId);
    const isOfCompany = contact?.companyCode === null || contact?.companyCode === companyCode;
    if (!isOfCompany || contact?.phoneSealed == null) continue;
    try {
      return { name, phone: openContactSecret(sealer, contactId, 'phone', contact.phoneSealed) };
    } catch (error) {
      logger.error('contact-not-opened', { companyCode, contactId, error });
    }
  }
  return null;
}
