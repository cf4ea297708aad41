/**
 * The routes built so far: path, what their records are, and how accepted records become one log entry. The server
 * registers from this table and openapi.ts describes it.
 */

import { Slices } from '../core/slices.ts';
import type { Sealer } from '../security/gm.ts';
import { type BatchOrigin, ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody, encodeFixes } from '../stream/protocol/entry-codec.ts';
import type { InterfaceName } from './ports.ts';
import type { RecordSet } from './record-set.ts';
import { POSITION_SOS, type SosSign } from './sos-sign.ts';
import { walkAreas } from './validate/areas.ts';
import { AREA_FIELDS, type Field, PERSON_FIELDS, POSITION_FIELDS } from './validate/fields.ts';
import { walkPersons } from './validate/persons.ts';
import { validatePositions } from './validate/positions.ts';
import type { Rejection } from './validate/records.ts';

export const BODY_BYTES_MAX = 4 * 1024 * 1024;
export const RECORDS_MAX = 5_000;

export interface BatchContext {
  readonly companyCode: string;
  readonly receivedAtMs: number;
  readonly sealer: Sealer;
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
  /** Does not keep other requests waiting, however dear the records are. */
  check(records: RecordSet, context: BatchContext): CheckedBatch | Promise<CheckedBatch>;
}

/**
 * 5,000 people take 0.2 s to seal, an outline of 2,000 vertices up to 20 ms to check; 5,000 positions take 10 ms and go
 * through in one.
 */
const slices = new Slices(5);

export const ROUTES: readonly Route[] = [
  {
    path: '/v1/positioning/persons',
    interfaceName: 'persons',
    summary: 'People of the company (AQ 3064.3 B.1)',
    entryKind: ENTRY_KIND.persons,
    fields: PERSON_FIELDS,
    sos: null,
    needsRoom: false,
    async check(records, { companyCode, sealer }) {
      const { accepted, rejected, aliases } = await slices.run(walkPersons(records, companyCode, sealer));
      return {
        accepted: accepted.length,
        received: records.length,
        rejected,
        aliases,
        encode: (origin) => encodeBody('persons', { origin, records: accepted }),
      };
    },
  },
  {
    path: '/v1/positioning/areas',
    interfaceName: 'areas',
    summary: 'Areas of the company (AQ 3064.3 B.2)',
    entryKind: ENTRY_KIND.areas,
    fields: AREA_FIELDS,
    sos: null,
    needsRoom: false,
    async check(records, { companyCode }) {
      const { accepted, rejected, aliases } = await slices.run(walkAreas(records, companyCode));
      return {
        accepted: accepted.length,
        received: records.length,
        rejected,
        aliases,
        encode: (origin) => encodeBody('areas', { origin, records: accepted }),
      };
    },
  },
  {
    path: '/v1/positioning/positions',
    interfaceName: 'positions',
    summary: 'Positions of people and tags, and calls for help',
    entryKind: ENTRY_KIND.fixes,
    fields: POSITION_FIELDS,
    sos: POSITION_SOS,
    needsRoom: true,
    check(records, { companyCode, receivedAtMs, sosOnly }) {
      const positions = validatePositions(records, { companyCode, receivedAtMs, sosOnly });
      return {
        accepted: positions.accepted,
        received: positions.received,
        rejected: positions.rejected,
        aliases: positions.aliases,
        encode: (origin) => encodeFixes(positions.batch(origin)),
      };
    },
  },
];
