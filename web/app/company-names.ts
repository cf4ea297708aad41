/** Names of companies by code, learnt from whoever wears a tag of theirs and kept while the page is open: a company that fell silent still has its name. */
import { createSignal } from 'solid-js';
import type { PersonView } from '../../stream/protocol/effects.ts';

export function createCompanyNames() {
  const names = new Map<string, string>();
  const [version, setVersion] = createSignal(0);
  return {
    learn(people: Iterable<{ readonly person: PersonView }>): void {
      let isNew = false;
      for (const { person } of people) {
        if (person.companyName === '' || names.get(person.companyCode) === person.companyName) continue;
        names.set(person.companyCode, person.companyName);
        isNew = true;
      }
      if (isNew) setVersion(version() + 1);
    },
    nameOf(companyCode: string): string {
      version();
      return names.get(companyCode) ?? companyCode;
    },
    all(): ReadonlyMap<string, string> {
      version();
      return names;
    },
  };
}
