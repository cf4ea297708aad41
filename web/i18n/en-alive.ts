import type { zhCnAlive } from './zh-cn-alive.ts';

export const enAlive: typeof zhCnAlive = {
  alive: {
    notLive: 'Not live',
    pictureOf: 'Picture of {{ at }}',
    missed: 'Was cut off for {{ time }} ({{ from }} – {{ to }})',
    nothingMissed: 'No new alarm meanwhile.',
    raised: 'New alarms meanwhile: {{ n }}, the gravest {{ level }}.',
    ended: 'Ended meanwhile: {{ n }}.',
    shortLived: 'What came and ended in between is in the alarm record.',
    show: 'Show the new ones',
    dismiss: 'Understood',
  },
};
