/** Work permits as a part of the engine: takes what is said of them, keeps them, has them judged, tells what screens show. */
import type { Part } from '../part.ts';
import { Findings } from './findings.ts';
import { PermitTable } from './permit-table.ts';

export class Permits implements Part {
  readonly name = 'permits';
  /** Permits that are kept; for the rules on site too. */
  readonly table = new PermitTable();
  /** Where everybody who looks at permits says what is wrong. */
  readonly findings = new Findings(this.table);

  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // nothing yet
  }
}
