/**
 * Topic `maintenance`, key an id: a company's interfaces are down on purpose. While it lasts nothing of them is expected, no
 * silence is told, and their online rate does not count the time.
 */
import type { Result } from '../../core/result.ts';
import { parseFields } from './fields.ts';

export interface Maintenance {
  readonly companyCode: string;
  /** Names of interfaces; empty: all of them. */
  readonly interfaces: readonly string[];
  /** From this instant on, up to but without the other, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

const INTERFACES_MAX = 32;
/** Longer than a year is no maintenance. */
const LONGEST_MS = 366 * 86_400_000;
const LAST_MS = Date.UTC(2200, 0);

export const parseMaintenance = (value: unknown): Result<Maintenance, string> =>
  parseFields('maintenance', value, (fields) => {
    const fromMs = fields.integer('fromMs', 0, LAST_MS);
    return {
      companyCode: fields.text('companyCode', 64),
      interfaces: fields.texts('interfaces', INTERFACES_MAX),
      fromMs,
      toMs: fields.integer('toMs', fromMs + 1, fromMs + LONGEST_MS),
      reason: fields.text('reason', 500),
    };
  });

export const isUnderMaintenance = (
  windows: readonly Maintenance[],
  companyCode: string,
  interfaceName: string,
  nowMs: number,
): boolean =>
  windows.some(
    (one) =>
      one.companyCode === companyCode &&
      (one.interfaces.length === 0 || one.interfaces.includes(interfaceName)) &&
      nowMs >= one.fromMs &&
      nowMs < one.toMs,
  );
