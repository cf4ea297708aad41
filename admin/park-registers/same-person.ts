/**
 * One person at several companies, found by the blind index of the ID number (security/blind-index.ts): who is registered by one
 * company and works at another. The park is told where, a company only at how many others.
 */
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import type { SamePerson } from '../../core/web-api.ts';
import type { AuditTrail } from '../audit.ts';
import { text } from '../inputs.ts';
import type { Directory } from '../ports.ts';
import { type RouteSpec, route } from '../route.ts';

export interface SamePersonParts {
  readonly directory: Pick<Directory, 'samePerson'>;
  readonly audit: AuditTrail;
}

export const samePersonRoutes = ({ directory, audit }: SamePersonParts): RouteSpec[] => [
  route({
    method: 'GET',
    path: '/api/people/:company/:person/same',
    roles: ['operator', 'park', 'company-admin'],
    params: z.object({ company: text(64), person: text(64) }),
    words: { title: { zh: '同一人员在其他企业的登记', en: 'The same person at other companies' } },
    async handle({ session, address, params: { company, person } }) {
      const { userId, userName, companyCode } = session;
      const found = await directory.samePerson(companyCode, company, person);
      const subject = `people:${company}/${person}`;
      const detail = { others: found.length };
      await audit.write({
        actor: { userId, userName, address },
        action: 'person.match',
        subject,
        outcome: 'ok',
        detail,
      });
      return ok({ count: found.length, people: companyCode === null ? found : [] } satisfies SamePerson);
    },
  }),
];
