/**
 * One park frame taken apart by company in one pass: a frame per company that has a client. Asking LivePicture for each
 * company in turn would go through the whole frame as often (50,000 people and 29 companies: 2.3 s a frame; this way 0.03 s).
 */
import { encodeFrame, readFrameHead, visitFrame } from '../protocol/frame.ts';
import type { LivePicture } from '../protocol/live-picture.ts';

/**
 * Call after `picture.applyFrame(bytes)`. Everyone in a company's frame is bound to it under the generation that the frame
 * carries; its `online` counts the company's people on the picture. Companies nobody of whom is in the frame get an empty one.
 */
export function companyFrames(
  picture: LivePicture,
  bytes: Uint8Array,
  companyCodes: ReadonlySet<string>,
): ReadonlyMap<string, Uint8Array> {
  const head = readFrameHead(bytes);
  const frames = new Map<string, Uint8Array>();
  if (head === null) return frames;
  const parts = new Map<string, { readonly slots: number[]; online: number }>();
  for (const companyCode of companyCodes) parts.set(companyCode, { slots: [], online: 0 });
  visitFrame(bytes, (slot, generation) => {
    const binding = picture.bindings.get(slot);
    if (binding === undefined || binding.generation !== generation) return;
    parts.get(binding.person.companyCode)?.slots.push(slot);
  });
  for (const [slot, { generation, person }] of picture.bindings) {
    const part = parts.get(person.companyCode);
    if (part !== undefined && picture.generation[slot] === generation && picture.isPresent(slot)) part.online++;
  }
  for (const [companyCode, { slots, online }] of parts) {
    frames.set(companyCode, encodeFrame({ ...head, online }, new Uint32Array(slots), slots.length, picture));
  }
  return frames;
}
