/** Numbers of certificates in what alarms show: that of a special operator is the ID number behind a letter. */

/** The first three and the last four; of a short one the last two. */
export const maskedNumber = (number: string): string =>
  number.length > 8 ? `${number.slice(0, 3)}****${number.slice(-4)}` : `****${number.slice(-2)}`;
