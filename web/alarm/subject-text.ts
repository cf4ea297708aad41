/** Name behind a subject of an alarm (`company/…`): an area's, a person's, else company and id. Pure. */
import { type AreaView, type PersonView, subjectOf } from '../../stream/protocol/effects.ts';
import type { Translate } from '../i18n/i18n.ts';
import { type CompanyName, personText, subjectIdText } from './alarm-text.ts';

export interface KnownSubjects {
  readonly picture: {
    readonly areas: ReadonlyMap<string, AreaView>;
    readonly bindings: ReadonlyMap<number, { readonly person: PersonView }>;
  };
  readonly companyName: CompanyName;
}

export function subjectText(t: Translate, subject: string, known: KnownSubjects): string {
  const area = known.picture.areas.get(subject);
  if (area !== undefined) return area.name;
  for (const { person } of known.picture.bindings.values()) {
    if (subjectOf(person) === subject) return personText(t, person);
  }
  return subjectIdText(t, subject, known.companyName);
}
