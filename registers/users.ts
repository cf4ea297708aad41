/**
 * Accounts: those of the park (staff, contractors, ops, the three administrators) and those of the companies, which each
 * company's administrator keeps. Kept in app_user (admin/account/user-rows.ts). An account's role stands for good.
 */
import { choice, instant, reference, text } from './field.ts';
import { type Action, defineRegister, type Party, type States } from './register.ts';

const name = text({
  title: { zh: '登录名', en: 'User name' },
  help: {
    zh: '登录用，不区分大小写，建立后不能更改',
    en: 'For signing in; case does not matter, and it stands for good',
  },
  maxLength: 64,
  required: true,
  unique: true,
  indexed: true,
  search: true,
  edit: 'create',
  form: {
    pattern: /^[\p{Ll}\p{Lo}\p{N}][\p{Ll}\p{Lo}\p{N}._-]{0,63}$/u,
    words: { zh: '小写字母、汉字、数字和 . _ -', en: 'lower-case letters, digits and . _ -' },
  },
});
const displayName = text({
  title: { zh: '姓名', en: 'Name' },
  maxLength: 64,
  required: true,
  indexed: true,
  search: true,
});
/** What the system knows of signing in; nobody writes it. */
const signIn = {
  password: choice({
    title: { zh: '密码', en: 'Password' },
    options: {
      none: { zh: '未发放', en: 'Not issued' },
      first: { zh: '首次登录须修改', en: 'To be changed' },
      set: { zh: '已设置', en: 'Set' },
    },
    indexed: true,
    edit: 'never',
  }),
  factor: choice({
    title: { zh: '第二因素', en: 'Second factor' },
    options: {
      none: { zh: '未绑定', en: 'None' },
      totp: { zh: '动态口令', en: 'App code' },
      sm2: { zh: 'SM2 密钥', en: 'SM2 key' },
      both: { zh: '动态口令和 SM2 密钥', en: 'App code and SM2 key' },
    },
    indexed: true,
    edit: 'never',
  }),
  lockedUntil: instant({ title: { zh: '锁定至', en: 'Locked until' }, indexed: true, edit: 'never' }),
  lastSignInAt: instant({ title: { zh: '最近登录', en: 'Last sign-in' }, indexed: true, edit: 'never' }),
} as const;

export type UserState = 'unconfirmed' | 'active' | 'disabled';
const stateTitles = {
  unconfirmed: { zh: '待安全管理员确认', en: 'To be confirmed' },
  active: { zh: '启用', en: 'Active' },
  disabled: { zh: '停用', en: 'Disabled' },
} as const;

const states = (disablers: readonly Party[], enablers: readonly Party[]): States<UserState> => ({
  titles: stateTitles,
  initial: 'active',
  moves: [
    {
      name: 'confirm',
      title: { zh: '确认', en: 'Confirm' },
      from: ['unconfirmed'],
      to: 'active',
      by: ['security-admin'],
    },
    {
      name: 'disable',
      title: { zh: '停用', en: 'Disable' },
      from: ['active', 'unconfirmed'],
      to: 'disabled',
      by: disablers,
      reason: true,
    },
    { name: 'enable', title: { zh: '启用', en: 'Enable' }, from: ['disabled'], to: 'active', by: enablers },
  ],
});

/** `accounts`: who keeps accounts, `factors`: who keeps second factors; governance.ts judges each account. */
const actions = (accounts: readonly Party[], factors: readonly Party[]): readonly Action[] => [
  {
    name: 'issue-password',
    title: { zh: '发放初始密码', en: 'Issue a first password' },
    by: accounts,
    dangerous: true,
  },
  { name: 'unlock', title: { zh: '解除锁定', en: 'Unlock' }, by: [...new Set([...accounts, ...factors])] },
  {
    name: 'reset-factor',
    title: { zh: '解绑第二因素', en: 'Reset the second factor' },
    by: factors,
    dangerous: true,
  },
  {
    name: 'register-sm2-key',
    title: { zh: '登记 SM2 公钥', en: 'Register an SM2 key' },
    by: factors,
    input: {
      publicKey: text({
        title: { zh: 'SM2 公钥', en: 'SM2 public key' },
        help: { zh: '十六进制或 Base64，可带前缀 04', en: 'Hex or Base64, with or without the leading 04' },
        maxLength: 200,
        required: true,
      }),
    },
  },
  {
    name: 'list-sessions',
    title: { zh: '查看登录会话', en: 'Show sessions' },
    by: [...new Set([...accounts, ...factors])],
  },
  {
    name: 'end-sessions',
    title: { zh: '强制下线', en: 'End all sessions' },
    by: [...new Set([...accounts, ...factors])],
    dangerous: true,
  },
];

const ADMINS = ['system-admin', 'security-admin'] as const;

export const users = defineRegister({
  name: 'users',
  title: { zh: '园区账号', en: 'Park accounts' },
  group: 'accounts',
  about: {
    zh: '园区人员、承包商和三员的账号。由系统管理员建立或从 Excel 导入，再逐个发放初始密码；管理员账号须经安全管理员确认。',
    en: 'Accounts of park staff, contractors and the three administrators. The system administrator makes them or imports them from Excel, then issues first passwords one by one; the security administrator confirms those of administrators.',
  },
  scope: 'park',
  fields: {
    name,
    displayName,
    role: choice({
      title: { zh: '角色', en: 'Role' },
      options: {
        operator: { zh: '值班员', en: 'Operator' },
        park: { zh: '园区管理', en: 'Park staff' },
        contractor: { zh: '承包商', en: 'Contractor' },
        ops: { zh: '运维', en: 'Operations' },
        'system-admin': { zh: '系统管理员', en: 'System administrator' },
        'security-admin': { zh: '安全管理员', en: 'Security administrator' },
        'audit-admin': { zh: '审计管理员', en: 'Audit administrator' },
      },
      required: true,
      indexed: true,
      edit: 'create',
    }),
    department: reference({
      title: { zh: '部门', en: 'Department' },
      help: { zh: '园区管理人员的部门，工单按部门派发', en: 'Of park staff; work orders go by it' },
      register: 'departments',
      indexed: true,
    }),
    contractorCode: text({
      title: { zh: '承包商单位代码', en: 'Contractor unit code' },
      help: { zh: '仅承包商账号填写', en: 'For the role contractor alone' },
      maxLength: 64,
      indexed: true,
      edit: 'create',
    }),
    ...signIn,
  },
  key: 'name',
  label: 'displayName',
  rights: { read: ADMINS, create: ['system-admin'], update: ['system-admin'] },
  list: {
    columns: ['name', 'displayName', 'role', 'department', 'password', 'factor', 'lastSignInAt', 'lockedUntil'],
    sort: { by: 'name' },
    filters: ['role', 'department', 'password', 'factor'],
  },
  form: [{ fields: ['name', 'displayName', 'role', 'department', 'contractorCode'] }],
  states: states(ADMINS, ADMINS),
  actions: actions(['system-admin'], ADMINS),
  kept: 'own',
  problem: ({ role, department, contractorCode }) => {
    if (role === 'contractor' && contractorCode === null) {
      return { field: 'contractorCode', words: { zh: '承包商账号须填写单位代码', en: 'A contractor needs its unit' } };
    }
    if (role !== 'contractor' && contractorCode !== null) {
      return { field: 'contractorCode', words: { zh: '只有承包商账号填写', en: 'For the role contractor alone' } };
    }
    return role !== 'park' && department !== null
      ? { field: 'department', words: { zh: '只有园区管理人员有部门', en: 'For park staff alone' } }
      : null;
  },
});

const COMPANY_KEEPERS = ['system-admin', 'company-admin'] as const;

export const companyUsers = defineRegister({
  name: 'company-users',
  title: { zh: '企业账号', en: 'Company accounts' },
  group: 'accounts',
  about: {
    zh: '企业人员的账号，由企业管理员自行建立、停用和重置，也可从 Excel 导入；导入后逐个发放初始密码。忘记密码时由企业管理员重置。',
    en: 'Accounts of a company’s people. The company’s administrator makes, disables and resets them, also from Excel; first passwords are issued one by one.',
  },
  scope: 'company',
  fields: {
    name,
    displayName,
    role: choice({
      title: { zh: '角色', en: 'Role' },
      options: {
        'company-admin': { zh: '企业管理员', en: 'Company administrator' },
        enterprise: { zh: '企业用户', en: 'Company user' },
      },
      required: true,
      indexed: true,
      edit: 'create',
    }),
    office: text({
      title: { zh: '岗位（部门）', en: 'Office' },
      help: { zh: '工单派发到的岗位代码，如 safety', en: 'The office that work orders go to, such as safety' },
      maxLength: 64,
      indexed: true,
    }),
    ...signIn,
  },
  key: 'name',
  label: 'displayName',
  rights: { read: [...COMPANY_KEEPERS, 'security-admin'], create: COMPANY_KEEPERS, update: COMPANY_KEEPERS },
  list: {
    columns: ['name', 'displayName', 'role', 'office', 'password', 'factor', 'lastSignInAt', 'lockedUntil'],
    sort: { by: 'name' },
    filters: ['role', 'office', 'password', 'factor'],
  },
  form: [{ fields: ['name', 'displayName', 'role', 'office'] }],
  states: states([...COMPANY_KEEPERS, 'security-admin'], COMPANY_KEEPERS),
  actions: actions(COMPANY_KEEPERS, [...COMPANY_KEEPERS, 'security-admin']),
  kept: 'own',
});
