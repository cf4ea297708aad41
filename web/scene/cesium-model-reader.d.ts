/**
 * What height-part.ts needs of a tile's meshes: classes that Cesium 1.145 exports but does not type. The version is pinned
 * exactly; should they change, people without a height stand on the park's ground as before.
 */
declare module 'cesium' {
  interface ModelPrimitive {
    readonly indices?: unknown;
  }
  class ModelReader {
    static forEachPrimitive(
      model: unknown,
      options: object,
      callback: (
        runtimePrimitive: unknown,
        primitive: ModelPrimitive,
        instances: readonly { readonly transform: Matrix4 }[],
      ) => void,
    ): void;
    static readAttributeAsTypedArray(attribute: unknown): ArrayLike<number>;
    static readIndicesAsTypedArray(indices: unknown): ArrayLike<number>;
  }
  const ModelUtility: { getAttributeBySemantic(primitive: ModelPrimitive, semantic: string): unknown };
  const VertexAttributeSemantic: { readonly POSITION: string };
}
