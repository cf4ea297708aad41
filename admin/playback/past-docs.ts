/** Documents of an earlier moment, by their stored changes: orders, shelves, counts, senders, rounds, cameras. Permits: past-permits.ts. */
import type { CompanyScope } from '../../db/company-scope.ts';
import type { DocEffect, Effect } from '../../stream/protocol/effects.ts';
import { DOC_STORED, type LiveDocKind } from '../../stream/protocol/live-docs.ts';
import type { PastDoc } from './ports.ts';

/** Whose every change is stored. Deliveries are for whoever waits for a message, not for a screen, and are many. */
export const PLAYED_DOCS = (Object.keys(DOC_STORED) as LiveDocKind[]).filter(
  (kind) => DOC_STORED[kind] === 'changes' && kind !== 'delivery',
);

export class PastDocs {
  readonly #scope: CompanyScope;
  readonly #shown = new Map<string, DocEffect>();

  constructor(scope: CompanyScope, standing: readonly PastDoc[]) {
    this.#scope = scope;
    for (const doc of standing) this.take(doc);
  }

  take({ doc }: PastDoc): Effect[] {
    const said = concerned(doc);
    if (this.#scope !== null && !said.companyCodes.includes(this.#scope)) return [];
    const key = `${said.doc}:${said.key}`;
    if (said.gone) this.#shown.delete(key);
    else this.#shown.set(key, said);
    return [said];
  }

  docs(): DocEffect[] {
    return [...this.#shown.values()];
  }
}

/** An order grows onto more companies, and only its newest are kept beside it: its own word is that of the moment. */
const concerned = (doc: DocEffect): DocEffect =>
  doc.doc === 'order' ? { ...doc, companyCodes: doc.value.companyCodes } : doc;
