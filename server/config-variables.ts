/**
 * The table of environment variables: name, kind, default, unit and meaning of each. It is the only list: the reader
 * (config.ts), .env.example and docs/configuration.md all come from it.
 */
import type { Kind } from './config-kinds.ts';
import {
  address,
  archivePlace,
  baseMap,
  decimal,
  filePlace,
  flag,
  listOf,
  lngLat,
  matching,
  oneOf,
  pathOrAddressOrNone,
  planePlace,
  projection,
  wholeNumber,
  words,
} from './config-kinds.ts';

export interface Variable<T> {
  readonly name: string;
  readonly kind: Kind<NonNullable<T> | T>;
  /** What an absent variable means, in the variable's own text; undefined: it stays undefined. */
  readonly defaultText: string | undefined;
  readonly unit: string;
  /** One English sentence or two for the docs. */
  readonly doc: string;
  /** Shown in place of the default where that depends on other variables. */
  readonly shownDefault?: string;
}

type Facts = { readonly unit?: string; readonly doc: string; readonly shownDefault?: string };

const withDefault = <T>(name: string, kind: Kind<T>, defaultText: string, facts: Facts): Variable<T> => ({
  name,
  kind,
  defaultText,
  unit: '',
  ...facts,
});

const optional = <T>(name: string, kind: Kind<T>, facts: Facts): Variable<T | undefined> => ({
  name,
  kind,
  defaultText: undefined,
  unit: '',
  ...facts,
});

const port = wholeNumber(1, 65_535);
const parkCode = matching(/^[a-z0-9][a-z0-9-]{0,31}$/, 'up to 32 of a-z, 0-9 and -');

/** Keys are the names in Config. Order is the order in the docs. */
export const VARIABLES = {
  host: withDefault('PARK_HOST', words, '127.0.0.1', {
    doc: 'Address the three servers listen on. Only this machine by default; 0.0.0.0 opens them to the network.',
  }),
  port: withDefault('PARK_PORT', port, '7000', { doc: 'Port of the pages and the admin interface.' }),
  ingestPort: withDefault('PARK_INGEST_PORT', port, '7001', { doc: 'Port of the vendor interface.' }),
  livePort: withDefault('PARK_LIVE_PORT', port, '7002', { doc: 'Port of the live gateway (WebSocket).' }),
  publicLiveUrl: optional('PARK_PUBLIC_LIVE_URL', address('ws', 'wss'), {
    doc: 'Address browsers reach the live gateway at, when a proxy stands before it.',
    shownDefault: 'same host, PARK_LIVE_PORT',
  }),
  publicIngestUrl: optional('PARK_PUBLIC_INGEST_URL', address('http', 'https'), {
    doc: 'Base address at which vendors reach the vendor interface, as the hand-over pack of a credential names it.',
    shownDefault: 'the pack says that the park tells it',
  }),
  cookieSecure: withDefault('PARK_COOKIE_SECURE', flag, 'false', {
    doc: 'Session cookies over https only. Set true wherever the pages are served over https.',
  }),
  demoSignIn: withDefault('PARK_DEMO_SIGN_IN', flag, 'false', {
    doc: 'Demonstrations only: no second factor and no forced change of the first password. Refused where anybody else could reach the park: see docs/adr/0027.',
  }),
  trustProxy: withDefault('PARK_TRUST_PROXY', flag, 'false', {
    doc: 'Take the sender address from X-Forwarded-For. Only true behind a proxy that sets it.',
  }),
  parkCode: withDefault('PARK_CODE', parkCode, 'demo', {
    doc: 'Short id of the park; part of every Redis key. Never change it for a park that holds data.',
  }),
  parkCodes: optional('PARK_CODES', listOf(parkCode, 'park codes separated by commas, none twice'), {
    doc: 'Parks that watch, store and archive of this process run, as many of them as fall to it (docs/adr/0011). The front doors serve PARK_CODE alone.',
    shownDefault: '<PARK_CODE>',
  }),
  parkName: withDefault('PARK_NAME', words, '滨海化工园区（演示）', { doc: 'Name on the Chinese pages.' }),
  parkNameEn: withDefault('PARK_NAME_EN', words, 'Binhai Chemical Park (demo)', { doc: 'Name on the English pages.' }),
  home: withDefault('PARK_HOME', lngLat, '121.48,30.8', {
    unit: 'lng,lat in degrees',
    doc: 'Where the camera of the map starts, CGCS2000.',
  }),
  homeHeightM: withDefault('PARK_HOME_HEIGHT_M', decimal(10, 100_000), '3200', {
    unit: 'm',
    doc: 'How high above PARK_HOME the camera starts.',
  }),
  groundHeightM: withDefault('PARK_GROUND_HEIGHT_M', decimal(-500, 9_000), '4', {
    unit: 'm',
    doc: 'Height of the ground above the ellipsoid: fences stand on it, people without a height are drawn on it.',
  }),
  projection: withDefault('PARK_PROJECTION', projection, 'shanghai2000-b', {
    doc: 'Plane grid: shanghai2000-a, shanghai2000-b, shanghai2000-c, or a PROJ string (+proj=tmerc ...).',
  }),
  tickMs: withDefault('PARK_TICK_MS', wholeNumber(200, 60_000), '1000', {
    unit: 'ms',
    doc: 'Time between frames of positions. SOS and alarms do not wait for it.',
  }),
  rateRecordsPerS: withDefault('PARK_RATE_RECORDS_PER_S', wholeNumber(1, 1_000_000), '20000', {
    unit: 'records/s',
    doc: 'Limit of a vendor credential that has none of its own. SOS is never limited.',
  }),
  positionRetentionDays: withDefault('PARK_POSITION_RETENTION_DAYS', wholeNumber(1, 3_650), '30', {
    unit: 'days',
    doc: 'How long positions are kept in full resolution; never shorter than 8 days, because late fixes come for 7.',
  }),
  trackRetentionDays: withDefault('PARK_TRACK_RETENTION_DAYS', wholeNumber(1, 36_500), '400', {
    unit: 'days',
    doc: 'How long positions are kept at all: after PARK_POSITION_RETENTION_DAYS thinned, but whole around alarms. AQ 3064 asks for a year.',
  }),
  permitRetentionDays: withDefault('PARK_PERMIT_RETENTION_DAYS', wholeNumber(365, 36_500), '1095', {
    unit: 'days',
    doc: 'How long permits that are over are kept with their history; AQ 3064 asks for a year. Open ones never go.',
  }),
  auditRetentionMonths: withDefault('PARK_AUDIT_RETENTION_MONTHS', wholeNumber(6, 240), '12', {
    unit: 'months',
    doc: 'How long the audit is kept, besides the running month; GB/T 22239 asks for six months.',
  }),
  trackToleranceM: withDefault('PARK_TRACK_TOLERANCE_M', decimal(0, 100), '1', {
    unit: 'm',
    doc: 'How far a position left out by thinning may lie from where the track has the person then; 0: none is left out.',
  }),
  dataCapGb: withDefault('PARK_DATA_CAP_GB', decimal(1, 100_000), '10', {
    unit: 'GB',
    doc: 'Room of the data folder with the embedded servers; the oldest positions go first.',
  }),
  tilesetUrl: withDefault('PARK_TILESET_URL', pathOrAddressOrNone, '/tiles/park/tileset.json', {
    doc: '3D Tiles of the park: a path on this server, an address on your network, or none. The default is generated.',
  }),
  tilesetPlace: optional('PARK_TILESET_PLACE', lngLat, {
    unit: 'lng,lat in degrees',
    doc: 'Moves the tileset to this place, CGCS2000.',
    shownDefault: 'where it says itself',
  }),
  tilesetOrigin: optional('PARK_TILESET_ORIGIN', planePlace, {
    unit: 'easting,northing in m',
    doc: 'The tileset is in Shanghai 2000 (x east, y north): where its zero lies on the grid of PARK_PROJECTION. 0,0 if it has whole coordinates. See docs/model-of-the-park.md.',
    shownDefault: 'it is not in the grid',
  }),
  tilesetHeightOffsetM: withDefault('PARK_TILESET_HEIGHT_OFFSET_M', decimal(-1_000, 9_000), '0', {
    unit: 'm',
    doc: "Raises or lowers the tileset; with PARK_TILESET_PLACE or _ORIGIN the height of the model's zero above the ellipsoid.",
  }),
  tilesetHeadingDeg: withDefault('PARK_TILESET_HEADING_DEG', decimal(-360, 360), '0', {
    unit: 'degrees, clockwise',
    doc: 'Turns the tileset: about its zero with PARK_TILESET_PLACE or _ORIGIN, else about its middle.',
  }),
  baseMap: withDefault('PARK_BASE_MAP', baseMap, 'grid', {
    doc: 'Map under the tileset: none, grid, natural-earth (comes with the product), or an XYZ address on your network.',
  }),
  backupFolder: optional('PARK_BACKUP_DIR', words, {
    doc: 'Folder for backups of the private PostgreSQL, best on another disk: a base backup a day and the write-ahead log.',
    shownDefault: 'no backups',
  }),
  backupHour: withDefault('PARK_BACKUP_HOUR', wholeNumber(0, 23), '2', {
    unit: 'hour, GMT+8',
    doc: 'When the daily base backup begins.',
  }),
  backupsKept: withDefault('PARK_BACKUPS_KEPT', wholeNumber(1, 365), '7', {
    doc: 'Base backups that are kept; the write-ahead log since the oldest of them is kept too.',
  }),
  dataFolder: withDefault('PARK_DATA_DIR', words, './data', {
    doc: 'Folder of the embedded servers, snapshots, logs and the master key.',
  }),
  archive: optional('PARK_ARCHIVE', archivePlace, {
    doc: 'Where the log is kept as files: a folder, s3://bucket/prefix, or none.',
    shownDefault: '<PARK_DATA_DIR>/archive/<PARK_CODE>',
  }),
  archiveCutS: withDefault('PARK_ARCHIVE_CUT_S', wholeNumber(1, 3_600), '60', {
    unit: 's',
    doc: 'How long an accepted entry waits at most before the archive has it: what the loss of the whole machine can cost.',
  }),
  archiveDays: withDefault('PARK_ARCHIVE_DAYS', wholeNumber(1, 3_650), '30', {
    unit: 'days',
    doc: 'How long the archive keeps the log. In its usual place, with the embedded PostgreSQL, it takes at most a fifth of PARK_DATA_CAP_GB.',
  }),
  attachments: optional('PARK_ATTACHMENTS', filePlace, {
    doc: 'Where the files of work permits are kept, sealed: a folder that ingest and admin share, or s3://bucket/prefix.',
    shownDefault: '<PARK_DATA_DIR>/permit-files/<PARK_CODE>',
  }),
  s3Endpoint: optional('PARK_S3_ENDPOINT', address('http', 'https'), {
    doc: 'Address of the S3-compatible storage, without the bucket; it must take path-style requests.',
    shownDefault: 'none',
  }),
  s3Region: withDefault('PARK_S3_REGION', words, 'us-east-1', { doc: 'Region that requests to it are signed for.' }),
  s3AccessKeyId: optional('PARK_S3_ACCESS_KEY_ID', words, { doc: 'Id of the access key.', shownDefault: 'none' }),
  s3SecretKeyFile: optional('PARK_S3_SECRET_KEY_FILE', words, {
    doc: 'File with the secret access key, and nothing else.',
  }),
  masterKeyFile: optional('PARK_MASTER_KEY_FILE', words, {
    doc: 'File with the key that seals secrets in the database. Made at the first `park up`; back it up elsewhere.',
    shownDefault: '<PARK_DATA_DIR>/master.key',
  }),
  deliveryFile: optional('PARK_DELIVERY_FILE', words, {
    doc: 'JSON file with the mail server, the SMS gateway and the webhooks that deliveries go out by, and their secrets (docs/spec/orders.md).',
    shownDefault: 'pages only',
  }),
  ffmpegBinary: withDefault('FFMPEG_BIN', words, 'ffmpeg', {
    doc: 'Program that makes the pictures of demonstrations, a name on the PATH or a full path (docs/spec/video.md).',
  }),
  videoProcesses: withDefault('PARK_VIDEO_PROCESSES', wholeNumber(0, 64), '6', {
    doc: 'Cameras of which this machine makes pictures at once, each about a twentieth of a core; jobs that are recorded throughout go first. 0: none.',
  }),
  videoKeptMin: withDefault('PARK_VIDEO_KEPT_MIN', wholeNumber(5, 10_080), '120', {
    unit: 'min',
    doc: 'How long pictures made on this machine are kept, about 36 MB an hour and camera. Those of video platforms are kept there.',
  }),
  publicUrl: optional('PARK_PUBLIC_URL', address('http', 'https'), {
    doc: 'Base address of the pages as others reach them: addresses of pictures made here begin with it where vendors’ systems are given one.',
    shownDefault: 'http://<PARK_HOST>:<PARK_PORT>',
  }),
  redisUrl: optional('REDIS_URL', address('redis', 'rediss'), {
    doc: 'Redis 7 to use (appendonly yes, appendfsync always, noeviction). Without it `park up` runs a private one.',
    shownDefault: 'a private server in PARK_DATA_DIR',
  }),
  databaseUrl: optional('DATABASE_URL', address('postgres', 'postgresql'), {
    doc: 'PostgreSQL 15 to 18 to use, with TimescaleDB or without; {park} in it stands for the park code, a database per park. Without it `park up` runs a private one.',
    shownDefault: 'a private server in PARK_DATA_DIR',
  }),
  redisServerBinary: withDefault('REDIS_SERVER_BIN', words, 'redis-server', {
    doc: 'Program of the private Redis, a name on the PATH or a full path.',
  }),
  redisMaxMemoryMb: withDefault('PARK_REDIS_MAXMEMORY_MB', wholeNumber(64, 1_000_000), '2048', {
    unit: 'MB',
    doc: 'Memory of the private Redis; at 85 % positions are refused, SOS is not.',
  }),
  ballastMb: withDefault('PARK_BALLAST_MB', wholeNumber(0, 100_000), '256', {
    unit: 'MB',
    doc: 'A file in PARK_DATA_DIR that is deleted when its disk runs full, so that the private servers can go on; only on a disk ten times its size. 0: none.',
  }),
  postgresSharedBuffersMb: withDefault('PARK_POSTGRES_SHARED_BUFFERS_MB', wholeNumber(16, 100_000), '512', {
    unit: 'MB',
    doc: 'Shared buffers of the private PostgreSQL.',
  }),
  logLevel: withDefault('PARK_LOG_LEVEL', oneOf('debug', 'info', 'warn', 'error'), 'info', {
    doc: 'Least severe log lines that are written.',
  }),
} as const;

type Values = { readonly [K in keyof typeof VARIABLES]: (typeof VARIABLES)[K] extends Variable<infer T> ? T : never };
export type ConfigValues = Values;
