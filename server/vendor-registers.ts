/** Where the store puts what vendors send into registers: the tables made from the declarations. */
import { TableStore } from '../admin/register/table-store.ts';
import type { VendorRegisters } from '../db/register-records.ts';
import { REGISTERS } from '../registers/index.ts';

export const VENDOR_REGISTERS: VendorRegisters = new Map(
  REGISTERS.filter(({ vendor }) => vendor !== undefined).map((register) => [
    register.name,
    { register, rows: new TableStore(register) },
  ]),
);
