/**
 * Work permits in the control room: today's work from the live documents, which of it is drawn, which permit is open. The open one
 * stands in the address (`#permit/<company>/<id>`), so a link leads to it.
 */
import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { WorkKind } from '../../standard/special-work.ts';
import { type AlarmView, areaKey } from '../../stream/protocol/effects.ts';
import { type PermitView, permitKey } from '../../stream/protocol/permits.ts';
import { areaMiddle } from '../app/area-middle.ts';
import { go, PERMIT_PLACE, place } from '../app/place.ts';
import { keptSet } from '../app/preferences.ts';
import type { PictureState } from '../app/shown-state.ts';
import type { PickedPermit } from '../scene/permit-layer.ts';
import { alarmsByPermit, EVERY_JOB, type JobFilter, jobCounts, jobItems } from './job-items.ts';
import { slotOf, slotsOf } from './people-now.ts';
import { DAY_STATES, type DayState, KINDS } from './permit-states.ts';

/** What is over is on the map when somebody asks for it. */
export const STATES_AT_START: readonly DayState[] = ['booked', 'applied', 'working'];

export interface OpenPermit {
  readonly companyCode: string;
  readonly permitId: string;
  readonly key: string;
}

/** The open permit as the address says it. */
function openInAddress(): OpenPermit | null {
  const { page, parts } = place();
  const [companyCode, permitId] = parts;
  if (page !== PERMIT_PLACE || companyCode === undefined || permitId === undefined) return null;
  return { companyCode, permitId, key: permitKey(companyCode, permitId) };
}

/** What the rest of the control room tells it. */
export interface Around {
  /** null: every company. */
  readonly companyCode: Accessor<string | null>;
  readonly chosenAlarm: Accessor<AlarmView | null>;
  readonly onOpen: () => void;
}

export function createPermitRoom(shown: PictureState, { companyCode, chosenAlarm, onOpen }: Around) {
  const alarms = createMemo(() => alarmsByPermit(shown.alarms));
  const items = createMemo(() => {
    shown.registerVersion();
    return jobItems(shown.docs('permit'), shown.docs('booking'), alarms(), (key) => {
      const area = shown.picture.areas.get(key);
      return area === undefined ? null : areaMiddle(area);
    });
  });
  const counts = createMemo(() => {
    const company = companyCode();
    return jobCounts(company === null ? items() : items().filter((item) => item.companyCode === company));
  });
  const [shownKinds, setShownKinds] = keptSet<WorkKind>('layer.permit-kinds', KINDS, KINDS);
  const [shownStates, setShownStates] = keptSet<DayState>('layer.permit-states', DAY_STATES, STATES_AT_START);
  const [filter, setFilter] = createSignal<JobFilter>(EVERY_JOB);

  const open = createMemo(openInAddress, null, { equals: (a, b) => a?.key === b?.key });
  /** The open one, else that of the chosen alarm: what the scene shows with its crew. */
  const focusKey = createMemo((): string | null => {
    const alarmed = chosenAlarm()?.permit ?? null;
    return open()?.key ?? (alarmed === null ? null : permitKey(alarmed.companyCode, alarmed.permitId));
  });
  const item = createMemo(() => items().find(({ key }) => key === focusKey()) ?? null);
  const view = createMemo((): PermitView | null => item()?.permit ?? null);
  /** By `company/person`, of its people. */
  const slots = createMemo(() => {
    shown.registerVersion();
    return slotsOf(view()?.people ?? [], shown.picture.bindings);
  });
  const crew = createMemo(() =>
    (view()?.people ?? []).flatMap((person) => {
      const slot = slotOf(person, slots());
      const isOfCrew = person.role === 'worker' || (person.role === 'guardian' && person.onDuty);
      return slot === null || !isOfCrew ? [] : [{ slot, isGuardian: person.role === 'guardian' }];
    }),
  );
  /** Area that says where its job is, if it is known here. */
  const jobAreaKey = createMemo(() => {
    shown.registerVersion();
    const permit = view();
    if (permit?.areaId == null) return null;
    const key = areaKey(permit.companyCode, permit.areaId);
    return shown.picture.areas.has(key) ? key : null;
  });
  createEffect(on(open, (now) => now !== null && onOpen()));

  const show = (company: string, permitId: string): void =>
    go({ page: PERMIT_PLACE, parts: [company, permitId], query: new URLSearchParams() }, { replaces: open() !== null });
  return {
    items,
    counts,
    alarms,
    shownKinds,
    shownStates,
    toggleKind: (kind: WorkKind) => setShownKinds(toggled(shownKinds(), kind)),
    toggleState: (state: DayState) => setShownStates(toggled(shownStates(), state)),
    filter,
    setFilter,
    open,
    focusKey,
    item,
    view,
    slots,
    crew,
    jobAreaKey,
    show,
    close(): void {
      if (open() !== null) go('#', { replaces: true });
    },
    /** A heap leads to the list of what is in it. Returns whether a permit opened. */
    pick({ key, hidden }: PickedPermit): boolean {
      const picked = items().find((one) => one.key === key)?.permit;
      if (hidden.length === 0 && picked != null) {
        show(picked.companyCode, picked.permitId);
        return true;
      }
      setFilter({ ...EVERY_JOB, keys: [key, ...hidden] });
      return false;
    },
    siteOf: (company: string, permitId: string): string | null =>
      shown.picture.doc('permit', permitKey(company, permitId))?.site ?? null,
  };
}
export type PermitRoom = ReturnType<typeof createPermitRoom>;

function toggled<T>(known: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(known);
  if (!next.delete(one)) next.add(one);
  return next;
}
