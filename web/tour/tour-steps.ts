/** The tour over the real screen: what each step points at, and where its card stands. Pure. */
import type { TextKey } from '../i18n/i18n.ts';

export interface TourStep {
  readonly title: TextKey;
  readonly text: TextKey;
  /** Of the part it is about; one that is not drawn now is told of without a frame. */
  readonly selector: string;
}

export const TOUR_STEPS: readonly TourStep[] = [
  { title: 'tour.strip', text: 'tour.stripText', selector: '.strip' },
  { title: 'tour.list', text: 'tour.listText', selector: '.alarms' },
  { title: 'tour.map', text: 'tour.mapText', selector: '.stage' },
  { title: 'tour.find', text: 'tour.findText', selector: '.left .rail' },
  { title: 'tour.time', text: 'tour.timeText', selector: '.timeline' },
  { title: 'tour.keys', text: 'tour.keysText', selector: '.help-button' },
];

/** A rise of it shows the tour once more to everybody. */
export const TOUR_VERSION = 1;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP_PX = 12;

/**
 * Where the card of a step stands, px: below, above, left or right of the part that it is about, the first that has room; in the middle
 * of a part that fills the screen.
 */
export function cardPlace(
  part: Box | null,
  card: Pick<Box, 'width' | 'height'>,
  screen: Pick<Box, 'width' | 'height'>,
): Pick<Box, 'left' | 'top'> {
  const middle = { left: (screen.width - card.width) / 2, top: (screen.height - card.height) / 2 };
  if (part === null) return middle;
  const left = within(part.left + part.width / 2 - card.width / 2, screen.width - card.width);
  const top = within(part.top + part.height / 2 - card.height / 2, screen.height - card.height);
  const below = part.top + part.height + GAP_PX;
  if (below + card.height <= screen.height) return { left, top: below };
  if (part.top - GAP_PX - card.height >= 0) return { left, top: part.top - GAP_PX - card.height };
  if (part.left - GAP_PX - card.width >= 0) return { left: part.left - GAP_PX - card.width, top };
  const right = part.left + part.width + GAP_PX;
  return right + card.width <= screen.width ? { left: right, top } : middle;
}

const within = (value: number, most: number): number => Math.max(GAP_PX, Math.min(value, most - GAP_PX));
