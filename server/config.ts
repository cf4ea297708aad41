/**
 * The one reader of the environment. Everything wrong is reported at once, by name and without repeating values; the
 * result is frozen. Called by server/park.ts, which hands the Config down; modules take plain options.
 */
import { join, resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import { type ConfigValues, VARIABLES, type Variable } from './config-variables.ts';
import { knownPostgresUrl, knownRedisUrl } from './services/known-urls.ts';

/**
 * What the environment says. `redisUrl` and `databaseUrl` are undefined when the variable is not set; commands use
 * redisUrlOf and databaseUrlOf, which know the private servers of the data folder too.
 */
export interface Config extends Omit<ConfigValues, 'masterKeyFile' | 'backupFolder' | 'parkCodes'> {
  /** At least one. */
  readonly parkCodes: readonly string[];
  /** Absolute. */
  readonly dataFolder: string;
  /** Absolute. */
  readonly masterKeyFile: string;
  /** Absolute. */
  readonly backupFolder: string | undefined;
}

/** Config of a process that talks to both services: what roles get. */
export interface RunningConfig extends Config {
  readonly redisUrl: string;
  /** Of `parkCode`. */
  readonly databaseUrl: string;
  /** As configured; absent where it is the same. */
  readonly databaseUrlPattern?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws AppError CONFIG_INVALID whose detail names every bad variable. An empty variable counts as absent. */
export function loadConfig(env: Environment): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(VARIABLES) as [string, Variable<unknown>][]) {
    const text = env[variable.name]?.trim() || variable.defaultText;
    if (text === undefined) continue;
    const read = variable.kind(text);
    if (read.ok) values[key] = read.value;
    else problems.push(`${variable.name}: expected ${read.error}`);
  }
  problems.push(
    ...unknownNames(env),
    ...samePorts(values),
    ...missingS3(values),
    ...sharedDatabase(values),
    ...waivedSignIn(values, env),
    ...twoPlaces(values),
  );
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', { detail: problems.join('; ') });
  const dataFolder = resolve(values['dataFolder'] as string);
  const masterKeyFile = resolve((values['masterKeyFile'] as string | undefined) ?? join(dataFolder, 'master.key'));
  const backupFolder = values['backupFolder'] === undefined ? undefined : resolve(values['backupFolder'] as string);
  const absent = {
    publicLiveUrl: undefined,
    publicIngestUrl: undefined,
    publicUrl: undefined,
    deliveryFile: undefined,
    tilesetPlace: undefined,
    tilesetOrigin: undefined,
    redisUrl: undefined,
    databaseUrl: undefined,
  };
  const noArchive = {
    archive: undefined,
    attachments: undefined,
    s3Endpoint: undefined,
    s3AccessKeyId: undefined,
    s3SecretKeyFile: undefined,
  };
  return Object.freeze({
    ...absent,
    ...noArchive,
    ...(values as unknown as ConfigValues),
    dataFolder,
    masterKeyFile,
    backupFolder,
    parkCodes: (values['parkCodes'] as readonly string[] | undefined) ?? [values['parkCode'] as string],
  });
}

/** The configured Redis, else the private one of the data folder. Throws CONFIG_INVALID when there is neither. */
export function redisUrlOf(config: Config): string {
  const url = config.redisUrl ?? knownRedisUrl(config.dataFolder);
  if (url === undefined) throw missingService('REDIS_URL', config);
  return url;
}

/** The configured PostgreSQL of PARK_CODE, else the private one of the data folder. Throws CONFIG_INVALID when there is neither. */
export function databaseUrlOf(config: Config): string {
  return urlOfPark(databaseUrlPattern(config), config.parkCode);
}

export function runningConfig(config: Config): RunningConfig {
  const pattern = databaseUrlPattern(config);
  const running = { ...config, redisUrl: redisUrlOf(config), databaseUrl: urlOfPark(pattern, config.parkCode) };
  return Object.freeze(pattern === running.databaseUrl ? running : { ...running, databaseUrlPattern: pattern });
}

/** What a role of this one park is given. */
export function configOfPark(config: RunningConfig, parkCode: string): RunningConfig {
  const databaseUrl = urlOfPark(config.databaseUrlPattern ?? config.databaseUrl, parkCode);
  return Object.freeze({ ...config, parkCode, parkCodes: [parkCode], databaseUrl });
}

function databaseUrlPattern(config: Config): string {
  const pattern = config.databaseUrl ?? knownPostgresUrl(config.dataFolder);
  if (pattern === undefined) throw missingService('DATABASE_URL', config);
  return pattern;
}

const urlOfPark = (pattern: string, parkCode: string): string => pattern.replaceAll('{park}', parkCode);

const missingService = (name: string, config: Config): AppError =>
  new AppError('CONFIG_INVALID', {
    detail: `${name} is not set and ${config.dataFolder} holds no private server; set it, or start one with: park up`,
  });

/** A misspelt variable would otherwise be ignored in silence. */
function unknownNames(env: Environment): string[] {
  const known = new Set(Object.values(VARIABLES).map((variable) => variable.name));
  return Object.keys(env)
    .filter((name) => name.startsWith('PARK_') && !known.has(name))
    .map((name) => `${name}: no such variable; docs/configuration.md lists them`);
}

function missingS3(values: Readonly<Record<string, unknown>>): string[] {
  const places = { PARK_ARCHIVE: values['archive'], PARK_ATTACHMENTS: values['attachments'] };
  const [asking] = Object.entries(places).find(([, place]) => (place as ConfigValues['archive'])?.kind === 's3') ?? [];
  if (asking === undefined) return [];
  const needed = { PARK_S3_ENDPOINT: 's3Endpoint', PARK_S3_ACCESS_KEY_ID: 's3AccessKeyId' };
  return Object.entries({ ...needed, PARK_S3_SECRET_KEY_FILE: 's3SecretKeyFile' })
    .filter(([, key]) => values[key] === undefined)
    .map(([name]) => `${name}: expected with ${asking}=s3://...`);
}

/** Offsets, people and alarms of two parks would meet in the same rows. */
function sharedDatabase(values: Readonly<Record<string, unknown>>): string[] {
  const parks = (values['parkCodes'] as readonly string[] | undefined)?.length ?? 1;
  const isApart = (values['databaseUrl'] as string | undefined)?.includes('{park}') === true;
  return parks > 1 && !isApart
    ? ['DATABASE_URL: expected an address with {park} in it, a database per park, with several PARK_CODES']
    : [];
}

/** A tileset is either in degrees or in the grid. */
function twoPlaces(values: Readonly<Record<string, unknown>>): string[] {
  const hasBoth = values['tilesetPlace'] !== undefined && values['tilesetOrigin'] !== undefined;
  return hasBoth ? ['PARK_TILESET_ORIGIN: expected nothing beside PARK_TILESET_PLACE'] : [];
}

/** Whatever makes a park reachable for others makes it no demonstration. */
function waivedSignIn(values: Readonly<Record<string, unknown>>, env: Environment): string[] {
  if (values['demoSignIn'] !== true) return [];
  const isLocal = values['host'] === 'localhost' || values['host'] === '::1' || /^127\./.test(String(values['host']));
  const reasons = [
    ...(isLocal ? [] : ['PARK_HOST is not this machine alone']),
    ...(values['cookieSecure'] === true ? ['PARK_COOKIE_SECURE is true'] : []),
    ...(values['trustProxy'] === true ? ['PARK_TRUST_PROXY is true'] : []),
    ...(values['publicLiveUrl'] === undefined ? [] : ['PARK_PUBLIC_LIVE_URL is set']),
    ...(values['publicIngestUrl'] === undefined ? [] : ['PARK_PUBLIC_INGEST_URL is set']),
    ...(env['NODE_ENV'] === 'production' ? ['NODE_ENV is production'] : []),
  ];
  return reasons.length === 0 ? [] : [`PARK_DEMO_SIGN_IN: expected false, since ${reasons.join(', ')}`];
}

function samePorts(values: Readonly<Record<string, unknown>>): string[] {
  const ports = [values['port'], values['ingestPort'], values['livePort']].filter((port) => port !== undefined);
  return new Set(ports).size < ports.length
    ? ['PARK_PORT, PARK_INGEST_PORT, PARK_LIVE_PORT: expected three different ports']
    : [];
}
