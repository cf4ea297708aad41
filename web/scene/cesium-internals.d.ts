/**
 * The renderer classes that Cesium 1.145 exports but does not type. Only people-layer.ts uses them; the version is
 * pinned exactly, and the end-to-end test draws and picks a person, so a change of theirs cannot pass unseen.
 */
declare module 'cesium' {
  interface RenderContext {
    createPickId(object: unknown): { readonly color: Color; destroy(): void };
  }
  interface RenderFrameState {
    readonly context: RenderContext;
    readonly passes: { readonly render: boolean; readonly pick: boolean };
    readonly commandList: DrawCommand[];
  }
  class Buffer {
    static createVertexBuffer(options: {
      context: RenderContext;
      sizeInBytes?: number;
      typedArray?: ArrayBufferView;
      usage: number;
    }): Buffer;
    copyFromArrayView(view: ArrayBufferView, offsetInBytes?: number): void;
  }
  const BufferUsage: { readonly STREAM_DRAW: number; readonly STATIC_DRAW: number; readonly DYNAMIC_DRAW: number };
  class VertexArray {
    constructor(options: {
      context: RenderContext;
      attributes: readonly {
        index: number;
        vertexBuffer: Buffer;
        componentsPerAttribute: number;
        componentDatatype: ComponentDatatype;
        normalize?: boolean;
        offsetInBytes?: number;
        strideInBytes?: number;
      }[];
    });
    destroy(): void;
  }
  class ShaderSource {
    constructor(options: { sources: readonly string[]; defines?: readonly string[] });
  }
  class ShaderProgram {
    static fromCache(options: {
      context: RenderContext;
      vertexShaderSource: ShaderSource;
      fragmentShaderSource: ShaderSource;
      attributeLocations: Readonly<Record<string, number>>;
    }): ShaderProgram;
    destroy(): void;
  }
  interface RenderState {
    readonly id: number;
  }
  const RenderState: { fromCache(options: object): RenderState };
  const Pass: { readonly OPAQUE: number; readonly TRANSLUCENT: number };
  class DrawCommand {
    constructor(options: {
      vertexArray: VertexArray;
      shaderProgram: ShaderProgram;
      renderState: RenderState;
      uniformMap: Readonly<Record<string, () => unknown>>;
      modelMatrix: Matrix4;
      boundingVolume: BoundingSphere;
      primitiveType: PrimitiveType;
      pass: number;
      pickId?: string;
      owner: unknown;
      count: number;
      cull?: boolean;
    });
    count: number;
    vertexArray: VertexArray;
  }
}
