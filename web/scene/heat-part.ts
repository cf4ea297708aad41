/**
 * Heat of presence on the ground: one pixel a cell of the plane grid, in one hue that gets stronger with the time people spent there.
 * Seen through roofs: most people are under one.
 */
import {
  BoundingSphere,
  Cartesian3,
  ComponentDatatype,
  EllipsoidSurfaceAppearance,
  Geometry,
  GeometryAttribute,
  GeometryAttributes,
  GeometryInstance,
  Material,
  Matrix4,
  Primitive,
  PrimitiveType,
  TextureMagnificationFilter,
  TextureMinificationFilter,
} from 'cesium';
import { HEAT_STEPS, type HeatGrid, heatStep } from './heat-grid.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

/** Above the ground, against flicker. */
const LIFT_M = 0.3;

export class HeatPart implements ScenePart {
  readonly #context: SceneContext;
  #primitive: Primitive | null = null;
  #cells = 0;

  constructor(context: SceneContext) {
    this.#context = context;
  }

  get cells(): number {
    return this.#cells;
  }

  show(grid: HeatGrid | null): void {
    const { primitives } = this.#context.widget.scene;
    if (this.#primitive !== null) primitives.remove(this.#primitive);
    this.#primitive = null;
    this.#cells = grid?.cells ?? 0;
    if (grid !== null && grid.cells > 0) this.#primitive = primitives.add(this.#draw(grid)) as Primitive;
    this.#context.requestRender();
  }

  destroy(): void {
    if (this.#primitive !== null) this.#context.widget.scene.primitives.remove(this.#primitive);
  }

  #draw(grid: HeatGrid): Primitive {
    const material = new Material({
      fabric: { type: 'Image', uniforms: { image: imageOf(grid) } },
      translucent: true,
      // A cell has an edge: between two of them nothing was measured.
      magnificationFilter: TextureMagnificationFilter.NEAREST,
      minificationFilter: TextureMinificationFilter.LINEAR,
    });
    return new Primitive({
      geometryInstances: new GeometryInstance({ geometry: this.#quad(grid) }),
      appearance: new EllipsoidSurfaceAppearance({
        material,
        flat: true,
        aboveGround: true,
        renderState: { depthTest: { enabled: false }, depthMask: false },
      }),
      asynchronous: false,
      allowPicking: false,
    });
  }

  #quad({ easting, northing, cellM, columns, rows }: HeatGrid): Geometry {
    const { frame, enuToFixed, groundHeightM } = this.#context;
    const corners = [
      [0, 0],
      [columns, 0],
      [columns, rows],
      [0, rows],
    ] as const;
    const positions = new Float64Array(12);
    const enu = new Float64Array(3);
    const points = corners.map(([column, row], i) => {
      frame.enuFromPlane(easting + column * cellM, northing + row * cellM, groundHeightM + LIFT_M, enu);
      const fixed = Matrix4.multiplyByPoint(enuToFixed, new Cartesian3(enu[0], enu[1], enu[2]), new Cartesian3());
      Cartesian3.pack(fixed, positions as unknown as number[], i * 3);
      return fixed;
    });
    const attributes = new GeometryAttributes();
    attributes.position = new GeometryAttribute({
      componentDatatype: ComponentDatatype.DOUBLE,
      componentsPerAttribute: 3,
      values: positions,
    });
    attributes.st = new GeometryAttribute({
      componentDatatype: ComponentDatatype.FLOAT,
      componentsPerAttribute: 2,
      values: new Float32Array([0, 0, 1, 0, 1, 1, 0, 1]),
    });
    return new Geometry({
      attributes,
      indices: new Uint16Array([0, 1, 2, 0, 2, 3]),
      primitiveType: PrimitiveType.TRIANGLES,
      boundingSphere: BoundingSphere.fromPoints(points),
    });
  }
}

function imageOf(grid: HeatGrid): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = grid.columns;
  canvas.height = grid.rows;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const image = context.createImageData(grid.columns, grid.rows);
  for (let cell = 0; cell < grid.minutes.length; cell++) {
    const step = HEAT_STEPS[heatStep(grid.minutes[cell]!, grid.mostMinutes)];
    if (grid.minutes[cell] === 0 || step === undefined) continue;
    // Rows of the grid go north, those of an image south.
    const row = grid.rows - 1 - Math.floor(cell / grid.columns);
    const at = (row * grid.columns + (cell % grid.columns)) * 4;
    image.data.set([...step.rgb, step.alpha], at);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
