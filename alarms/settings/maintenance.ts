/**
 * Topic `maintenance`, key an id: a company's interfaces are down on purpose. While it lasts nothing of them is expected, no
 * silence is told, and their online rate does not count the time.
 */
import { err, ok, type Result } from '../../core/result.ts';

export interface Maintenance {
  readonly companyCode: string;
  /** Names of interfaces; empty: all of them. */
  readonly interfaces: readonly string[];
  /** From this instant on, up to but without the other, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

const TEXT_MAX = 500;
const INTERFACES_MAX = 32;
/** Longer than a year is no maintenance. */
const LONGEST_MS = 366 * 86_400_000;

export function parseMaintenance(value: unknown): Result<Maintenance, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return err('maintenance: not an object');
  const { companyCode, interfaces, fromMs, toMs, reason, ...rest } = value as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return err(`maintenance: no "${unknown}"`);
  if (!isText(companyCode)) return err('maintenance: companyCode is the code of a company');
  if (!Array.isArray(interfaces) || interfaces.length > INTERFACES_MAX || !interfaces.every(isText)) {
    return err(`maintenance: interfaces is a list of at most ${INTERFACES_MAX} names, empty for all`);
  }
  if (!isInstant(fromMs) || !isInstant(toMs) || toMs <= fromMs || toMs - fromMs > LONGEST_MS) {
    return err('maintenance: fromMs and toMs are instants in ms, toMs the later, at most 366 days later');
  }
  if (!isText(reason)) return err('maintenance: reason says why');
  return ok({ companyCode, interfaces: [...new Set(interfaces)], fromMs, toMs, reason });
}

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

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX;
const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
