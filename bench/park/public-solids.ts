/** What belongs to no company: emergency centre, waste-water works, pipe galleries along the streets, the ground below. */
import { createRandom } from '../random.ts';
import { buildCell } from './cells.ts';
import { type Rect, rectFrom } from './site-frame.ts';
import { SolidList } from './solid.ts';
import { ROW_DEPTHS_M, U_LINES, V_LINES } from './street-grid.ts';

export function createPublicSolids(seed: number, bounds: Rect): SolidList {
  const out = new SolidList();
  const random = createRandom(seed + 77);
  const centre = { u: (U_LINES[2]! + U_LINES[3]!) / 2, v: (V_LINES[2]! + V_LINES[3]!) / 2 };
  out.plate('lawn', rectFrom(centre.u, centre.v, 800, 820), 0.12);
  const hall = buildCell('office', rectFrom(centre.u, centre.v + 60, 220, 120), random);
  out.solids.push(...hall.solids.solids);
  out.box('hall', rectFrom(centre.u - 140, centre.v - 90, 70, 26), 0, 9);
  out.box('hall', rectFrom(centre.u + 140, centre.v - 90, 70, 26), 0, 9);
  out.cylinder('stack', centre.u + 190, centre.v - 90, 2.4, 0, 32);
  const works = { u: (U_LINES[0]! + U_LINES[1]!) / 2, v: (V_LINES[5]! + V_LINES[6]!) / 2 };
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const u = works.u - 200 + i * 200;
      const v = works.v - 220 + j * 220;
      out.cylinder('concrete', u, v, 34, 0, 2.6);
      out.cylinder('water', u, v, 32, 2.6, 0.1, 1);
    }
  }
  for (const u of U_LINES.slice(1, -1)) {
    for (let row = 0; row < ROW_DEPTHS_M.length; row++) {
      const rect = { u0: u + 11, u1: u + 17, v0: V_LINES[row]! + 16, v1: V_LINES[row + 1]! - 16 };
      out.pipe('pipe', rect, 6.5, 0.9);
      out.pipe('pipeLight', { ...rect, u0: u + 13, u1: u + 15 }, 7.4, 0.7);
      for (let v = rect.v0; v < rect.v1; v += 80) out.panel('steel', { ...rect, v0: v, v1: v + 0.6 }, 0, 6.5);
    }
  }
  // One plate under everything, in pieces small enough to follow the ellipsoid (1 km: 2 cm).
  for (let u = bounds.u0 - 300; u < bounds.u1 + 300; u += 700) {
    for (let v = bounds.v0 - 300; v < bounds.v1 + 300; v += 660) {
      out.plate('apron', { u0: u, v0: v, u1: u + 700, v1: v + 660 }, -0.3);
    }
  }
  return out;
}
