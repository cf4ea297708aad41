/**
 * The people on the scene: one draw call of points, interpolated on the GPU, picked by exact colour.
 * Uses renderer classes that Cesium exports without documenting (cesium-internals.d.ts), and only this file does.
 * Fallback, should they change: BufferPointCollection (public, experimental) behind the same PeopleLayer interface,
 * with positionDatatype FLOAT, modelMatrix and an own boundingVolume; it costs per-frame JS for the interpolation and
 * cannot be resized, so it must be made anew with twice the room.
 */
import {
  BlendingState,
  BoundingSphere,
  Buffer,
  BufferUsage,
  Cartesian3,
  Color,
  ComponentDatatype,
  DrawCommand,
  Matrix4,
  Pass,
  PrimitiveType,
  type RenderContext,
  type RenderFrameState,
  RenderState,
  ShaderProgram,
  ShaderSource,
  VertexArray,
} from 'cesium';
import { type PeopleBuffer, STYLE_BYTES_PER_PERSON } from './people-buffer.ts';
import { FLOATS_PER_PERSON } from './people-motion.ts';
import { PEOPLE_FRAGMENT_SHADER, PEOPLE_VERTEX_SHADER } from './people-shaders.ts';
import type { SceneTones } from './scene-tones.ts';

/** What scene.pick returns for a person. */
export interface PickedPerson {
  readonly id: { readonly kind: 'person'; readonly slot: number };
}

export interface PeopleLayer {
  /** Seconds on the clock that PeopleBuffer.update was given. */
  nowS: number;
  /** Device pixels per layout pixel, times the size of type on this screen. */
  pixelScale: number;
  tones: SceneTones;
  isDestroyed(): boolean;
  destroy(): void;
}

const LOCATIONS = { a_from: 0, a_to: 1, a_time: 2, a_style: 3, a_pickColor: 4 } as const;
const FLOAT_BYTES = 4;
const STRIDE_BYTES = FLOATS_PER_PERSON * FLOAT_BYTES;
/** A park is 5 - 10 km; a sphere twice that never culls anyone wrongly. */
const BOUNDING_RADIUS_M = 20_000;

class GpuBuffers {
  readonly geometry: Buffer;
  readonly style: Buffer;
  readonly pickColor: Buffer;
  readonly vertexArray: VertexArray;

  constructor(context: RenderContext, source: PeopleBuffer, pickColors: Uint8Array) {
    const usage = BufferUsage.DYNAMIC_DRAW;
    this.geometry = Buffer.createVertexBuffer({ context, typedArray: source.geometry, usage });
    this.style = Buffer.createVertexBuffer({ context, typedArray: source.style, usage });
    this.pickColor = Buffer.createVertexBuffer({ context, typedArray: pickColors, usage });
    const floats = (index: number, componentsPerAttribute: number, firstFloat: number) => ({
      index,
      vertexBuffer: this.geometry,
      componentsPerAttribute,
      componentDatatype: ComponentDatatype.FLOAT,
      offsetInBytes: firstFloat * FLOAT_BYTES,
      strideInBytes: STRIDE_BYTES,
    });
    const bytes = (index: number, vertexBuffer: Buffer) => ({
      index,
      vertexBuffer,
      componentsPerAttribute: 4,
      componentDatatype: ComponentDatatype.UNSIGNED_BYTE,
    });
    this.vertexArray = new VertexArray({
      context,
      attributes: [
        floats(LOCATIONS.a_from, 3, 0),
        floats(LOCATIONS.a_to, 3, 3),
        floats(LOCATIONS.a_time, 2, 6),
        bytes(LOCATIONS.a_style, this.style),
        bytes(LOCATIONS.a_pickColor, this.pickColor),
      ],
    });
  }
}

/** A Cesium primitive (`scene.primitives.add`). */
export class PointPeopleLayer implements PeopleLayer {
  nowS = 0;
  pixelScale = 1;
  tones: SceneTones;
  readonly #source: PeopleBuffer;
  readonly #modelMatrix: Matrix4;
  readonly #bounds: BoundingSphere;
  #gpu: GpuBuffers | null = null;
  #program: ShaderProgram | null = null;
  #commands: readonly DrawCommand[] = [];
  #revision = -1;
  #pickColors = new Uint8Array(0);
  #pickIds: { destroy(): void }[] = [];
  #isDestroyed = false;

  constructor(source: PeopleBuffer, modelMatrix: Matrix4, tones: SceneTones) {
    this.#source = source;
    this.#modelMatrix = modelMatrix;
    this.#bounds = new BoundingSphere(Matrix4.getTranslation(modelMatrix, new Cartesian3()), BOUNDING_RADIUS_M);
    this.tones = tones;
  }

  /** Called by Cesium for every render and pick pass. */
  update(frameState: RenderFrameState): void {
    const source = this.#source;
    if (source.count === 0 || !(frameState.passes.render || frameState.passes.pick)) return;
    if (source.revision !== this.#revision) this.#build(frameState.context);
    this.#upload();
    for (const command of this.#commands) {
      command.count = source.count;
      frameState.commandList.push(command);
    }
  }

  #build(context: RenderContext): void {
    const source = this.#source;
    this.#growPickIds(context, source.capacity);
    this.#gpu?.vertexArray.destroy();
    this.#gpu = new GpuBuffers(context, source, this.#pickColors);
    this.#program ??= ShaderProgram.fromCache({
      context,
      vertexShaderSource: new ShaderSource({ sources: [PEOPLE_VERTEX_SHADER] }),
      fragmentShaderSource: new ShaderSource({ sources: [PEOPLE_FRAGMENT_SHADER] }),
      attributeLocations: LOCATIONS,
    });
    // Behind a wall people are drawn once more, faintly (AQ 3064.3 5.4 asks for see-through).
    this.#commands = [this.#command(this.#gpu, this.#program, 0), this.#command(this.#gpu, this.#program, 1)];
    this.#revision = source.revision;
    source.changedGeometry.clear();
    source.changedStyle.clear();
  }

  #command(gpu: GpuBuffers, program: ShaderProgram, ghost: 0 | 1): DrawCommand {
    const levels = this.tones.levels;
    return new DrawCommand({
      vertexArray: gpu.vertexArray,
      shaderProgram: program,
      renderState: RenderState.fromCache({
        blending: BlendingState.ALPHA_BLEND,
        depthTest: { enabled: true, func: ghost === 1 ? 0x0204 /* GREATER */ : 0x0203 /* LEQUAL */ },
        depthMask: ghost === 0,
      }),
      uniformMap: {
        u_now: () => this.nowS,
        u_scale: () => this.pixelScale,
        u_ghost: () => ghost,
        u_pulse: () => this.nowS % 1,
        u_body: () => this.tones.personBody,
        u_edge: () => this.tones.personEdge,
        u_levels: () => levels,
      },
      modelMatrix: this.#modelMatrix,
      boundingVolume: this.#bounds,
      primitiveType: PrimitiveType.POINTS,
      pass: Pass.TRANSLUCENT,
      pickId: 'v_pickColor',
      owner: this,
      count: this.#source.count,
      cull: false,
    });
  }

  #growPickIds(context: RenderContext, capacity: number): void {
    const colors = new Uint8Array(capacity * 4);
    colors.set(this.#pickColors);
    for (let slot = this.#pickIds.length; slot < capacity; slot++) {
      const picked: PickedPerson = { id: { kind: 'person', slot } };
      const pickId = context.createPickId(picked);
      this.#pickIds.push(pickId);
      colors[slot * 4] = Color.floatToByte(pickId.color.red);
      colors[slot * 4 + 1] = Color.floatToByte(pickId.color.green);
      colors[slot * 4 + 2] = Color.floatToByte(pickId.color.blue);
      colors[slot * 4 + 3] = Color.floatToByte(pickId.color.alpha);
    }
    this.#pickColors = colors;
  }

  #upload(): void {
    const { geometry, style, changedGeometry, changedStyle } = this.#source;
    if (!changedGeometry.isEmpty) {
      const { from, to } = changedGeometry;
      const changed = geometry.subarray(from * FLOATS_PER_PERSON, to * FLOATS_PER_PERSON);
      this.#gpu?.geometry.copyFromArrayView(changed, from * STRIDE_BYTES);
      changedGeometry.clear();
    }
    if (!changedStyle.isEmpty) {
      const { from, to } = changedStyle;
      const changed = style.subarray(from * STYLE_BYTES_PER_PERSON, to * STYLE_BYTES_PER_PERSON);
      this.#gpu?.style.copyFromArrayView(changed, from * STYLE_BYTES_PER_PERSON);
      changedStyle.clear();
    }
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    this.#gpu?.vertexArray.destroy();
    this.#program?.destroy();
    for (const pickId of this.#pickIds) pickId.destroy();
    this.#pickIds = [];
    this.#commands = [];
    this.#isDestroyed = true;
  }
}
