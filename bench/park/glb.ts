/**
 * Binary glTF 2.0 by hand: one mesh with at most two primitives (bodies; panels seen from both sides), float positions
 * and normals, 16-bit linear vertex colours, unlit. Layout of the container: glTF 2.0 specification, section 4.
 */
export interface GlbPart {
  /** glTF axes: x east, y up, z south; metres. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** RGB, linear, 16 bit; four values a vertex because glTF wants 4-byte strides. */
  readonly colours: Uint16Array;
  readonly indices: Uint32Array;
  readonly doubleSided: boolean;
}

const GLB_MAGIC = 0x46546c67;
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;
const TYPE = { u16: 5123, u32: 5125, f32: 5126 } as const;
const TARGET = { vertices: 34_962, indices: 34_963 } as const;

export function encodeGlb(parts: readonly GlbPart[], generator: string): Uint8Array {
  const views: unknown[] = [];
  const accessors: unknown[] = [];
  const chunks: Uint8Array[] = [];
  let length = 0;
  const add = (data: Float32Array | Uint16Array | Uint32Array, target: number, accessor: object): number => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    views.push({ buffer: 0, byteOffset: length, byteLength: bytes.length, target });
    accessors.push({ bufferView: views.length - 1, ...accessor });
    chunks.push(bytes);
    const padding = (4 - (bytes.length % 4)) % 4;
    if (padding > 0) chunks.push(new Uint8Array(padding));
    length += bytes.length + padding;
    return accessors.length - 1;
  };
  const primitives = parts.map((part) => {
    const count = part.positions.length / 3;
    const indices = count < 65_536 ? Uint16Array.from(part.indices) : part.indices;
    const componentType = indices instanceof Uint16Array ? TYPE.u16 : TYPE.u32;
    return {
      attributes: {
        POSITION: add(part.positions, TARGET.vertices, {
          componentType: TYPE.f32,
          count,
          type: 'VEC3',
          ...extent(part.positions),
        }),
        NORMAL: add(part.normals, TARGET.vertices, { componentType: TYPE.f32, count, type: 'VEC3' }),
        COLOR_0: add(part.colours, TARGET.vertices, {
          componentType: TYPE.u16,
          normalized: true,
          count,
          type: 'VEC4',
        }),
      },
      indices: add(indices, TARGET.indices, { componentType, count: indices.length, type: 'SCALAR' }),
      material: part.doubleSided ? 1 : 0,
    };
  });
  const material = (doubleSided: boolean): object => ({
    pbrMetallicRoughness: { baseColorFactor: [1, 1, 1, 1], metallicFactor: 0, roughnessFactor: 1 },
    extensions: { KHR_materials_unlit: {} },
    doubleSided,
  });
  const json = {
    asset: { version: '2.0', generator },
    extensionsUsed: ['KHR_materials_unlit'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives }],
    materials: [material(false), material(true)],
    accessors,
    bufferViews: views,
    buffers: [{ byteLength: length }],
  };
  return container(new TextEncoder().encode(JSON.stringify(json)), chunks, length);
}

function container(json: Uint8Array, chunks: readonly Uint8Array[], binLength: number): Uint8Array {
  const jsonLength = (json.length + 3) & ~3;
  const total = 12 + 8 + jsonLength + 8 + binLength;
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  view.setUint32(0, GLB_MAGIC, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, total, true);
  view.setUint32(12, jsonLength, true);
  view.setUint32(16, CHUNK_JSON, true);
  out.fill(0x20, 20, 20 + jsonLength);
  out.set(json, 20);
  let at = 20 + jsonLength;
  view.setUint32(at, binLength, true);
  view.setUint32(at + 4, CHUNK_BIN, true);
  at += 8;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

function extent(positions: Float32Array): { min: number[]; max: number[] } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const axis = i % 3;
    if (positions[i]! < min[axis]!) min[axis] = positions[i]!;
    if (positions[i]! > max[axis]!) max[axis] = positions[i]!;
  }
  return { min, max };
}
