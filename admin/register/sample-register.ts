/** A register that has one field of every kind, states, moves, and what else a declaration may say. For tests alone. */
import {
  choice,
  choices,
  day,
  decimal,
  files,
  instant,
  integer,
  items,
  lines,
  place,
  plan,
  reference,
  references,
  sealed,
  text,
  yesNo,
} from '../../registers/field.ts';
import { defineRegister } from '../../registers/register.ts';

const t = (zh: string, en: string) => ({ zh, en });

export const SAMPLE = defineRegister({
  name: 'sample',
  title: t('样例', 'Samples'),
  group: 'work',
  about: t('样例', 'Samples'),
  scope: 'company',
  contractor: 'unit',
  fields: {
    code: text({ title: t('编号', 'Code'), maxLength: 32, required: true, unique: true, indexed: true }),
    name: text({ title: t('名称', 'Name'), maxLength: 64, required: true, indexed: true, search: true }),
    rank: integer({ title: t('级别', 'Rank'), min: 0, max: 100, indexed: true }),
    note: lines({ title: t('备注', 'Note'), maxLength: 500, search: true }),
    size: decimal({ title: t('尺寸', 'Size'), min: -10, max: 10, digits: 2, indexed: true }),
    isNew: yesNo({ title: t('新', 'New'), indexed: true }),
    since: day({ title: t('起', 'Since'), indexed: true }),
    until: day({ title: t('止', 'Until') }),
    seenAt: instant({ title: t('看见', 'Seen'), indexed: true }),
    kind: choice({ title: t('类别', 'Kind'), options: { a: t('甲', 'A'), b: t('乙', 'B') }, indexed: true }),
    tags: choices({ title: t('标签', 'Tags'), options: { x: t('子', 'X'), y: t('丑', 'Y') }, indexed: true }),
    unit: text({ title: t('单位', 'Unit'), maxLength: 32 }),
    parent: reference({ title: t('上级', 'Parent'), register: 'sample', indexed: true }),
    friends: references({ title: t('相关', 'Friends'), register: 'sample', max: 3, indexed: true }),
    idNumber: sealed({ title: t('身份证号', 'ID number'), secret: 'id-number' }),
    phone: sealed({ title: t('手机', 'Phone'), secret: 'phone' }),
    papers: files({ title: t('文件', 'Papers'), max: 2, types: ['pdf', 'text'] }),
    place: place({ title: t('位置', 'Place') }),
    plan: plan({ title: t('范围', 'Plan') }),
    shifts: items({
      title: t('班次', 'Shifts'),
      max: 3,
      fields: {
        start: integer({ title: t('起', 'Start'), min: 0, max: 23, required: true }),
        post: reference({ title: t('岗位', 'Post'), register: 'sample' }),
      },
    }),
    score: integer({ title: t('得分', 'Score'), min: 0, max: 100, edit: 'never' }),
    site: text({ title: t('场所', 'Site'), maxLength: 20, edit: 'create' }),
  },
  key: 'code',
  label: 'name',
  rights: {
    read: ['park', 'enterprise', 'company-admin', 'contractor', 'operator'],
    create: ['park', 'enterprise', 'contractor'],
    update: ['park', 'enterprise', 'contractor'],
    remove: ['park', 'company:safety'],
    reveal: ['park:police'],
  },
  list: { columns: ['code', 'name', 'rank'], sort: { by: 'code' }, filters: ['kind', 'rank', 'idNumber'] },
  form: [{ fields: ['code', 'name', 'rank'] }],
  states: {
    titles: { draft: t('草稿', 'Draft'), sent: t('已报', 'Sent'), done: t('办结', 'Done') },
    initial: 'draft',
    editableIn: ['draft'],
    moves: [
      { name: 'send', title: t('上报', 'Send'), from: ['draft'], to: 'sent', by: ['enterprise', 'park'] },
      { name: 'return', title: t('退回', 'Return'), from: ['sent'], to: 'draft', by: ['park:emergency'], reason: true },
      { name: 'close', title: t('办结', 'Close'), from: ['sent'], to: 'done', by: ['park'] },
    ],
  },
  actions: [
    {
      name: 'rate',
      title: t('评分', 'Rate'),
      by: ['park'],
      input: { points: integer({ title: t('分', 'Points'), min: 0, max: 100, required: true }) },
    },
  ],
  problem: ({ since, until }) =>
    since !== null && until !== null && until < since
      ? { field: 'until', words: t('止早于起', 'Ends before it starts') }
      : null,
});
