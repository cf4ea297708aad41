/** Which store keeps which register, as its declaration says. */
import type { AnyRegister } from '../../registers/register.ts';
import type { KeptRegisters } from './references.ts';
import { SettingStore } from './setting-store.ts';
import type { RegisterStore } from './store.ts';
import { TableStore } from './table-store.ts';

/** `own`: stores by hand, by the register's name. Throws where one is missing. */
export function keepRegisters(
  registers: readonly AnyRegister[],
  own: Readonly<Record<string, RegisterStore>>,
): KeptRegisters {
  const storeOf = (register: AnyRegister): RegisterStore => {
    const { name, kept = 'table' } = register;
    const store = own[name];
    if (store !== undefined) return store;
    if (kept === 'table') return new TableStore(register);
    if (kept !== 'own') return new SettingStore(register, kept);
    throw new Error(`register ${name} is kept by a store of its own, and there is none`);
  };
  return new Map(registers.map((register) => [register.name, { register, store: storeOf(register) }]));
}
