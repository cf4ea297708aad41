/**
 * Where the page is: the part of the address behind `#`, as `page/part/part?query`. Every place has an address, so a link leads
 * there. A form with changes that are not kept holds on (`holdOn`): leaving asks first.
 */
import { createSignal } from 'solid-js';

export interface Place {
  /** '': the control room. */
  readonly page: string;
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

/** `#permit/<company>/<id>`: the control room with that permit open. */
export const PERMIT_PLACE = 'permit';
export const isControlRoom = (page: string): boolean => page === '' || page === PERMIT_PLACE;

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = split(hash.replace(/^#/, ''), '?');
  const [page = '', ...parts] = path.split('/').map(decoded);
  return { page, parts: parts.filter((part) => part !== ''), query: new URLSearchParams(query) };
}

/** With `#`. What reads well in an address stays as it is. */
export function placeHash({ page, parts, query }: Place): string {
  const path = [page, ...parts].map(encodeURIComponent).join('/');
  const rest = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return `#${path}${rest === '' ? '' : `?${rest}`}`;
}

function split(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A stray % in an address typed by hand stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const isBrowser = typeof location !== 'undefined';
const [hash, setHash] = createSignal(isBrowser ? location.hash : '');
/** Where somebody wants to go who has changes that are not kept; null: nobody asks. */
const [wanted, setWanted] = createSignal<string | null>(null);
let hasChanges: (() => boolean) | null = null;

export const place = (): Place => parsePlace(hash());

if (isBrowser) {
  addEventListener('hashchange', () => {
    if (location.hash === hash()) return;
    if (hasChanges?.() !== true) {
      setHash(location.hash);
      return;
    }
    setWanted(location.hash);
    history.replaceState(null, '', hash() === '' ? '#' : hash());
  });
  addEventListener('beforeunload', (event) => {
    if (hasChanges?.() === true) event.preventDefault();
  });
}

/**
 * `replaces`: the place before is not come back to (a filter that is being typed). Somebody who typed an address whose event is still
 * on its way has gone elsewhere: nothing is written over it.
 */
export function go(to: string | Place, options: { readonly replaces?: boolean } = {}): void {
  const next = typeof to === 'string' ? to : placeHash(to);
  if (options.replaces !== true) {
    location.hash = next;
    return;
  }
  if (location.hash !== hash()) return;
  history.replaceState(null, '', next);
  setHash(location.hash);
}

/** Returns what lets go. */
export function holdOn(changes: () => boolean): () => void {
  hasChanges = changes;
  return () => {
    if (hasChanges === changes) hasChanges = null;
  };
}

export const leaving = {
  wanted,
  stay: (): void => void setWanted(null),
  leave(): void {
    const to = wanted();
    hasChanges = null;
    setWanted(null);
    if (to !== null) location.hash = to;
  },
};
