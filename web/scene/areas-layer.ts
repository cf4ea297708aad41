/**
 * Areas as extruded volumes: a thin outline and a 6 % fill while their layer is on, 25 % and 2 px in the level's colour
 * while an alarm stands in them. Calm areas are one batch, rebuilt when an area or a layer changes; alarmed ones are a
 * second, small batch. Geometry is made on the main thread: a few hundred simple polygons, no workers to wait for.
 */
import {
  ArcType,
  Cartesian3,
  Color,
  ColorGeometryInstanceAttribute,
  GeometryInstance,
  PerInstanceColorAppearance,
  PolygonGeometry,
  PolygonHierarchy,
  PolylineColorAppearance,
  PolylineGeometry,
  Primitive,
  type PrimitiveCollection,
} from 'cesium';
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import type { AreaKind } from '../../stream/protocol/vocabulary.ts';
import { isAreaShown } from './area-shown.ts';
import { levelColor, type SceneTones } from './scene-tones.ts';

const CALM_FILL_ALPHA = 0.06;
const CALM_LINE_ALPHA = 0.55;
const ALARM_FILL_ALPHA = 0.25;
/** A volume without an upper bound is drawn this high: enough to be seen, low enough to see over. */
const OPEN_HEIGHT_M = 6;
const BOUNDARY_HEIGHT_M = 1.5;

export interface AreasState {
  readonly areas: Iterable<AreaView>;
  /** Highest standing level by areaKey (an area id is unique within its company only). */
  readonly alarmLevels: ReadonlyMap<string, number>;
  readonly shownKinds: ReadonlySet<AreaKind | 'other'>;
  /** areaKey; drawn although its layer is off: what the operator found by search. */
  readonly highlightedKey: string | null;
  /** Areas of other floors are left out, those of this one drawn though their layer is off. null: no floor is chosen. */
  readonly floorNo: string | null;
}

export class AreasLayer {
  readonly #primitives: PrimitiveCollection;
  readonly #groundHeightM: number;
  #tones: SceneTones;
  #calm: Primitive[] = [];
  #alarmed: Primitive[] = [];
  #calmKey = '';
  #alarmedKey = '';
  #shown: readonly AreaView[] = [];

  constructor(primitives: PrimitiveCollection, groundHeightM: number, tones: SceneTones) {
    this.#primitives = primitives;
    this.#groundHeightM = groundHeightM;
    this.#tones = tones;
  }

  /** Drawn now, calm and alarmed. */
  get shown(): readonly AreaView[] {
    return this.#shown;
  }

  setTones(tones: SceneTones): void {
    this.#tones = tones;
    this.#calmKey = '';
  }

  /** true when something was rebuilt and a frame is due. */
  update(state: AreasState): boolean {
    const calm: AreaView[] = [];
    const alarmed: AreaView[] = [];
    for (const area of state.areas) {
      const key = keyOf(area);
      if (state.alarmLevels.has(key)) alarmed.push(area);
      else if (isAreaShown(area, state) || key === state.highlightedKey) calm.push(area);
    }
    this.#shown = [...calm, ...alarmed];
    const calmKey = `${state.highlightedKey ?? ''}|${versionsOf(calm)}`;
    const alarmedKey = `${versionsOf(alarmed)}|${[...state.alarmLevels].join(',')}`;
    let isChanged = false;
    if (calmKey !== this.#calmKey) {
      this.#calm = this.#replace(this.#calm, calm, (area) => this.#calmLook(area, state.highlightedKey));
      this.#calmKey = calmKey;
      isChanged = true;
    }
    if (alarmedKey !== this.#alarmedKey) {
      this.#alarmed = this.#replace(this.#alarmed, alarmed, (area) => ({
        color: levelColor(state.alarmLevels.get(keyOf(area)) ?? 4),
        fillAlpha: ALARM_FILL_ALPHA,
        lineAlpha: 1,
        lineWidth: 2,
      }));
      this.#alarmedKey = alarmedKey;
      isChanged = true;
    }
    return isChanged;
  }

  #calmLook(area: AreaView, highlightedKey: string | null): AreaLook {
    const isHighlighted = keyOf(area) === highlightedKey;
    return {
      color: area.kind === 'FORBIDDEN' ? this.#tones.areaForbidden : this.#tones.areaCalm,
      fillAlpha: area.kind === 'COMPANY_BOUNDARY' ? 0 : CALM_FILL_ALPHA,
      lineAlpha: isHighlighted ? 1 : CALM_LINE_ALPHA,
      lineWidth: isHighlighted ? 2 : 1,
    };
  }

  #replace(old: Primitive[], areas: readonly AreaView[], look: (area: AreaView) => AreaLook): Primitive[] {
    for (const primitive of old) this.#primitives.remove(primitive);
    if (areas.length === 0) return [];
    const fills: GeometryInstance[] = [];
    const lines: GeometryInstance[] = [];
    for (const area of areas) this.#addInstances(area, look(area), fills, lines);
    const made: Primitive[] = [];
    if (fills.length > 0) {
      const appearance = new PerInstanceColorAppearance({ flat: true, translucent: true, closed: true });
      made.push(this.#add(fills, appearance));
    }
    if (lines.length > 0) made.push(this.#add(lines, new PolylineColorAppearance({ translucent: true })));
    return made;
  }

  #add(
    geometryInstances: GeometryInstance[],
    appearance: PerInstanceColorAppearance | PolylineColorAppearance,
  ): Primitive {
    // Not pickable: a click inside a volume means the person there.
    const primitive = new Primitive({ geometryInstances, appearance, asynchronous: false, allowPicking: false });
    return this.#primitives.add(primitive) as Primitive;
  }

  #addInstances(area: AreaView, look: AreaLook, fills: GeometryInstance[], lines: GeometryInstance[]): void {
    const bottomM = area.zMinM ?? this.#groundHeightM;
    const openM = area.kind === 'COMPANY_BOUNDARY' ? BOUNDARY_HEIGHT_M : OPEN_HEIGHT_M;
    const topM = Math.max(area.zMaxM ?? bottomM + openM, bottomM + 0.5);
    const color = (alpha: number) => ColorGeometryInstanceAttribute.fromColor(Color.fromAlpha(look.color, alpha));
    for (const rings of area.polygons) {
      const [outer, ...holes] = rings;
      if (outer === undefined || outer.length < 4) continue;
      if (look.fillAlpha > 0) {
        fills.push(
          new GeometryInstance({
            geometry: new PolygonGeometry({
              polygonHierarchy: new PolygonHierarchy(
                positions(outer, 0),
                holes.map((hole) => new PolygonHierarchy(positions(hole, 0))),
              ),
              height: topM,
              extrudedHeight: bottomM,
              vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
            }),
            attributes: { color: color(look.fillAlpha) },
          }),
        );
      }
      for (const ring of rings) {
        for (const heightM of [bottomM + 0.15, topM]) {
          lines.push(
            new GeometryInstance({
              geometry: new PolylineGeometry({
                positions: positions(ring, heightM),
                width: look.lineWidth,
                vertexFormat: PolylineColorAppearance.VERTEX_FORMAT,
                arcType: ArcType.NONE,
              }),
              attributes: { color: color(look.lineAlpha) },
            }),
          );
        }
      }
    }
  }

  destroy(): void {
    for (const primitive of [...this.#calm, ...this.#alarmed]) this.#primitives.remove(primitive);
  }
}

interface AreaLook {
  readonly color: Color;
  readonly fillAlpha: number;
  readonly lineAlpha: number;
  readonly lineWidth: number;
}

const keyOf = (area: AreaView): string => areaKey(area.companyCode, area.areaId);
const versionsOf = (areas: readonly AreaView[]): string => areas.map((a) => `${keyOf(a)}:${a.version}`).join(',');

function positions(ring: readonly (readonly [number, number])[], heightM: number): Cartesian3[] {
  return ring.map(([lng, lat]) => Cartesian3.fromDegrees(lng, lat, heightM));
}
