/**
 * The routes built so far: path, what their records are, and how accepted records become one log entry. The server
 * registers from this table and openapi.ts describes it.
 */

import { Slices, type Steps } from '../core/slices.ts';
import { REGISTERS } from '../registers/index.ts';
import type { BlindIndex } from '../security/blind-index.ts';
import type { Sealer } from '../security/gm.ts';
import type { AttachmentStore } from '../stream/archive/attachment-store.ts';
import { type BatchOrigin, ENTRY_KIND, type EntryBodies, type EntryKindName } from '../stream/protocol/entry.ts';
import { encodeBody, encodeFixes } from '../stream/protocol/entry-codec.ts';
import { REGISTER_INTERFACES, type RegisterInterface } from '../stream/protocol/vocabulary.ts';
import type { InterfaceName } from './ports.ts';
import type { RecordSet } from './record-set.ts';
import { PERSON_ALARM_SOS, POSITION_SOS, type SosSign } from './sos-sign.ts';
import { walkAreaAlarms, walkPersonAlarms } from './validate/alarms.ts';
import { walkAreas } from './validate/areas.ts';
import { checkAttachment } from './validate/attachments.ts';
import {
  AREA_ALARM_FIELDS,
  AREA_FIELDS,
  type Field,
  GATHERING_FIELDS,
  HEARTBEAT_FIELDS,
  PERSON_ALARM_FIELDS,
  PERSON_FIELDS,
  POSITION_FIELDS,
  SENSOR_FIELDS,
} from './validate/fields.ts';
import { walkGatherings } from './validate/gatherings.ts';
import { walkHeartbeats } from './validate/heartbeats.ts';
import {
  ACTIVITY_FIELDS,
  ATTACHMENT_FIELDS,
  FILE_BYTES_MAX,
  PERMIT_ALARM_FIELDS,
  PERMIT_FIELDS,
  PERMIT_VIDEO_FIELDS,
} from './validate/permit-fields.ts';
import { walkActivities, walkPermitAlarms, walkPermitVideos } from './validate/permit-parts.ts';
import { walkPermits } from './validate/permits.ts';
import { walkPersons } from './validate/persons.ts';
import { validatePositions } from './validate/positions.ts';
import type { Rejection, Validated } from './validate/records.ts';
import { RegisterRecords } from './validate/register-records.ts';
import { walkSensorReports } from './validate/sensors.ts';

export const BODY_BYTES_MAX = 4 * 1024 * 1024;
export const RECORDS_MAX = 5_000;
/** A file, and room for the other parts of its form. */
export const FORM_BYTES_MAX = FILE_BYTES_MAX + 64 * 1024;

export interface BatchContext {
  readonly companyCode: string;
  readonly receivedAtMs: number;
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
  /** Take SOS records and nothing else. */
  readonly sosOnly: boolean;
}

/** Records of one request after validation. */
export interface CheckedBatch {
  readonly accepted: number;
  /** Records looked at; accepted + rejected. */
  readonly received: number;
  readonly rejected: readonly Rejection[];
  readonly aliases: number;
  /** Body of the one log entry. */
  encode(origin: BatchOrigin): Uint8Array;
  /** What must be on disk before the entry that speaks of it is appended. Throws AppError when the storage fails. */
  keepFirst?(attachments: Pick<AttachmentStore, 'put'>): Promise<void>;
}

export interface Route {
  readonly path: string;
  readonly interfaceName: InterfaceName;
  readonly summary: string;
  readonly entryKind: number;
  readonly fields: readonly Field[];
  /** How a record says that it is a call for help: such records are kept even when the others cannot be. null: none does. */
  readonly sos: SosSign | null;
  /** Of these there are so many that the log takes none when its room runs short, but for SOS. */
  readonly needsRoom: boolean;
  /** One file and its record as multipart/form-data, in place of records. */
  readonly isForm?: true;
  /** Does not keep other requests waiting, however dear the records are. */
  check(records: RecordSet, context: BatchContext): CheckedBatch | Promise<CheckedBatch>;
}

/**
 * 5,000 people take 0.2 s to seal, an outline of 2,000 vertices up to 20 ms to check; 5,000 positions take 10 ms and go
 * through in one.
 */
const slices = new Slices(5);

const checkedList = <T>(
  { accepted, rejected, aliases }: Validated<T>,
  encode: (origin: BatchOrigin) => Uint8Array,
): CheckedBatch => ({
  accepted: accepted.length,
  received: accepted.length + rejected.length,
  rejected,
  aliases,
  encode,
});

type ListKind = {
  [K in Exclude<EntryKindName, 'records'>]: EntryBodies[K] extends { readonly records: readonly unknown[] } ? K : never;
}[Exclude<EntryKindName, 'records'>];
type RecordOf<K extends ListKind> = EntryBodies[K]['records'][number];

/** A route whose records become the list in an entry of `entryKindName`. */
const listRoute = <K extends ListKind>(
  entryKindName: K,
  route: Pick<Route, 'path' | 'interfaceName' | 'summary' | 'fields'> & Partial<Pick<Route, 'sos' | 'needsRoom'>>,
  walk: (records: RecordSet, context: BatchContext) => Steps<Validated<RecordOf<K>>>,
): Route => ({
  sos: null,
  needsRoom: false,
  ...route,
  entryKind: ENTRY_KIND[entryKindName],
  async check(records, context) {
    const validated = await slices.run(walk(records, context));
    return checkedList(validated, (origin) =>
      encodeBody(entryKindName, { origin, records: validated.accepted } as EntryBodies[K]),
    );
  },
});

/** Everything of the route is the register's declaration. */
function registerRoute(name: RegisterInterface): Route {
  const register = REGISTERS.find((one) => one.name === name);
  if (register?.vendor === undefined) throw new Error(`no register ${name} that vendors send`);
  const records = new RegisterRecords(register);
  return {
    path: `/v1/${register.vendor.interface}`,
    interfaceName: name,
    summary: `${register.title.en} (${register.title.zh})`,
    entryKind: ENTRY_KIND.records,
    fields: records.fields,
    sos: null,
    needsRoom: false,
    async check(set, context) {
      const validated = await slices.run(records.walk(set, context));
      return checkedList(validated, (origin) =>
        encodeBody('records', { origin, register: name, records: validated.accepted }),
      );
    },
  };
}

/** Also what a stream's frames are. */
export const POSITIONS_ROUTE: Route = {
  path: '/v1/positioning/positions',
  interfaceName: 'positions',
  summary: 'Positions of people and tags, and calls for help',
  entryKind: ENTRY_KIND.fixes,
  fields: POSITION_FIELDS,
  sos: POSITION_SOS,
  needsRoom: true,
  check(records, context) {
    const positions = validatePositions(records, context);
    return {
      accepted: positions.accepted,
      received: positions.received,
      rejected: positions.rejected,
      aliases: positions.aliases,
      encode: (origin) => encodeFixes(positions.batch(origin)),
    };
  },
};

export const ROUTES: readonly Route[] = [
  listRoute(
    'persons',
    {
      path: '/v1/positioning/persons',
      interfaceName: 'persons',
      summary: 'People of the company (AQ 3064.3 B.1)',
      fields: PERSON_FIELDS,
    },
    (records, context) => walkPersons(records, context, context.sealer, context.blindIndex),
  ),
  listRoute(
    'areas',
    {
      path: '/v1/positioning/areas',
      interfaceName: 'areas',
      summary: 'Areas of the company (AQ 3064.3 B.2)',
      fields: AREA_FIELDS,
    },
    walkAreas,
  ),
  POSITIONS_ROUTE,
  listRoute(
    'gatherings',
    {
      path: '/v1/positioning/gatherings',
      interfaceName: 'gatherings',
      summary: 'Warnings of people gathering (AQ 3064.3 B.5)',
      fields: GATHERING_FIELDS,
    },
    walkGatherings,
  ),
  listRoute(
    'personAlarms',
    {
      path: '/v1/positioning/person-alarms',
      interfaceName: 'person-alarms',
      summary: 'Alarms of people, and calls for help (AQ 3064.3 B.3)',
      fields: PERSON_ALARM_FIELDS,
      sos: PERSON_ALARM_SOS,
    },
    walkPersonAlarms,
  ),
  listRoute(
    'areaAlarms',
    {
      path: '/v1/positioning/area-alarms',
      interfaceName: 'area-alarms',
      summary: 'Alarms of areas (AQ 3064.3 B.4)',
      fields: AREA_ALARM_FIELDS,
    },
    walkAreaAlarms,
  ),
  listRoute(
    'heartbeats',
    {
      path: '/v1/heartbeats',
      interfaceName: 'heartbeats',
      summary: 'What the sender stands ready to send, and how',
      fields: HEARTBEAT_FIELDS,
    },
    walkHeartbeats,
  ),
  listRoute(
    'sensorReadings',
    {
      path: '/v1/sensors/readings',
      interfaceName: 'sensors',
      summary: 'Readings of gas detectors and other points (AQ 3064.1 A.2)',
      fields: SENSOR_FIELDS,
      needsRoom: true,
    },
    walkSensorReports,
  ),
  listRoute(
    'activities',
    {
      path: '/v1/permits/activities',
      interfaceName: 'activities',
      summary: 'Activities that permits are part of (作业活动)',
      fields: ACTIVITY_FIELDS,
    },
    walkActivities,
  ),
  listRoute(
    'permits',
    {
      path: '/v1/permits/tickets',
      interfaceName: 'permits',
      summary: 'Work permits (作业票), part by part (AQ 3064.2 A.1)',
      fields: PERMIT_FIELDS,
    },
    walkPermits,
  ),
  listRoute(
    'permitVideos',
    {
      path: '/v1/permits/videos',
      interfaceName: 'permit-videos',
      summary: 'Cameras that look at permitted jobs',
      fields: PERMIT_VIDEO_FIELDS,
    },
    walkPermitVideos,
  ),
  listRoute(
    'permitAlarms',
    {
      path: '/v1/permits/alarms',
      interfaceName: 'permit-alarms',
      summary: "Alarms of the company's own permit system (AQ 3064.2 A.3)",
      fields: PERMIT_ALARM_FIELDS,
    },
    walkPermitAlarms,
  ),
  ...REGISTER_INTERFACES.map(registerRoute),
];

/** Not among ROUTES: its body is a form. */
export const ATTACHMENT_ROUTE: Route = {
  path: '/v1/permits/attachments',
  interfaceName: 'permit-attachments',
  summary: 'Files of permits, one a request (附件)',
  entryKind: ENTRY_KIND.permitAttachments,
  fields: ATTACHMENT_FIELDS,
  sos: null,
  needsRoom: false,
  isForm: true,
  async check(records, context) {
    const validated = await checkAttachment(records, context);
    const { accepted } = validated;
    return {
      ...checkedList(validated, (origin) =>
        encodeBody('permitAttachments', { origin, records: accepted.map(({ record }) => record) }),
      ),
      async keepFirst(attachments) {
        for (const { record, bytes } of accepted) await attachments.put(record.hash, bytes);
      },
    };
  },
};
