import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlacedDetector } from '../../stream/protocol/permit-api.ts';
import { DetectorsPoll } from './detectors-poll.ts';
import { gasAlarmsOf } from './gas-alarms.ts';

const T0 = Date.UTC(2026, 10, 21, 8);

describe('asking for detectors', () => {
  const pending: ((answer: readonly PlacedDetector[] | Error) => void)[] = [];
  const put: (readonly PlacedDetector[] | null)[] = [];
  let poll: DetectorsPoll;
  beforeEach(() => {
    pending.length = 0;
    put.length = 0;
    poll = new DetectorsPoll(
      () =>
        new Promise((resolve, reject) => {
          pending.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        }),
      (answer) => put.push(answer),
    );
  });

  it('[SCN-71] at once when they are shown, again after 30 s, and not while they are not shown', () => {
    poll.look(null, '');
    expect(pending).toHaveLength(0);
    for (const ms of [0, 500, 29_999]) poll.look(T0 + ms, '');
    expect(pending).toHaveLength(1);
    poll.look(T0 + 30_000, '');
    expect(pending).toHaveLength(2);
    poll.look(null, '');
    poll.look(T0 + 31_000, '');
    expect(pending).toHaveLength(3);
  });

  it('[SCN-71] at once when a gas alarm begins or ends', () => {
    poll.look(T0, '');
    poll.look(T0 + 500, 'a1');
    poll.look(T0 + 1_000, 'a1');
    expect(pending).toHaveLength(2);
    poll.look(T0 + 1_500, '');
    expect(pending).toHaveLength(3);
  });

  it('[SCN-71] a late answer does not replace a newer one, one that failed is told, one no longer wanted is dropped', async () => {
    const older: readonly PlacedDetector[] = [];
    const newer: readonly PlacedDetector[] = [];
    poll.look(T0, '');
    poll.look(T0 + 500, 'a1');
    pending[1]!(newer);
    pending[0]!(older);
    await vi.waitFor(() => expect(put).toHaveLength(1));
    expect(put[0]).toBe(newer);
    poll.look(T0 + 31_000, 'a1');
    pending[2]!(new Error('gone'));
    await vi.waitFor(() => expect(put).toHaveLength(2));
    expect(put[1]).toBeNull();
    poll.look(T0 + 70_000, 'a1');
    poll.look(null, '');
    pending[3]!(newer);
    poll.look(T0 + 80_000, 'a1');
    pending[4]!(older);
    await vi.waitFor(() => expect(put).toHaveLength(3));
    expect(put[2]).toBe(older);
  });

  it('[SCN-71] gas alarms are those of jobs near a detector that sounds and of gatherings that were told to leave', () => {
    const alarm = (
      alarmId: string,
      rule: 'gas-near-job' | 'gathering' | 'sos',
      detail: string | null,
      active = true,
    ) => ({
      alarmId,
      rule,
      detail,
      active,
    });
    const alarms = [
      alarm('c', 'gas-near-job', null),
      alarm('a', 'gathering', 'withdraw'),
      alarm('b', 'gathering', null),
      alarm('d', 'sos', null),
      alarm('e', 'gas-near-job', null, false),
    ];
    expect(gasAlarmsOf(alarms)).toBe('a,c');
    expect(gasAlarmsOf([...alarms].reverse())).toBe('a,c');
    expect(gasAlarmsOf([])).toBe('');
  });
});
