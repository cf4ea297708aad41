/**
 * Musters in the control room: those that stand, which one's board is open, who is missing in it, and the acts: declare, confirm, end.
 * Everything comes from the live documents; acts go the way of all acts.
 */
import { type Accessor, createEffect, createMemo, createSignal } from 'solid-js';
import type { SessionInfo } from '../../core/web-api.ts';
import { mayAct } from '../../stream/protocol/act-rules.ts';
import type { MusterInput } from '../../stream/protocol/acts.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import {
  type Muster,
  type MusterKind,
  type MusterPlace,
  musterPlaceKey,
  ownerOf,
} from '../../stream/protocol/muster.ts';
import type { LiveState } from '../app/live-state.ts';
import type { ShownState } from '../app/shown-state.ts';
import { areaFinder } from './area-at.ts';
import { confirmedLines, lineKey, type MusterLine, missingLines } from './missing-list.ts';
import { type MissingRing, missingRings } from './missing-rings.ts';
import { createMusterCalls, tabStorage } from './muster-calls.ts';
import { placeChoices, proposedPlace } from './muster-places.ts';

/** What the rest of the control room tells it. */
export interface AroundMuster {
  /** What is declared now, whatever moment is shown. */
  readonly live: Pick<LiveState, 'docs' | 'connection'>;
  readonly shown: ShownState;
  readonly session: SessionInfo;
  readonly chosenAlarm: Accessor<AlarmView | null>;
  readonly chosenAreaKey: Accessor<string | null>;
}

export function createMusterRoom({ live, shown, session, chosenAlarm, chosenAreaKey }: AroundMuster) {
  const [openId, setOpenId] = createSignal<string | null>(null);
  const [isAsking, setAsking] = createSignal(false);
  const [isEnding, setEnding] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [pending, setPending] = createSignal<ReadonlySet<string>>(new Set());

  /** As the user may see them: of everybody, or of the own people. Newest first. */
  const standingIn = (state: Pick<LiveState, 'docs'>): Muster[] =>
    state
      .docs('muster')
      .filter(({ companyCode }) => companyCode === session.companyCode)
      .sort((a, b) => b.declaredAtMs - a.declaredAtMs);
  const standing = createMemo(() => standingIn(shown));
  const calls = createMusterCalls(
    createMemo(() => standingIn(live)),
    tabStorage(),
  );
  const open = (musterId: string): void => {
    setProblem(null);
    setOpenId(musterId);
    calls.see(musterId);
  };
  const board = createMemo((): Muster | null => standing().find(({ musterId }) => musterId === openId()) ?? null);
  const pieces = createMemo(() => {
    const musterId = board()?.musterId;
    return musterId === undefined ? [] : shown.docs('muster-people').filter((piece) => piece.musterId === musterId);
  });
  const missing = createMemo((): readonly MusterLine[] => missingLines(pieces(), board()?.declaredAtMs ?? 0));
  const confirmed = createMemo(() => confirmedLines(pieces()));
  /** Slots that stay bright while the board is open; null: nobody is dimmed. */
  const bright = createMemo((): ReadonlySet<number> | null =>
    board() === null ? null : new Set(missing().map(({ slot }) => slot)),
  );
  /** Who is missing, on the map; looked at once a second. */
  const rings = createMemo((): readonly MissingRing[] => {
    if (board() === null) return [];
    shown.nowMs();
    return missingRings(missing(), shown.picture);
  });
  /** Only while somebody asks. */
  const areas = createMemo(() => {
    if (board() === null && !isAsking()) return [];
    shown.registerVersion();
    return [...shown.picture.areas.values()];
  });
  const areaAt = createMemo(() => areaFinder(areas()));
  const choices = createMemo(() => placeChoices(areas(), session.companyCode));
  const mayMuster = (): boolean => mayAct(session.role, 'muster');

  /** A second one about the same waits for the first one's answer. */
  const send = async (key: string, input: MusterInput, comment: string | null): Promise<boolean> => {
    if (pending().has(key)) return false;
    setPending(new Set(pending()).add(key));
    setProblem(null);
    const outcome = await live.connection.act('muster', '', comment, input);
    setPending(new Set([...pending()].filter((one) => one !== key)));
    if (!outcome.ok) setProblem(outcome.code);
    return outcome.ok;
  };
  const standsFor = (place: MusterPlace): Muster | null =>
    standing().find((one) => musterPlaceKey(one.place) === musterPlaceKey(place)) ?? null;
  /** Declared here; its board opens when it comes back. */
  const [declared, setDeclared] = createSignal<MusterPlace | null>(null);
  createEffect(() => {
    const place = declared();
    const muster = place === null ? null : standsFor(place);
    if (muster === null) return;
    setDeclared(null);
    open(muster.musterId);
  });

  return {
    standing,
    /** The board is shown; its muster may be over by now. */
    openId,
    board,
    open,
    /** Not seen on this page yet: they sound. */
    calling: calls.calling,
    see: calls.see,
    close: () => setOpenId(null),
    missing,
    confirmed,
    bright,
    rings,
    areaAt,
    choices,
    problem,
    isPending: (key: string) => pending().has(key),
    mayDeclare: () => mayMuster() && shown.isLive(),
    mayEnd: (muster: Muster) =>
      mayMuster() && shown.isLive() && (session.companyCode === null || ownerOf(muster.place) === session.companyCode),
    isAsking,
    /** The question that names the place. false: not now. */
    ask(): boolean {
      if (!mayMuster() || !shown.isLive()) return false;
      setProblem(null);
      setAsking(true);
      return true;
    },
    stopAsking: () => setAsking(false),
    proposed: () => proposedPlace(choices(), areaAt(), chosenAlarm(), chosenAreaKey()),
    standsFor,
    async declare(place: MusterPlace, kind: MusterKind): Promise<void> {
      setAsking(false);
      if (await send('declare', { step: 'declare', place, kind }, null)) setDeclared(place);
    },
    confirm: (line: Pick<MusterLine, 'companyCode' | 'id'>, words: string) =>
      send(
        lineKey(line),
        { step: 'confirm', musterId: openId() ?? '', companyCode: line.companyCode, id: line.id },
        words || null,
      ),
    unconfirm: (line: Pick<MusterLine, 'companyCode' | 'id'>) =>
      send(
        lineKey(line),
        { step: 'unconfirm', musterId: openId() ?? '', companyCode: line.companyCode, id: line.id },
        null,
      ),
    isEnding,
    setEnding,
    end: (word: string) => send('end', { step: 'end', musterId: openId() ?? '' }, word),
  };
}
export type MusterRoom = ReturnType<typeof createMusterRoom>;
