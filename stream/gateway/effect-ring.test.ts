import { describe, expect, test } from 'vitest';
import { alarmOf, areaOf, bindOf, personOf } from '../../test/contract/live-world.ts';
import type { Effect } from '../protocol/effects.ts';
import { decodeMessageBody, type EffectsMessage } from '../protocol/live-message.ts';
import { EffectRing } from './effect-ring.ts';
import { itemForCompany, ScopeIndex } from './scope-index.ts';

const [A, B, C] = ['310000001', '310000002', '310000003'] as const;
const itemAt = (seq: number, effects: Effect[] = [bindOf(seq, 1, A)]) => ({ seq, atMs: seq, effects });

describe('EffectRing', () => {
  const filled = (bounds: { items: number; bytes: number }, count: number): EffectRing => {
    const ring = new EffectRing(bounds);
    const scopes = new ScopeIndex();
    ring.restart('e', 100);
    for (let i = 1; i <= count; i++) ring.push(scopes.route(itemAt(100 + i * 10)));
    return ring;
  };
  const seqAt = (ring: EffectRing, cursor: number | null): number | undefined => {
    const message = cursor === null ? null : ring.messageAt(cursor, null);
    return message === null ? undefined : decodeMessageBody<EffectsMessage>(message.bytes).items[0]?.seq;
  };

  test('[LIVE-10] a cursor stands behind what the client has, also between two items', () => {
    const ring = filled({ items: 10, bytes: 100_000 }, 3);
    expect(seqAt(ring, ring.cursorAfter('e', 100))).toBe(110);
    expect(seqAt(ring, ring.cursorAfter('e', 109))).toBe(110);
    expect(seqAt(ring, ring.cursorAfter('e', 110))).toBe(120);
    expect(seqAt(ring, ring.cursorAfter('e', 125))).toBe(130);
    expect(ring.cursorAfter('e', 130)).toBe(ring.end);
  });

  test('[LIVE-6] [LIVE-10] what fell out of the ring, came before it, or is of another epoch, has no cursor', () => {
    const ring = filled({ items: 2, bytes: 100_000 }, 5);
    expect(ring.items).toBe(2);
    expect(ring.cursorAfter('e', 129)).toBeNull();
    expect(seqAt(ring, ring.cursorAfter('e', 130))).toBe(140);
    expect(ring.cursorAfter('other', 140)).toBeNull();
    expect(ring.cursorAfter('e', Number.NaN)).toBeNull();
    expect(filled({ items: 2, bytes: 1 }, 0).cursorAfter('e', 99)).toBeNull();
  });

  test('[LIVE-10] bytes are bounded too, with what companies were encoded', () => {
    const one = filled({ items: 100, bytes: 1e9 }, 1).bytes;
    const ring = filled({ items: 100, bytes: one * 4 }, 20);
    expect(ring.bytes).toBeLessThanOrEqual(one * 4);
    expect(ring.items).toBeLessThan(5);
    const parkOnly = ring.bytes;
    for (let cursor = ring.first; cursor < ring.end; cursor++) ring.messageAt(cursor, A);
    expect(ring.bytes).toBe(parkOnly * 2);
    ring.push(new ScopeIndex().route(itemAt(1_000)));
    expect(ring.bytes).toBeLessThanOrEqual(one * 4);
  });

  test('[LIVE-8] after a restart every cursor has fallen out, the one at the end too', () => {
    const ring = filled({ items: 10, bytes: 100_000 }, 2);
    const end = ring.end;
    ring.restart('e2', 7);
    expect(end).toBeLessThan(ring.first);
    expect(ring.cursorAfter('e2', 7)).toBe(ring.end);
    expect(ring.cursorAfter('e2', 6)).toBeNull();
  });

  test('[LIVE-21] a company gets its own part of an item; one that does not concern it is silent', () => {
    const ring = new EffectRing({ items: 10, bytes: 100_000 });
    ring.restart('e', 0);
    ring.push(new ScopeIndex().route(itemAt(1, [bindOf(1, 1, A), bindOf(2, 1, B)])));
    const effectsFor = (company: string) => {
      const message = ring.messageAt(ring.first, company);
      return {
        isSilent: message?.isSilent,
        effects: decodeMessageBody<EffectsMessage>(message!.bytes).items[0]?.effects,
      };
    };
    expect(effectsFor(A)).toEqual({ isSilent: false, effects: [bindOf(1, 1, A)] });
    expect(effectsFor(C)).toEqual({ isSilent: true, effects: [] });
  });
});

describe('ScopeIndex', () => {
  test('[LIVE-22] a slot that goes over to another company is gone for the one before', () => {
    const scopes = new ScopeIndex();
    scopes.load({ bindings: [{ slot: 4, generation: 7, person: personOf('P', A) }], alarms: [] });
    const routed = scopes.route(itemAt(1, [bindOf(4, 7, B), { t: 'unbind', slot: 4, generation: 7 }]));
    expect(itemForCompany(routed, A).effects).toEqual([{ t: 'unbind', slot: 4, generation: 7 }]);
    expect(itemForCompany(routed, B).effects).toEqual([bindOf(4, 7, B), { t: 'unbind', slot: 4, generation: 7 }]);
    expect(routed.item.effects.length).toBe(2);
  });

  test('[LIVE-21] an unbind of a generation that is not the owner concerns nobody', () => {
    const scopes = new ScopeIndex();
    scopes.load({ bindings: [{ slot: 4, generation: 7, person: personOf('P', A) }], alarms: [] });
    const routed = scopes.route(itemAt(1, [{ t: 'unbind', slot: 4, generation: 6 }]));
    expect(routed.scoped).toEqual([]);
  });

  test('[LIVE-22] an alarm that ceases to concern a company brings that company a snapshot', () => {
    const scopes = new ScopeIndex();
    scopes.load({ bindings: [], alarms: [alarmOf('x', [A, B])] });
    expect([...scopes.route(itemAt(1, [{ t: 'alarm', alarm: alarmOf('x', [B]) }])).resync]).toEqual([A]);
    expect([...scopes.route(itemAt(2, [{ t: 'alarm', alarm: alarmOf('x', [B, C]) }])).resync]).toEqual([]);
    const ended: Effect = { t: 'alarm', alarm: alarmOf('x', [B], { endedAtMs: 3 }) };
    expect([...scopes.route(itemAt(3, [ended])).resync]).toEqual([C]);
    expect([...scopes.route(itemAt(4, [{ t: 'alarm', alarm: alarmOf('x', [A]) }])).resync]).toEqual([]);
  });

  test('[LIVE-20] areas and alarms go to the companies they name', () => {
    const routed = new ScopeIndex().route(
      itemAt(1, [
        { t: 'area', area: areaOf('z', A, 1) },
        { t: 'area-removed', areaId: 'y', companyCode: B },
        { t: 'alarm', alarm: alarmOf('x', [A, C]) },
      ]),
    );
    const kinds = (company: string) => itemForCompany(routed, company).effects.map((effect) => effect.t);
    expect([kinds(A), kinds(B), kinds(C)]).toEqual([['area', 'alarm'], ['area-removed'], ['alarm']]);
  });
});
