/**
 * Phones of who is missing on the board, and of their companies (stream/protocol/muster-api.ts). Asked for when other people are
 * shown, a few seconds apart, since each look is on record; what is known stays. The store may be behind the live picture: who is
 * not there yet is asked for again.
 */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { MUSTER_PHONES_MAX, type MusterPhones } from '../../stream/protocol/muster-api.ts';
import { request } from '../app/api.ts';
import { lineKey, type MusterLine } from './missing-list.ts';

const APART_MS = 3_000;

export function createMusterPhones(of: Accessor<string | null>, lines: Accessor<readonly MusterLine[]>) {
  const musterId = createMemo(of);
  /** By lineKey(); null: none is known. */
  const [phones, setPhones] = createSignal<ReadonlyMap<string, string | null>>(new Map());
  const [companies, setCompanies] = createSignal<MusterPhones['companies']>([]);
  const [hasFailed, setFailed] = createSignal(false);
  /** Asked for and answered, with a number or not. */
  let told = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const load = async (): Promise<void> => {
    timer = undefined;
    const id = musterId();
    const asked = lines()
      .filter((line) => !told.has(lineKey(line)))
      .slice(0, MUSTER_PHONES_MAX);
    if (id === null || asked.length === 0) return;
    try {
      const people = asked.map(({ companyCode, id: person }) => ({ companyCode, id: person }));
      const answer = await request<MusterPhones>('POST', `/api/musters/${encodeURIComponent(id)}/phones`, { people });
      if (id !== musterId()) return;
      setFailed(false);
      setPhones(new Map([...phones(), ...answer.people.map((one) => [lineKey(one), one.mobile] as const)]));
      const known = new Set(answer.companies.map(({ companyCode }) => companyCode));
      setCompanies([...companies().filter(({ companyCode }) => !known.has(companyCode)), ...answer.companies]);
      for (const one of answer.people) told.add(lineKey(one));
      // In a drill no person's number is told, and none is asked for again.
      if (answer.people.length === 0) for (const one of asked) told.add(lineKey(one));
    } catch {
      setFailed(true);
    }
    later();
  };
  const later = (): void => {
    timer ??= setTimeout(() => void load(), APART_MS);
  };

  createEffect(
    on(musterId, () => {
      clearTimeout(timer);
      timer = undefined;
      told = new Set();
      setPhones(new Map());
      setCompanies([]);
      setFailed(false);
    }),
  );
  createEffect(
    on(lines, (now) => {
      if (timer === undefined && now.some((line) => !told.has(lineKey(line))))
        timer = setTimeout(() => void load(), 300);
    }),
  );
  onCleanup(() => clearTimeout(timer));
  return { phoneOf: (key: string) => phones().get(key), companies, hasFailed };
}
