/**
 * How the text of one environment variable becomes a value: a kind per shape, each saying what it expects in words that
 * fit after "expected". Used by the table in config-variables.ts only.
 */
import type { Result } from '../core/result.ts';
import { err, ok } from '../core/result.ts';
import type { ProjectionParameters } from '../geo/projection.ts';
import { parametersFromConfiguration } from '../geo/projection.ts';

/** Reads trimmed, non-empty text. The error is what was expected, without the value: that may be a secret. */
export type Kind<T> = (text: string) => Result<T, string>;

export const words: Kind<string> = (text) => ok(text);

export const matching =
  (pattern: RegExp, expected: string): Kind<string> =>
  (text) =>
    pattern.test(text) ? ok(text) : err(expected);

/** One or more, separated by commas, none twice. */
export const listOf =
  <T>(kind: Kind<T>, expected: string): Kind<readonly T[]> =>
  (text) => {
    const read = text.split(',').map((part) => kind(part.trim()));
    const values = read.flatMap((one) => (one.ok ? [one.value] : []));
    return values.length === read.length && new Set(values).size === values.length ? ok(values) : err(expected);
  };

const numberBetween =
  (low: number, high: number, accept: (value: number) => boolean, expected: string): Kind<number> =>
  (text) => {
    const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return accept(value) && value >= low && value <= high ? ok(value) : err(`${expected} from ${low} to ${high}`);
  };

export const wholeNumber = (low: number, high: number): Kind<number> =>
  numberBetween(low, high, Number.isInteger, 'a whole number');

export const decimal = (low: number, high: number): Kind<number> =>
  numberBetween(low, high, Number.isFinite, 'a number');

export const flag: Kind<boolean> = (text) => {
  if (text === 'true' || text === '1') return ok(true);
  if (text === 'false' || text === '0') return ok(false);
  return err('true or false');
};

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Kind<T> =>
  (text) => {
    const choice = choices.find((candidate) => candidate === text);
    return choice === undefined ? err(`one of ${choices.join(', ')}`) : ok(choice);
  };

/** An absolute address with one of the schemes (without colon). */
export const address =
  (...schemes: readonly string[]): Kind<string> =>
  (text) => {
    const expected = `an address starting with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
    if (!URL.canParse(text)) return err(expected);
    return schemes.includes(new URL(text).protocol.slice(0, -1)) ? ok(text) : err(expected);
  };

/** `none`, a path on this server, or an http address. */
export const pathOrAddressOrNone: Kind<string | null> = (text) => {
  if (text === 'none') return ok(null);
  if (/^\/[^/]/.test(text) || address('http', 'https')(text).ok) return ok(text);
  return err('none, a path starting with /, or an http(s) address');
};

/** `none`, `grid`, `natural-earth`, or an address template with {z}, {x} and {y}. */
export const baseMap: Kind<string> = (text) => {
  if (text === 'none' || text === 'grid' || text === 'natural-earth') return ok(text);
  const hasAll = ['{z}', '{x}', '{y}'].every((part) => text.includes(part));
  return hasAll && /^(https?:\/\/|\/)/.test(text)
    ? ok(text)
    : err('none, grid, natural-earth, or an address with {z}, {x} and {y}');
};

export interface LngLat {
  readonly lng: number;
  readonly lat: number;
}

export const lngLat: Kind<LngLat> = (text) => {
  const [lng, lat, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isPlace = rest.length === 0 && isWithin(lng, 180) && isWithin(lat, 90);
  return isPlace ? ok({ lng: lng as number, lat: lat as number }) : err('lng,lat in degrees, such as 121.48,30.8');
};

export interface PlanePlace {
  readonly easting: number;
  readonly northing: number;
}

export const planePlace: Kind<PlanePlace> = (text) => {
  const [easting, northing, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isPlace = rest.length === 0 && isWithin(easting, PLANE_LIMIT_M) && isWithin(northing, PLANE_LIMIT_M);
  return isPlace
    ? ok({ easting: easting as number, northing: northing as number })
    : err('easting,northing in metres, such as 1486.2,-48210.5');
};

const PLANE_LIMIT_M = 10_000_000;
const isWithin = (value: number | undefined, limit: number): boolean =>
  value !== undefined && value >= -limit && value <= limit;

/** A preset's id or a PROJ string. */
export const projection: Kind<ProjectionParameters> = (text) => {
  const parsed = parametersFromConfiguration(text);
  return parsed.ok ? parsed : err(`a projection: ${parsed.error.problems.join('; ')}`);
};

export type ArchivePlace =
  | { readonly kind: 'none' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

const S3_PLACE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})((?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)\/?$/;

/** `none`, a folder, or `s3://bucket/prefix`. */
export const archivePlace: Kind<ArchivePlace> = (text) => {
  if (text === 'none') return ok({ kind: 'none' });
  const s3 = S3_PLACE.exec(text);
  if (s3 !== null) return ok({ kind: 's3', bucket: s3[1] ?? '', prefix: (s3[2] ?? '').slice(1) });
  return /^[a-z0-9]+:\/\//i.test(text)
    ? err('none, a folder, or s3://bucket/prefix')
    : ok({ kind: 'folder', path: text });
};

/** The same, but somewhere it must be. */
export const filePlace: Kind<Exclude<ArchivePlace, { readonly kind: 'none' }>> = (text) => {
  const read = archivePlace(text);
  return read.ok && read.value.kind !== 'none' ? ok(read.value) : err('a folder, or s3://bucket/prefix');
};
