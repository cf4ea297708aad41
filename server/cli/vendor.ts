/** `park vendor`: what the vendor interface refused a company, newest first, as its supplier needs to see it. */

import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import { type KeptRefusal, REFUSALS_KEPT } from '../../ingest/refusals.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { redisUrlOf } from '../config.ts';
import { type Command, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'vendor',
  summary: 'Show what the vendor interface refused a company',
  usage: ['vendor refusals --company CODE [--limit N]', 'vendor refusals --unknown [--limit N]'],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'This company' },
    unknown: { type: 'boolean', doc: 'Requests under app ids that nobody has' },
    limit: { type: 'string', value: 'N', doc: 'At most so many, newest first', defaultText: '20' },
  },
  async run(context) {
    if (context.words[0] !== 'refusals') throw new UsageError('say which: vendor refusals');
    const companyCode = context.has('unknown') ? '' : context.required('company');
    const limit = context.wholeNumber('limit', 1, REFUSALS_KEPT) ?? REFUSALS_KEPT;
    const redis = createRedis(redisUrlOf(context.config), { name: 'park-vendor', logger: context.logger });
    try {
      await whenReady(redis);
      const store = new RedisRefusals({ redis, park: context.config.parkCode });
      for (const refusal of await store.read(companyCode, limit)) context.print(refusal, textOf(refusal));
      return EXIT_DONE;
    } finally {
      closeRedis(redis);
    }
  },
};

function textOf(refusal: KeptRefusal): string {
  const { atMs, appId, interfaceName, code, index, recordId, field, value, reason, expected } = refusal;
  const record = index === null ? '' : `  record ${index} ${recordId ?? ''}  ${field ?? ''} = ${value ?? 'nothing'}`;
  const line = `${new Date(atMs).toISOString()}  ${appId}  ${interfaceName}  ${code}${record}  ${reason}`;
  const signing =
    expected === null ? [] : [`  expected to be signed by ${expected.alg}:`, ...indented(expected.stringToSign)];
  return [line, ...signing].map(printable).join('\n');
}

const indented = (text: string): string[] => text.split('\n').map((line) => `    ${line}`);

/** What strangers sent must not steer the terminal. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, '?');
