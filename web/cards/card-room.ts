/**
 * The card of a company or of an area, at the bottom of the map. It stands where a person's card does: whoever chooses a person closes
 * it, and opening one lets the person go.
 */
import { createSignal } from 'solid-js';
import type { WebSettings } from '../../core/web-api.ts';
import { createProjection } from '../../geo/projection.ts';
import { createPlaneAreas } from './plane-areas.ts';

export type OpenCard =
  | { readonly kind: 'company'; readonly companyCode: string }
  /** `key`: areaKey(). */
  | { readonly kind: 'area'; readonly key: string };

/** What the rest of the control room tells it. */
export interface Around {
  /** Of the person who is chosen. */
  readonly letGo: () => void;
  readonly onOpen: () => void;
}

export function createCardRoom(settings: Pick<WebSettings, 'projection'>, around: Around) {
  const projection = createProjection(settings.projection);
  const [open, setOpen] = createSignal<OpenCard | null>(null);
  const show = (card: OpenCard): void => {
    around.letGo();
    setOpen(card);
    around.onOpen();
  };
  return {
    open,
    openCompany: (companyCode: string): void => show({ kind: 'company', companyCode }),
    openArea: (key: string): void => show({ kind: 'area', key }),
    close: (): void => void setOpen(null),
    projection,
    planeOf: createPlaneAreas(projection),
  };
}
export type CardRoom = ReturnType<typeof createCardRoom>;
