/** The parts that watch the park, in the order in which they are told. */
import type { Part } from './part.ts';
import { Presence } from './presence.ts';

export const createParts = (): readonly Part[] => [new Presence()];
