/** Codes of the demonstration's cameras: twenty digits of GB/T 28181, nine of a company at most. */

export const demoCameraCode = (companyIndex: number, serial: number): string =>
  `3101160002132${String(companyIndex * 10 + serial).padStart(7, '0')}`;

/** The one of each company that is out of order. */
export const OUT_OF_ORDER = 9;
