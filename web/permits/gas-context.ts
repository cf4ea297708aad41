/** What gas readings of a permit are held against, as the judges of alarms have it (alarms/permits/gas.ts). Pure. */
import { type GasContext, isRichInOxygen } from '../../standard/gases.ts';
import { kindOf } from './permit-states.ts';

export const gasContext = (workCode: string, details: Readonly<Record<string, string>> | undefined): GasContext => ({
  kind: kindOf(workCode),
  isEnriched: isRichInOxygen(details?.['SPACE_MEDIUM'] ?? ''),
});
