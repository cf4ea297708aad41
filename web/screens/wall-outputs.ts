/** Pages of a wall, each for one output: `#wall/<n>`. Pure. */
export const WALL_PAGE = 'wall';
export const WALL_OUTPUTS = ['map', 'alarms', 'boards'] as const;
export type WallOutput = (typeof WALL_OUTPUTS)[number];

/** By the part of the address, from 1 on; null: there is none of that number. */
export const wallOutput = (part: string | undefined): WallOutput | null =>
  /^[1-9]$/.test(part ?? '') ? (WALL_OUTPUTS[Number(part) - 1] ?? null) : null;

export const wallHash = (output: WallOutput): string => `#${WALL_PAGE}/${WALL_OUTPUTS.indexOf(output) + 1}`;
