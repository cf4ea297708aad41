import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../admin/audit.ts';
import { ACTS } from '../stream/protocol/acts.ts';
import { ACTION_WORDS } from '../web/audit/action-words.ts';
import { auditQuery, NO_FILTER } from '../web/audit/audit-filter.ts';

test('[AUD-35] every action has words in both languages', () => {
  const actions = [...AUDIT_ACTIONS, ...ACTS.map((act) => `alarm.${act}`)];
  expect(actions.filter((action) => ACTION_WORDS[action] === undefined)).toEqual([]);
  expect(Object.values(ACTION_WORDS).filter(({ zh, en }) => !/\p{Script=Han}/u.test(zh) || en === '')).toEqual([]);
});

test('[AUD-35] the page asks for what was filled in, in China time', () => {
  const filter = { ...NO_FILTER, from: '2026-07-01T08:00', to: 'soon', user: ' a ', search: '园 区' };
  expect(Object.fromEntries(auditQuery(filter))).toEqual({
    from: String(Date.UTC(2026, 6, 1)),
    user: 'a',
    search: '园 区',
  });
});
