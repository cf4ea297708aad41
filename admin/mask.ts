/** Personal values as the pages may show them without a reason. */

/**
 * `13812341234` to `138****1234`: the first three and last four of eleven or more digits; of fewer, the last two. Separators
 * and a country code are dropped first. null: there is nothing to show.
 */
export function maskMobile(mobile: string): string | null {
  const digits = mobile.replace(/\D/g, '').replace(/^(?:0086|86)(?=1\d{10}$)/, '');
  if (digits === '') return null;
  if (digits.length < 11) return `****${digits.length > 4 ? digits.slice(-2) : ''}`;
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}

/** `110101199003071234` to `110***********1234`: the first three and the last four. Of fewer than eight, nothing shows. */
export const maskIdNumber = (number: string): string =>
  number.length < 8
    ? '*'.repeat(number.length)
    : `${number.slice(0, 3)}${'*'.repeat(number.length - 7)}${number.slice(-4)}`;
