/** The two ways to write the same records, by Content-Type. */
export type BodyType = 'json' | 'msgpack';

/** As the OpenAPI document lists them, the registered name first. */
export const MEDIA_TYPES: Readonly<Record<BodyType, readonly string[]>> = {
  json: ['application/json'],
  msgpack: ['application/msgpack', 'application/vnd.msgpack', 'application/x-msgpack'],
};

const byMediaType = new Map(
  (Object.keys(MEDIA_TYPES) as BodyType[]).flatMap((type) => MEDIA_TYPES[type].map((name) => [name, type] as const)),
);

/** null: neither, or JSON in another charset than UTF-8 (RFC 8259 section 8.1). */
export function bodyTypeOf(contentType: string): BodyType | null {
  const [mediaType = '', ...parameters] = contentType.toLowerCase().split(';');
  const type = byMediaType.get(mediaType.trim()) ?? null;
  const isUtf8 = parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim());
  });
  return isUtf8 ? type : null;
}
