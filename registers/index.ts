/** Every register, in the order of the navigation within its group. */
import { departments } from './departments.ts';
import type { AnyRegister } from './register.ts';

export const REGISTERS: readonly AnyRegister[] = [departments];
