/**
 * What the console knows beyond the alarms themselves: which one was looked at last and which is offered, the silence that was asked
 * for, and the group that is about to be acknowledged.
 */
import { type Accessor, createEffect, createMemo, createSignal } from 'solid-js';
import { mayAct } from '../../stream/protocol/act-rules.ts';
import type { AlarmGroup } from '../../stream/protocol/alarm-groups.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { Role, RuleId } from '../../stream/protocol/vocabulary.ts';
import type { LiveState } from '../app/live-state.ts';
import type { ShownState } from '../app/shown-state.ts';
import type { AlarmActs } from './alarm-acts.ts';
import { nextToLook, offersOf, soundingLevel } from './alarm-order.ts';
import { groupOf, waitingIn } from './alarm-rows.ts';
import { inTurns } from './in-turns.ts';
import { beginMute, type Mute, muteLeftMs } from './mute.ts';

/** A group that is asked about: those that waited when it was opened, and no later ones. */
export interface AskedGroup {
  readonly rule: RuleId;
  readonly first: AlarmView;
  readonly alarms: readonly AlarmView[];
  /** null: not begun. */
  readonly done: number | null;
  /** Error code of the one that was not done, after which no more are sent. */
  readonly problem: string | null;
}

export function createAlarmConsole(of: {
  readonly live: LiveState;
  readonly shown: ShownState;
  readonly acts: AlarmActs;
  readonly role: Role;
  readonly chosenAlarm: Accessor<AlarmView | null>;
  readonly groups: Accessor<readonly AlarmGroup[]>;
}) {
  const { live, shown, acts } = of;
  const [lookedAlarmId, setLooked] = createSignal<string | null>(null);
  const offers = createMemo(() => (shown.isLive() ? offersOf(shown.alarms, of.chosenAlarm()) : []));

  const [isOfferSeen, setOfferSeen] = createSignal(false);

  const [mute, setMute] = createSignal<Mute | null>(null);
  const muteLeft = createMemo(() => (mute() === null ? 0 : muteLeftMs(mute(), live.alarms, live.nowMs())));
  createEffect(() => {
    if (mute() !== null && muteLeft() === 0) setMute(null);
  });

  const [group, setGroup] = createSignal<AskedGroup | null>(null);
  /** Opens the question about the group of a row; false: none of it waits, or it is not for this user. */
  const askGroup = (key: string): boolean => {
    const found = groupOf(of.groups(), key);
    if (found === undefined || !mayAct(of.role, 'acknowledge')) return false;
    const alarms = waitingIn(found);
    const [first] = alarms;
    if (first === undefined) return false;
    setGroup({ rule: first.rule, first, alarms, done: null, problem: null });
    return true;
  };
  const acknowledgeGroup = async (): Promise<void> => {
    const asked = group();
    if (asked === null || asked.done !== null) return;
    const show = (done: number): void => {
      setGroup({ ...asked, done });
    };
    show(0);
    const done = await inTurns(asked.alarms, acts.acknowledge, show);
    const problem = done < asked.alarms.length ? (acts.problem() ?? 'INTERNAL') : null;
    setGroup(problem === null ? null : { ...asked, done, problem });
  };

  return {
    setLooked,
    offers,
    /** What is offered first lies before the operator already; the scene says so. */
    isOfferSeen,
    setOfferSeen,
    nextToLook: () => nextToLook(shown.alarms, of.chosenAlarm(), lookedAlarmId()),
    /** ms of silence left; 0: it sounds. */
    muteLeft,
    beginMute: (minutes: number) => setMute(beginMute(live.alarms, live.parkNowMs(), minutes)),
    endMute: () => setMute(null),
    /** Level to sound now; null: silence. */
    sounding: () => (muteLeft() > 0 ? null : soundingLevel(live.alarms)),
    group,
    askGroup,
    acknowledgeGroup,
    closeGroup: () => setGroup(null),
  };
}

export type AlarmConsole = ReturnType<typeof createAlarmConsole>;
