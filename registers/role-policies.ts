/** What the security administrator asks of each role's sign-in. Kept in role_policy (admin/account/policy-rows.ts); one row a role. */
import { choice, lines, yesNo } from './field.ts';
import { defineRegister } from './register.ts';

export const rolePolicies = defineRegister({
  name: 'role-policies',
  title: { zh: '登录策略', en: 'Sign-in policies' },
  group: 'accounts',
  about: {
    zh: '每个角色一条：是否要求第二因素、是否只允许一处登录、允许登录的地址。由安全管理员设定。',
    en: 'One for each role: whether it needs a second factor, whether one session at a time, and from which addresses. The security administrator sets them.',
  },
  scope: 'park',
  fields: {
    role: choice({
      title: { zh: '角色', en: 'Role' },
      options: {
        operator: { zh: '值班员', en: 'Operator' },
        park: { zh: '园区管理', en: 'Park staff' },
        'company-admin': { zh: '企业管理员', en: 'Company administrator' },
        enterprise: { zh: '企业用户', en: 'Company user' },
        contractor: { zh: '承包商', en: 'Contractor' },
        ops: { zh: '运维', en: 'Operations' },
        'system-admin': { zh: '系统管理员', en: 'System administrator' },
        'security-admin': { zh: '安全管理员', en: 'Security administrator' },
        'audit-admin': { zh: '审计管理员', en: 'Audit administrator' },
      },
      required: true,
      unique: true,
      indexed: true,
      edit: 'never',
    }),
    secondFactor: yesNo({
      title: { zh: '要求第二因素', en: 'Second factor' },
      help: { zh: '三员不能取消', en: 'The three administrators cannot do without' },
      required: true,
      indexed: true,
    }),
    singleSession: yesNo({
      title: { zh: '只允许一处登录', en: 'One session at a time' },
      required: true,
      indexed: true,
    }),
    addresses: lines({
      title: { zh: '允许的地址', en: 'Addresses' },
      help: {
        zh: '每行一个地址或网段（如 10.1.0.0/16），空着不限制；不能把自己挡在外面',
        en: 'An address or a range (10.1.0.0/16) a line; empty: any. You cannot shut yourself out',
      },
      maxLength: 4_000,
    }),
  },
  key: 'role',
  label: 'role',
  rights: { read: ['security-admin', 'system-admin'], update: ['security-admin'] },
  list: {
    columns: ['role', 'secondFactor', 'singleSession', 'addresses'],
    sort: { by: 'role' },
    filters: ['secondFactor', 'singleSession'],
  },
  form: [{ fields: ['role', 'secondFactor', 'singleSession', 'addresses'] }],
  kept: 'own',
  problem: ({ role, secondFactor }) =>
    role.endsWith('-admin') && role !== 'company-admin' && !secondFactor
      ? { field: 'secondFactor', words: { zh: '三员必须使用第二因素', en: 'The three administrators need one' } }
      : null,
});
