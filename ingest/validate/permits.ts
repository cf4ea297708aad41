/**
 * Tickets of AQ 3064.2 A.1, with the rows that the park asks for beside, to PermitRecord. Each says a part of its permit: what is
 * absent or empty was not said, what CLEARED names is said to be nothing. The phone is sealed, and certificate numbers get their blind
 * index, before anything else sees them.
 */
import type { Steps } from '../../core/slices.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import type { Sealer } from '../../security/gm.ts';
import { sealPermitPhone } from '../../security/permit-secret.ts';
import { registerSecretBlind } from '../../security/register-secret.ts';
import { PERMIT_DETAILS, type PermitDetail } from '../../standard/permit-details.ts';
import {
  type GasRow,
  type GoneRow,
  PERMIT_STATUS_BY_CODE,
  type PermitFields,
  type PermitRecord,
} from '../../stream/protocol/permits.ts';
import type { RecordSet } from '../record-set.ts';
import type { RecordValues } from './fields.ts';
import { type CLEARABLE_NAMES, GAS_UNIT_BY_CODE, PERMIT_FIELDS } from './permit-fields.ts';
import { type RecordContext, RecordValidator, type Validated } from './records.ts';
import { saidAt } from './times.ts';

type Values = RecordValues<typeof PERMIT_FIELDS>;
type Rows = PermitRecord['rows'];
type Clearable = (typeof CLEARABLE_NAMES)[number];
/** Field of the log by wire name; of phones the sealed one. */
type FieldName = Exclude<keyof PermitFields, 'details' | 'certificateBlinds'>;

interface PermitContext extends RecordContext {
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
}

const validator = new RecordValidator<typeof PERMIT_FIELDS, PermitRecord>(PERMIT_FIELDS);

/** Fields that hold what they are sent as. */
const SENT_AS: Readonly<Record<Exclude<Clearable, 'BLIND_ACTION' | 'MAJOR_PERSON_MOBILE'> | StandingName, FieldName>> =
  {
    COMPANY_NAME: 'companyName',
    TICKET_TYPE: 'workCode',
    TICKET_POSITION: 'site',
    TICKET_CONTENT: 'content',
    TICKET_NUM: 'number',
    BASE_LEVEL: 'baseWorkCode',
    JOB_ID: 'activityId',
    APPLY_UNIT: 'applicant',
    LONGITUDE: 'lng',
    LATITUDE: 'lat',
    WORK_AREA_ID: 'areaId',
    PLAN_START_TIME: 'plannedFromMs',
    PLAN_END_TIME: 'plannedToMs',
    ISSUE_TIME: 'issuedAtMs',
    START_TIME: 'validFromMs',
    END_TIME: 'validToMs',
    ACTUAL_START_TIME: 'startedAtMs',
    ACTUAL_END_TIME: 'endedAtMs',
    CHECKED_TIME: 'acceptedAtMs',
    WORK_DEPARTMENT: 'units',
    SOCIAL_CREDIT_CODE: 'creditCodes',
    IS_CONTRACTOR_WORK: 'isContractorWork',
    TICKET_RESPONS_NAME: 'responsibleName',
    SUPERVISOR_NAME: 'guardianNames',
    WORKER_NAME: 'workerNames',
    PERSON_IDS: 'workerIds',
    WORKER_CERTI_NAME: 'certificateNames',
    WORKER_CERTI_NUM: 'certificateNumbers',
    IN_EX_AREA: 'inExArea',
    IN_HAZARD_SOURCE: 'hazardSourceCode',
    IS_OPEN_AIR: 'isOpenAir',
    RISK_IDENTIFICATION: 'riskAnalysis',
    DISCLOSE_PERSON: 'briefedBy',
    DISCLOSE_TIME: 'briefedAtMs',
    CHECKED_PERSON: 'acceptedBy',
    IS_CHANGED: 'isChanged',
    CHANGED_CAUSE: 'changedCause',
    IS_CANCELLED: 'isCancelled',
    CANCELLED_CAUSE: 'cancelledCause',
    IS_ASSOCIATION: 'isLinked',
    RELATED_TYPES: 'relatedCodes',
    BLIND_NUMBER: 'blindNumber',
  };
/** What every permit has. */
type StandingName = 'COMPANY_NAME' | 'TICKET_TYPE' | 'TICKET_POSITION' | 'TICKET_CONTENT';

/** Of these "nothing" is an empty list. */
const LISTS: ReadonlySet<FieldName> = new Set([
  'units',
  'creditCodes',
  'guardianNames',
  'workerNames',
  'workerIds',
  'certificateNames',
  'certificateNumbers',
  'relatedCodes',
]);

const BLIND_ACTIONS = { INSERT: 'insert', REMOVE: 'remove', BOTH: 'both' } as const;

export const walkPermits = (records: RecordSet, context: PermitContext): Steps<Validated<PermitRecord>> =>
  validator.walk(records, context, (values) => ({
    permitId: values.ID,
    companyCode: context.companyCode,
    updatedAtMs: saidAt(values.UPDATE_DATE, context.receivedAtMs),
    ...(values.DELETED === null ? {} : { deleted: values.DELETED }),
    ...(values.TICKET_STATUS === null ? {} : { status: PERMIT_STATUS_BY_CODE[values.TICKET_STATUS] }),
    fields: fieldsOf(values, context),
    rows: rowsOf(values, context.blindIndex),
  }));

const blindOf = (blindIndex: BlindIndex, number: string | null): string | null =>
  number === null ? null : registerSecretBlind(blindIndex, 'certificate', number);

function fieldsOf(values: Values, { companyCode, sealer, blindIndex }: PermitContext): Partial<PermitFields> {
  const fields: Record<string, unknown> = {};
  for (const cleared of values.CLEARED ?? []) {
    const field = fieldOf(cleared as Clearable);
    fields[field] = LISTS.has(field) ? [] : null;
  }
  for (const [wireName, field] of Object.entries(SENT_AS)) {
    const value = values[wireName as keyof typeof SENT_AS];
    if (value !== null) fields[field] = value;
  }
  const numbers = fields['certificateNumbers'] as string[] | undefined;
  if (numbers !== undefined) fields['certificateBlinds'] = numbers.map((number) => blindOf(blindIndex, number));
  const { BLIND_ACTION: action, MAJOR_PERSON_MOBILE: phone } = values;
  if (action !== null) fields['blindAction'] = BLIND_ACTIONS[action];
  if (phone !== null) fields['responsiblePhoneSealed'] = sealPermitPhone(sealer, companyCode, values.ID, phone);
  const details = (Object.keys(PERMIT_DETAILS) as PermitDetail[]).flatMap((name) =>
    values[name] === null ? [] : [[name, values[name]] as const],
  );
  if (details.length > 0) fields['details'] = Object.fromEntries(details);
  return fields;
}

function fieldOf(name: Clearable): FieldName {
  if (name === 'BLIND_ACTION') return 'blindAction';
  return name === 'MAJOR_PERSON_MOBILE' ? 'responsiblePhoneSealed' : SENT_AS[name];
}

// --- rows ------------------------------------------------------------------------------------------------------------

/** Rows are told apart by their ID, else by what makes them what they are. */
const KEY_MAX = 200;
const keyOf = (id: string | null, ...natural: readonly (string | number | null)[]): string =>
  id ??
  natural
    .map((part) => part ?? '')
    .join(':')
    .slice(0, KEY_MAX);

const rowOr = <R extends { readonly key: string }>(row: R, deleted: boolean | null): R | GoneRow =>
  deleted === true ? { key: row.key, gone: true } : row;

function rowsOf(values: Values, blindIndex: BlindIndex): Rows {
  const gas = [...tripleOf(values), ...(values.GAS ?? []).map(gasRow)];
  const links = [
    ...(values.ASSOCIATION_TICKET ?? []).map((permitId) => ({ key: permitId, permitId })),
    ...(values.LINKED ?? []).map(linkRow),
  ];
  const lists = {
    gas,
    approvals: values.APPROVALS?.map(approvalRow) ?? [],
    guardians: values.GUARDIANS?.map((row) => guardianRow(row, blindIndex)) ?? [],
    workers: values.WORKERS?.map((row) => workerRow(row, blindIndex)) ?? [],
    measures: values.MEASURES?.map(measureRow) ?? [],
    links,
  } satisfies Rows;
  return Object.fromEntries(Object.entries(lists).filter(([, rows]) => rows.length > 0));
}

/** A.1 has one analysis; each that comes is one more. */
function tripleOf({ GAS_NAME: gas, GAS_TIME: atMs, GAS_VALUE: value }: Values): GasRow[] {
  if (atMs === null || value === null) return [];
  const key = `a1:${atMs}:${gas ?? ''}`.slice(0, KEY_MAX);
  return [{ key, gas: gas ?? '', value, unit: null, lelPct: null, point: null, analyst: null, atMs }];
}

type RowValues<L extends 'GAS' | 'APPROVALS' | 'GUARDIANS' | 'WORKERS' | 'MEASURES' | 'LINKED'> = NonNullable<
  Values[L]
>[number];

const gasRow = (row: RowValues<'GAS'>): Exclude<Rows['gas'], undefined>[number] =>
  rowOr(
    {
      key: keyOf(row.ID, row.ANALYST_TIME, row.GAS_NAME, row.ANALYST_PART),
      gas: row.GAS_NAME,
      value: row.ANALYSIS_RESULTS,
      unit: row.RESULTS_UNIT === null ? null : GAS_UNIT_BY_CODE[row.RESULTS_UNIT],
      lelPct: row.LEL,
      point: row.ANALYST_PART,
      analyst: row.ANALYST,
      atMs: row.ANALYST_TIME,
    },
    row.DELETED,
  );

const approvalRow = (row: RowValues<'APPROVALS'>): Exclude<Rows['approvals'], undefined>[number] =>
  rowOr(
    {
      key: keyOf(row.ID, row.PROCESS_NODES, row.PERSON_ID ?? row.PROCESS_PERSONNEL),
      stage: row.PROCESS_NODES,
      personId: row.PERSON_ID,
      name: row.PROCESS_PERSONNEL,
      opinion: row.PROCESS_OPINION,
      atMs: row.PROCESS_TIME,
    },
    row.DELETED,
  );

const guardianRow = (
  row: RowValues<'GUARDIANS'>,
  blindIndex: BlindIndex,
): Exclude<Rows['guardians'], undefined>[number] =>
  rowOr(
    {
      key: keyOf(row.ID, row.PERSON_ID ?? row.SUPERVISOR_NAME, row.START_TIME),
      personId: row.PERSON_ID,
      name: row.SUPERVISOR_NAME,
      fromMs: row.START_TIME,
      toMs: row.END_TIME,
      certificateNumber: row.CERTI_NUM,
      certificateBlind: blindOf(blindIndex, row.CERTI_NUM),
    },
    row.DELETED,
  );

const workerRow = (row: RowValues<'WORKERS'>, blindIndex: BlindIndex): Exclude<Rows['workers'], undefined>[number] =>
  rowOr(
    {
      key: keyOf(row.ID, row.PERSON_ID ?? row.WORKER_NAME, row.START_TIME),
      personId: row.PERSON_ID,
      name: row.WORKER_NAME,
      creditCode: row.SOCIAL_CREDIT_CODE,
      certificateName: row.CERTI_NAME,
      certificateNumber: row.CERTI_NUM,
      certificateBlind: blindOf(blindIndex, row.CERTI_NUM),
      fromMs: row.START_TIME,
      toMs: row.END_TIME,
    },
    row.DELETED,
  );

const measureRow = (row: RowValues<'MEASURES'>): Exclude<Rows['measures'], undefined>[number] =>
  rowOr(
    {
      key: row.ID ?? (row.SERIAL_NUMBER === null ? keyOf(null, row.MEASURES_CONTENT) : `#${row.SERIAL_NUMBER}`),
      content: row.MEASURES_CONTENT,
      isInvolved: row.IS_INVOLVE,
      confirmedBy: row.CONFIRM_PERSON,
      atMs: row.CONFIRM_TIME,
    },
    row.DELETED,
  );

const linkRow = (row: RowValues<'LINKED'>): Exclude<Rows['links'], undefined>[number] =>
  rowOr({ key: row.TICKET_ID, permitId: row.TICKET_ID }, row.DELETED);
