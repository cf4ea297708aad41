/** Texts of the page of the audit. */
import type { Dictionary } from './i18n.ts';
import type { zhCnAudit } from './zh-cn-audit.ts';

export const enAudit: Dictionary<typeof zhCnAudit> = {
  audit: {
    title: 'Security audit',
    from: 'From',
    to: 'To',
    user: 'User name',
    action: 'Action',
    subject: 'Subject',
    outcome: 'Outcome',
    search: 'Words',
    all: 'All',
    find: 'Find',
    clear: 'Clear filters',
    csv: 'Export CSV',
    jsonl: 'Export JSON lines',
    exportNote: 'Exports what fits the filters; looking and exporting go on record too.',
    at: 'Time',
    address: 'Address',
    detail: 'Detail',
    none: 'No row of the audit fits',
    more: 'Show more',
    loading: 'Looking…',
    failed: 'Not found out; please try again.',
    row: 'Row {{ id }} of the audit',
    outcomes: { ok: 'Done', refused: 'Refused', accepted: 'Accepted', noted: 'Noted' },
    sealed: 'Last sealed: block {{ block }}, {{ at }}',
    unsealedYet: 'Nothing is sealed yet',
    waiting: '{{ n }} rows wait for their seal',
    gone: '{{ n }} rows were removed before their seal',
    oldest: 'Oldest row {{ at }}',
    verified: 'Last verified {{ at }}: {{ n }} rows, nothing was altered',
    broken: 'Last verified {{ at }}: {{ n }} faults; look into it at once',
    neverVerified: 'Never verified: run park audit verify on the server',
  },
};
