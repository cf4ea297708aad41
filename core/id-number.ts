/** Citizen identification numbers 公民身份号码 (GB 11643): 17 digits and a check character (ISO 7064, MOD 11-2). */
const FORM = /^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** `X` as a capital. */
export function isIdNumber(written: string): boolean {
  if (!FORM.test(written)) return false;
  const sum = WEIGHTS.reduce((total, weight, n) => total + weight * Number(written[n]), 0);
  return CHECKS[sum % 11] === written[17];
}
