/**
 * The state of the control room in its address, `#?at=121.48,30.8,900,0,-38&tab=people`, kept up while the page is open. The place before
 * the `?` (an open permit) is web/app/place.ts's own.
 */
import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js';
import { go, isControlRoom, place } from '../app/place.ts';
import { LinkBook, type LinkPart, type LinkState } from './link-book.ts';

/** The address follows when the camera rests: browsers refuse hundreds of changes a minute. */
const REST_MS = 400;

export function createLink() {
  const book = new LinkBook();
  /** Grow when something is asked of the parts, and when they were given it. */
  const [askings, setAskings] = createSignal(0);
  const [settled, setSettled] = createSignal(0);
  const [lost, setLost] = createSignal<readonly string[]>([]);
  /** As we put it there last: what else comes was typed, opened or pasted. */
  let written = '';

  const asked = (unknown: readonly string[]): void => {
    setLost(unknown);
    setAskings(untrack(askings) + 1);
  };
  const text = createMemo(() => {
    askings();
    settled();
    return new URLSearchParams(book.state()).toString();
  });

  return {
    /** Before begin(). */
    add: (part: LinkPart): void => book.add(part),
    /** Takes what the address says and keeps it up from then on; once all parts are there. */
    begin(): void {
      // After whatever the feature rooms themselves do at the start.
      createEffect(
        on(
          () => place().query.toString(),
          (query) => {
            if (query === '' || query === written || !isControlRoom(place().page)) return;
            written = query;
            asked(book.takeView(Object.fromEntries(new URLSearchParams(query))));
          },
        ),
      );
      createEffect(() => {
        askings();
        const gone = book.settle();
        if (gone.length > 0) setLost([...untrack(lost), ...gone]);
        setSettled(untrack(settled) + 1);
      });
      let timer: ReturnType<typeof setTimeout> | undefined;
      createEffect(() => {
        const { page, parts, query } = place();
        const next = text();
        clearTimeout(timer);
        if (!isControlRoom(page) || next === query.toString()) return;
        timer = setTimeout(() => {
          written = next;
          go({ page, parts, query: new URLSearchParams(next) }, { replaces: true });
        }, REST_MS);
      });
      onCleanup(() => clearTimeout(timer));
    },
    /** The whole address of what is shown now. */
    href(): string {
      const { page, parts } = place();
      const way = [page, ...parts].map(encodeURIComponent).join('/');
      return `${location.href.split('#')[0]}#${way}?${text()}`;
    },
    view: (): LinkState => book.view(),
    show: (view: LinkState): void => asked(book.takeView(view)),
    /** Keys that a link or a view named and that mean nothing here. */
    lost,
    forgetLost: (): void => void setLost([]),
  };
}
export type Link = ReturnType<typeof createLink>;
