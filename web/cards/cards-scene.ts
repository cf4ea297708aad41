/** The names over the scene lead to cards: that of a boundary to its company, that of another area to the area. */
import type { BeginScenePart } from '../app/scene-parts.ts';
import { AreaNamesPart } from '../scene/area-names-part.ts';

export const beginCards: BeginScenePart = (scene, { cards, shown }) => {
  scene.add(
    (context) =>
      new AreaNamesPart(context, (key) => {
        const area = shown.picture.areas.get(key);
        if (area?.kind === 'COMPANY_BOUNDARY') cards.openCompany(area.companyCode);
        else cards.openArea(key);
      }),
  );
};
