/**
 * Seeded random numbers for the demonstration park, the simulator and the benches: the same seed gives the same
 * sequence on every machine, so before and after see identical data. Not for secrets.
 */

/** Uniform in [0, 1). */
export type Random = () => number;

/** mulberry32 (T. Ettinger, public domain): 32 bits of state, period 2^32. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal by Box and Muller; draws two uniforms. */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
