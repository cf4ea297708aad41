import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAdministrator } from '../../security/role-policy.ts';
import { isCompanyRole, ROLES } from '../../stream/protocol/vocabulary.ts';
import { type Governed, type GoverningAct, governs } from './governance.ts';

const ACTS: readonly GoverningAct[] = [
  'make',
  'change',
  'disable',
  'enable',
  'confirm',
  'password',
  'factor',
  'unlock',
  'sessions',
];
const someone = fc
  .record({
    userId: fc.constantFrom('a', 'b', 'c'),
    role: fc.constantFrom(...ROLES),
    company: fc.constantFrom('1', '2'),
  })
  .map(({ userId, role, company }): Governed => ({ userId, role, companyCode: isCompanyRole(role) ? company : null }));

test('[ID-82] nobody alone makes and opens, or takes over, an administrator’s account', () => {
  fc.assert(
    fc.property(someone, someone, (author, account) => {
      fc.pre(isAdministrator(account.role));
      const may = (act: GoverningAct): boolean => governs(author, account, act);
      expect(may('make') && (may('confirm') || may('enable'))).toBe(false);
      expect(may('password') && may('factor')).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('[ID-81][ID-82] nobody governs the own account, a company’s user nobody outside it, and the audit administrator nobody', () => {
  fc.assert(
    fc.property(someone, someone, fc.constantFrom(...ACTS), (author, account, act) => {
      if (!governs(author, account, act)) return;
      expect(author.userId).not.toBe(account.userId);
      expect(['system-admin', 'security-admin', 'company-admin']).toContain(author.role);
      if (author.role === 'company-admin') expect(account.companyCode).toBe(author.companyCode);
    }),
    { numRuns: 1_000 },
  );
});
