/**
 * Fills the grid of ground heights from the model's tiles while the page has nothing else to do: nothing before somebody
 * without a height is on the scene, then a few milliseconds at a time. People ask the grid and never the model.
 */
import { type Cesium3DTile, Matrix4, ModelReader, ModelUtility, VertexAttributeSemantic } from 'cesium';
import { HeightGrid } from './height-grid.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

/** Looked at before the clock is read again. */
const CELLS_AT_ONCE = 2_000;
/** Of an idle time, and where the browser does not tell how much there is. */
const BUDGET_MS = 4;
/** People are put on new ground so often, not with every tile. */
const SETTLE_MS = 1_000;

interface Mesh {
  /** Corners in the local frame, m. */
  readonly xyz: Float64Array;
  readonly indices: ArrayLike<number>;
  readonly error: number;
}

export class HeightPart implements ScenePart {
  readonly grid = new HeightGrid();
  readonly #context: SceneContext;
  readonly #fixedToEnu: Matrix4;
  #tiles: Cesium3DTile[] = [];
  #meshes: Mesh[] = [];
  #nextIndex = 0;
  #isAsked = false;
  #isScheduled = false;
  #isDestroyed = false;
  #settleTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: SceneContext) {
    this.#context = context;
    this.#fixedToEnu = Matrix4.inverseTransformation(context.enuToFixed, new Matrix4());
    context.model.onTile((tile) => {
      this.#tiles.push(tile);
      this.#schedule();
    });
    context.people.ground = {
      upAt: (eastM, northM) => {
        if (!this.#isAsked) {
          this.#isAsked = true;
          this.#schedule();
        }
        return this.grid.upAt(eastM, northM);
      },
    };
  }

  #schedule(): void {
    const hasWork = this.#tiles.length > 0 || this.#meshes.length > 0;
    if (!this.#isAsked || !hasWork || this.#isScheduled || this.#isDestroyed) return;
    this.#isScheduled = true;
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => this.#work());
    else setTimeout(() => this.#work(), 50);
  }

  #work(): void {
    this.#isScheduled = false;
    if (this.#isDestroyed) return;
    const untilMs = performance.now() + BUDGET_MS;
    const knownBefore = this.grid.known;
    while (performance.now() < untilMs) {
      const mesh = this.#meshes[0];
      if (mesh !== undefined) this.#raster(mesh);
      else {
        const tile = this.#tiles.shift();
        if (tile === undefined) break;
        // One a turn: reading it back from the card takes its time.
        this.#read(tile);
        break;
      }
    }
    if (this.grid.known !== knownBefore) this.#settle();
    this.#schedule();
  }

  #raster(mesh: Mesh): void {
    const { xyz, indices, error } = mesh;
    let cells = 0;
    let i = this.#nextIndex;
    for (; i + 2 < indices.length && cells < CELLS_AT_ONCE; i += 3)
      cells += 1 + this.grid.add(xyz, indices[i]! * 3, indices[i + 1]! * 3, indices[i + 2]! * 3, error);
    this.#nextIndex = i;
    if (i + 2 < indices.length) return;
    this.#meshes.shift();
    this.#nextIndex = 0;
    this.#settle();
  }

  /** A tile that went meanwhile has no content, and one of another kind no meshes. */
  #read(tile: Cesium3DTile): void {
    const content = tile.content as { readonly _model?: { readonly ready?: boolean } } | undefined;
    const model = content?._model;
    if (model?.ready !== true) return;
    const error = (tile as unknown as { readonly geometricError: number }).geometricError;
    ModelReader.forEachPrimitive(model, {}, (_runtime, primitive, instances) => {
      const attribute = ModelUtility.getAttributeBySemantic(primitive, VertexAttributeSemantic.POSITION);
      if (attribute === undefined || primitive.indices === undefined) return;
      const own = ModelReader.readAttributeAsTypedArray(attribute);
      const indices = ModelReader.readIndicesAsTypedArray(primitive.indices);
      for (const { transform } of instances) {
        const m = Matrix4.multiply(this.#fixedToEnu, transform, new Matrix4());
        this.#meshes.push({ xyz: moved(own, m), indices, error });
      }
    });
  }

  #settle(): void {
    this.#settleTimer ??= setTimeout(() => {
      this.#settleTimer = null;
      this.#context.people.groundChanged();
      this.#context.requestRender();
    }, SETTLE_MS);
  }

  destroy(): void {
    this.#isDestroyed = true;
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer);
    this.#tiles = [];
    this.#meshes = [];
  }
}

function moved(own: ArrayLike<number>, m: Matrix4): Float64Array {
  const out = new Float64Array(own.length);
  for (let i = 0; i + 2 < own.length; i += 3) {
    const [x, y, z] = [own[i]!, own[i + 1]!, own[i + 2]!];
    out[i] = m[0]! * x + m[4]! * y + m[8]! * z + m[12]!;
    out[i + 1] = m[1]! * x + m[5]! * y + m[9]! * z + m[13]!;
    out[i + 2] = m[2]! * x + m[6]! * y + m[10]! * z + m[14]!;
  }
  return out;
}
