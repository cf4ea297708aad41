import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOf, personOf, pictureOf } from '../../test/contract/live-world.ts';
import { readFrameHead } from '../protocol/frame.ts';
import { LivePicture } from '../protocol/live-picture.ts';
import { companyFrames } from './company-frames.ts';

const COMPANIES = ['310000001', '310000002', '310000003'];

const place = fc.record({
  slot: fc.nat(300),
  generation: fc.integer({ min: 1, max: 3 }),
  easting: fc.double({ min: -3_000, max: 3_000, noNaN: true }),
  northing: fc.double({ min: -3_000, max: 3_000, noNaN: true }),
});
const places = fc.uniqueArray(place, { selector: (p) => p.slot, maxLength: 60 });
const bindings = fc.uniqueArray(
  fc.record({ slot: fc.nat(300), generation: fc.integer({ min: 1, max: 3 }), company: fc.constantFrom(...COMPANIES) }),
  { selector: (b) => b.slot, maxLength: 200 },
);

describe('companyFrames', () => {
  test('[LIVE-20] each is what the picture itself cuts out for that company, and counts its people', () => {
    fc.assert(
      fc.property(bindings, places, places, (bound, before, now) => {
        const picture = new LivePicture();
        picture.load(
          pictureOf('e', {
            bindings: bound.map(({ slot, generation, company }) => ({
              slot,
              generation,
              person: personOf(`P${slot}`, company),
            })),
            places: before,
          }),
        );
        const frame = frameOf({ term: 1, atMs: 1_764_000_001_000, tick: 2, online: 9 }, now);
        picture.applyFrame(frame);
        const frames = companyFrames(picture, frame, new Set(COMPANIES));
        for (const company of COMPANIES) {
          const online = Array.from({ length: picture.slotCount }, (_, slot) => slot).filter(
            (slot) => picture.isPresent(slot) && picture.personAt(slot)?.companyCode === company,
          ).length;
          expect(frames.get(company)).toEqual(picture.companyFrame(frame, company, online));
          expect(readFrameHead(frames.get(company)!)?.online).toBe(online);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('[LIVE-20] bytes that are no frame make none', () => {
    expect(companyFrames(new LivePicture(), new Uint8Array([3, 1]), new Set(COMPANIES)).size).toBe(0);
  });
});
