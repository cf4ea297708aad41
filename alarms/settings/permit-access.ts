/**
 * Topic `permit-access`, key '' for the whole park or a company's code for its jobs: who may be in the area of a job though he is on no
 * permit: people who inspect, supervise, rescue. Both count together.
 */
import type { Result } from '../../core/result.ts';
import { parseFields } from './fields.ts';

export interface PermitAccess {
  /** `company/person`, of any company. */
  readonly people: readonly string[];
  /** Posts as person records call them, of any company: 安全员. */
  readonly posts: readonly string[];
}

/** Where the park has set nothing: those whose duty brings them to every job. */
export const DEFAULT_PERMIT_ACCESS: PermitAccess = {
  people: [],
  posts: ['安全员', '专职安全员', '安全管理员', '安全总监', '巡检员', '消防员', '气防员'],
};

const PEOPLE_MAX = 10_000;
const POSTS_MAX = 200;

/** `{"people": ["913100001/E000123"], "posts": ["安全员"]}` */
export const parsePermitAccess = (value: unknown, key: string): Result<PermitAccess, string> =>
  parseFields('permit-access', value, (fields) => {
    if (key.includes('/')) throw fields.problem('key', 'is a company code, or empty for the park');
    const people = fields.has('people') ? fields.texts('people', PEOPLE_MAX) : [];
    const wrong = people.find((person) => !/^[^/]+\/.+$/.test(person));
    if (wrong !== undefined) throw fields.problem('people', `"${wrong}" is not company/person`);
    return { people, posts: fields.has('posts') ? fields.texts('posts', POSTS_MAX) : [] };
  });
