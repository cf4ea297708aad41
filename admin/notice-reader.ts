/** What a stream of notices has told so far. For tests alone. */
import type { Readable } from 'node:stream';
import type { Notice } from '../core/notice-api.ts';

export interface Told {
  /** Names of events in their order; `:` a sign of life. */
  readonly events: readonly string[];
  readonly notices: readonly Notice[];
  readonly isOver: () => boolean;
}

export function reading(stream: Readable): Told {
  const events: string[] = [];
  const notices: Notice[] = [];
  let rest = '';
  let isOver = false;
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? block;
      events.push(event);
      if (event === 'notice') notices.push(JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '') as Notice);
    }
  });
  stream.once('close', () => {
    isOver = true;
  });
  return { events, notices, isOver: () => isOver };
}
