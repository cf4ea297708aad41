/** That a message of the live socket holds nothing that a company may not see. */
import { expect } from 'vitest';
import { readFrameHead, visitFrame } from '../../stream/protocol/frame.ts';
import {
  decodeMessageBody,
  type EffectsMessage,
  MESSAGE,
  type SnapshotMessage,
} from '../../stream/protocol/live-message.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';

/** `picture`: who is bound to the slots of a frame when it comes. */
export function expectWithinScope(bytes: Uint8Array, companyCode: string, picture: LivePicture): void {
  if (bytes[0] === MESSAGE.snapshot) {
    const { bindings, areas, alarms, docs = [] } = decodeMessageBody<SnapshotMessage>(bytes);
    expect(bindings.every((b) => b.person.companyCode === companyCode)).toBe(true);
    expect(areas.every((a) => a.companyCode === companyCode)).toBe(true);
    expect(alarms.every((a) => a.companyCodes.includes(companyCode))).toBe(true);
    expect(docs.every((d) => d.companyCodes.includes(companyCode))).toBe(true);
  } else if (bytes[0] === MESSAGE.effects) {
    for (const { effects } of decodeMessageBody<EffectsMessage>(bytes).items) {
      for (const effect of effects) {
        if (effect.t === 'bind') expect(effect.person.companyCode).toBe(companyCode);
        if (effect.t === 'area') expect(effect.area.companyCode).toBe(companyCode);
        if (effect.t === 'area-removed') expect(effect.companyCode).toBe(companyCode);
        if (effect.t === 'alarm') expect(effect.alarm.companyCodes).toContain(companyCode);
        if (effect.t === 'doc') expect(effect.companyCodes).toContain(companyCode);
      }
    }
  } else if (bytes[0] === MESSAGE.frame) {
    let own = 0;
    for (const { person } of picture.bindings.values()) if (person.companyCode === companyCode) own++;
    expect(readFrameHead(bytes)?.online).toBeLessThanOrEqual(own);
    visitFrame(bytes, (slot, generation) => {
      expect(picture.bindings.get(slot)).toMatchObject({ generation, person: { companyCode } });
    });
  }
}
