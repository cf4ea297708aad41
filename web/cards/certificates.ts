/** Certificates of a person as vendors send and pages keep them: objects of plain values whose names are not agreed. Pure. */
export interface Certificate {
  readonly name: string;
  readonly number: string;
  /** As written. */
  readonly validTo: string;
  /** `unknown`: nothing, or no day, says until when. */
  readonly state: 'valid' | 'ending' | 'over' | 'unknown';
}

/** From here on somebody should see to its renewal. */
export const ENDING_MS = 30 * 86_400_000;
const CHINA_OFFSET = '+08:00';
const DAY_MS = 86_400_000;

export function certificatesOf(sent: readonly unknown[], nowMs: number): Certificate[] {
  return sent.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const values = new Map(Object.entries(one).map(([name, value]) => [name.toUpperCase(), value]));
    const text = (...names: readonly string[]): string => {
      for (const name of names) {
        const value = values.get(name);
        if (typeof value === 'string' || typeof value === 'number') return String(value);
      }
      return '';
    };
    const name = text('NAME', 'CERT_NAME', 'TYPE');
    const number = text('NUMBER', 'CERT_NO', 'NO');
    const validTo = text('VALID_TO', 'VALIDTO', 'EXPIRES');
    return name === '' && number === '' ? [] : [{ name, number, validTo, state: stateOf(validTo, nowMs) }];
  });
}

/** It holds through its last day, of UTC+8. */
function stateOf(validTo: string, nowMs: number): Certificate['state'] {
  const day = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.exec(validTo) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(validTo);
  if (day === null) return 'unknown';
  const [, year = '', month = '', date = ''] = day;
  const endMs =
    Date.parse(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}T00:00:00${CHINA_OFFSET}`) + DAY_MS;
  if (Number.isNaN(endMs)) return 'unknown';
  if (endMs <= nowMs) return 'over';
  return endMs - nowMs <= ENDING_MS ? 'ending' : 'valid';
}
