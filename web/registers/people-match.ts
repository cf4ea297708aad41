/** Who may ask where else a person is registered: whom the route lets (admin/park-registers/same-person.ts). */
import type { Role } from '../../stream/protocol/vocabulary.ts';

const ASKERS: readonly Role[] = ['operator', 'park', 'company-admin'];

export const mayMatchPeople = (register: string, role: Role): boolean => register === 'people' && ASKERS.includes(role);
