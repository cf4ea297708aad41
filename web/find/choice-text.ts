/** Values of the filter in words. */
import type { WorkKind } from '../../standard/special-work.ts';
import type { PersonType } from '../../stream/protocol/vocabulary.ts';
import { shortCompany } from '../alarm/alarm-text.ts';
import type { Translate } from '../i18n/i18n.ts';
import { kindText } from '../permits/permit-text.ts';
import type { ChoiceKey } from './people-choice.ts';

export function choiceValueText(
  t: Translate,
  companyName: (code: string) => string,
  key: ChoiceKey,
  value: string,
): string {
  if (key === 'company') return shortCompany(companyName(value));
  if (key === 'type') return t(`type.${value as PersonType}`);
  return key === 'kind' ? kindText(t, value as WorkKind) : value;
}
