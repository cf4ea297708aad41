/**
 * The plan that areas and places are drawn on: no tiles, a grid of degrees and a scale. OpenLayers sits here and nowhere else, in
 * a part of the page that is loaded with the first plan. It works in Web Mercator; what goes in and out is CGCS2000 degrees, from
 * which WGS 84 differs by centimetres.
 */
import 'ol/ol.css';
import { defaults as defaultControls } from 'ol/control/defaults.js';
import MousePosition from 'ol/control/MousePosition.js';
import ScaleLine from 'ol/control/ScaleLine.js';
import type { Coordinate } from 'ol/coordinate.js';
import { altKeyOnly, singleClick } from 'ol/events/condition.js';
import { isEmpty } from 'ol/extent.js';
import Feature from 'ol/Feature.js';
import Point from 'ol/geom/Point.js';
import Polygon from 'ol/geom/Polygon.js';
import Draw from 'ol/interaction/Draw.js';
import Modify from 'ol/interaction/Modify.js';
import Snap from 'ol/interaction/Snap.js';
import Graticule from 'ol/layer/Graticule.js';
import VectorLayer from 'ol/layer/Vector.js';
import OlMap from 'ol/Map.js';
import { fromLonLat, toLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import Stroke from 'ol/style/Stroke.js';
import View from 'ol/View.js';
import { createEffect, createSignal, on, onCleanup, onMount, Show } from 'solid-js';
import { preferences } from '../../app/preferences.ts';
import { type LngLat, rounded } from '../plan-text.ts';
import { useRegister } from '../register-context.ts';
import { drawnStyle, planTones, standingStyle } from './plan-style.ts';
import { standingAreas } from './standing-areas.ts';

/** Of the whole park at the start, about 5 km across. */
const HOME_ZOOM = 14;
const CLOSEST_ZOOM = 22;
/** A point alone is shown with what stands around it. */
const FITTED_ZOOM = 17;
/** `ownId`: of the row that is drawn, which does not stand beside itself. */
export type PlanMapProps =
  | {
      readonly kind: 'plan';
      readonly corners: readonly LngLat[];
      readonly ownId: string | null;
      /** Absent: it is looked at. */
      readonly onCorners?: (corners: readonly LngLat[]) => void;
    }
  | { readonly kind: 'place'; readonly place: LngLat | null; readonly onPlace?: (place: LngLat) => void };

export function PlanMap(props: PlanMapProps) {
  const { settings, t } = useRegister();
  let element!: HTMLDivElement;
  const drawn = new VectorSource();
  const others = new VectorSource();
  const [isDrawing, setDrawing] = createSignal(false);
  let map: OlMap | undefined;

  const isChanged = (): boolean =>
    props.kind === 'plan' ? props.onCorners !== undefined : props.onPlace !== undefined;
  const shown = (): Feature | null => {
    if (props.kind === 'place')
      return props.place === null ? null : new Feature(new Point(fromLonLat([...props.place])));
    return props.corners.length < 3 ? null : new Feature(new Polygon([ringOf(props.corners)]));
  };
  const showAll = (): void => {
    const extent = drawn.getFeatures().length > 0 ? drawn.getExtent() : others.getExtent();
    if (extent === null || isEmpty(extent)) return;
    map?.getView().fit(extent, { padding: [48, 48, 48, 48], maxZoom: FITTED_ZOOM });
  };
  const tell = (): void => {
    const geometry = drawn.getFeatures()[0]?.getGeometry();
    if (props.kind === 'plan' && geometry instanceof Polygon) props.onCorners?.(cornersOf(geometry));
    if (props.kind === 'place' && geometry instanceof Point) props.onPlace?.(lngLatOf(geometry.getCoordinates()));
  };
  const same = (feature: Feature | null): boolean => {
    const [standing] = drawn.getFeatures();
    return textOf(standing) === textOf(feature);
  };

  onMount(() => {
    const grid = new Graticule({
      wrapX: false,
      strokeStyle: new Stroke({ color: planTones().grid, width: 1 }),
    });
    const lower = new VectorLayer({ source: others, style: (feature) => standingStyle(String(feature.get('name'))) });
    const upper = new VectorLayer({ source: drawn, style: () => drawnStyle() });
    map = new OlMap({
      target: element,
      layers: [grid, lower, upper],
      view: new View({
        center: fromLonLat([settings.home.lng, settings.home.lat]),
        zoom: HOME_ZOOM,
        maxZoom: CLOSEST_ZOOM,
      }),
      controls: defaultControls({ attribution: false, rotate: false }).extend([
        new ScaleLine(),
        new MousePosition({ coordinateFormat: readOut, projection: 'EPSG:4326', placeholder: '' }),
      ]),
    });
    if (isChanged()) takeHand(map, props.kind);
    // Tones of the other theme.
    createEffect(
      on(
        () => [preferences.chosenTheme()],
        () => {
          grid.setStyle?.(new Stroke({ color: planTones().grid, width: 1 }) as never);
          lower.changed();
          upper.changed();
        },
        { defer: true },
      ),
    );
  });
  onCleanup(() => {
    map?.setTarget(undefined);
    map?.dispose();
  });

  function takeHand(on: OlMap, kind: 'plan' | 'place'): void {
    const draw = new Draw({ source: drawn, type: kind === 'plan' ? 'Polygon' : 'Point' });
    draw.on('drawstart', () => kind === 'plan' && setDrawing(true));
    draw.on('drawend', ({ feature }) => {
      // One plan a field: what was drawn before goes.
      drawn.clear();
      setDrawing(false);
      draw.setActive(kind === 'place');
      queueMicrotask(() => {
        if (!drawn.hasFeature(feature)) drawn.addFeature(feature);
        tell();
      });
    });
    const modify = new Modify({
      source: drawn,
      deleteCondition: (event) => altKeyOnly(event) && singleClick(event),
    });
    modify.on('modifyend', tell);
    on.addInteraction(modify);
    on.addInteraction(draw);
    on.addInteraction(new Snap({ source: others }));
    on.addInteraction(new Snap({ source: drawn }));
    draw.setActive(kind === 'place' || drawn.getFeatures().length === 0);
    startDrawing = () => {
      drawn.clear();
      draw.setActive(true);
      if (props.kind === 'plan') props.onCorners?.([]);
    };
  }
  let startDrawing = (): void => undefined;

  onMount(() => {
    const first = shown();
    if (first !== null) drawn.addFeature(first);
    showAll();
    void standingAreas().then((areas) => {
      const ownId = props.kind === 'plan' ? props.ownId : null;
      for (const { id, name, corners } of areas) {
        if (id !== ownId) others.addFeature(new Feature({ geometry: new Polygon([ringOf(corners)]), name }));
      }
      if (drawn.getFeatures().length === 0) showAll();
    });
  });
  /** What was typed is drawn; what was drawn comes back the same. */
  createEffect(
    on(
      shown,
      (feature) => {
        if (isDrawing() || same(feature)) return;
        drawn.clear();
        if (feature !== null) drawn.addFeature(feature);
        showAll();
      },
      { defer: true },
    ),
  );

  return (
    <div class="plan-map">
      <div class="plan-canvas" ref={element} role="application" aria-label={t('plan.map')} />
      <div class="plan-tools">
        <Show when={isChanged() && props.kind === 'plan'}>
          <button type="button" class="button small" onClick={() => startDrawing()}>
            {t(props.kind === 'plan' && props.corners.length > 0 ? 'plan.redraw' : 'plan.draw')}
          </button>
        </Show>
        <button type="button" class="button small" onClick={showAll}>
          {t('plan.fit')}
        </button>
      </div>
      <Show when={isChanged() && props.kind === 'plan'}>
        <small>{t('plan.drawHint')}</small>
      </Show>
    </div>
  );
}

const ringOf = (corners: readonly LngLat[]): Coordinate[] => {
  const ring = corners.map((corner) => fromLonLat([...corner]));
  return ring[0] === undefined ? [] : [...ring, ring[0]];
};

const lngLatOf = (coordinate: Coordinate): LngLat => {
  const [lng = 0, lat = 0] = toLonLat(coordinate);
  return [rounded(lng), rounded(lat)];
};

/** Its outer ring, not closed. */
const cornersOf = (polygon: Polygon): readonly LngLat[] =>
  (polygon.getCoordinates()[0] ?? []).slice(0, -1).map(lngLatOf);

const textOf = (feature: Feature | null | undefined): string => {
  const geometry = feature?.getGeometry();
  if (geometry instanceof Polygon) return cornersOf(geometry).join(' ');
  return geometry instanceof Point ? lngLatOf(geometry.getCoordinates()).join() : '';
};

const readOut = (coordinate: Coordinate | undefined): string => {
  const [lng, lat] = coordinate ?? [];
  return lng === undefined || lat === undefined ? '' : `${lng.toFixed(6)}, ${lat.toFixed(6)}`;
};
