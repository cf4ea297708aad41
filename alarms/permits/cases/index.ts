/** Every rule's cases; whoever adds a judge adds its file here. */
import { GAS_CASES } from './gas-cases.ts';
import type { RuleCases } from './permit-case.ts';

export const PERMIT_CASES: readonly RuleCases[] = [...GAS_CASES];
