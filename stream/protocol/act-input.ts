/** What acts bring with them, read from what anybody may have sent: the gateway's door and the engine's. */
import {
  ACTS,
  type ActInput,
  type ActName,
  type MusterInput,
  ORDER_STEPS,
  type OrderCreateInput,
  type OrderInput,
  type ShelveInput,
} from './acts.ts';
import { MUSTER_KINDS, type MusterPlace } from './muster.ts';
import { RULES } from './vocabulary.ts';

/** Companies and their ids for people and areas are no longer than this together. */
const KEY_LIMIT = 256;
const ID_LIMIT = 128;
const NAME_LIMIT = 64;
const ATTACHMENTS_LIMIT = 20;

export const isActName = (value: unknown): value is ActName => (ACTS as readonly unknown[]).includes(value);

/** The input in the shape its act asks for, with nothing else in it; undefined: it has none; null: it is not readable. */
export function readActInput(act: ActName, input: unknown): ActInput | undefined | null {
  switch (act) {
    case 'shelve':
      return readShelve(fieldsOf(input));
    case 'unshelve': {
      const { shelfId } = fieldsOf(input);
      return isText(shelfId, ID_LIMIT) ? { shelfId } : null;
    }
    case 'order':
      return readOrder(fieldsOf(input));
    case 'order-create':
      return readOrderCreate(fieldsOf(input));
    case 'muster':
      return readMuster(fieldsOf(input));
    default:
      return undefined;
  }
}

function readShelve({ scope, untilMs }: Fields): ShelveInput | null {
  const { rule = null, area = null, person = null } = fieldsOf(scope);
  if (!Number.isSafeInteger(untilMs)) return null;
  if (rule !== null && !(RULES as readonly unknown[]).includes(rule)) return null;
  if (area !== null && !isText(area, KEY_LIMIT)) return null;
  if (person !== null && !isText(person, KEY_LIMIT)) return null;
  if (rule === null && area === null && person === null) return null;
  return { scope: { rule, area, person }, untilMs } as ShelveInput;
}

function readOrder({ orderId, step, assignee, attachmentIds }: Fields): OrderInput | null {
  if (!isText(orderId, ID_LIMIT) || !(ORDER_STEPS as readonly unknown[]).includes(step)) return null;
  const { userId, name } = fieldsOf(assignee);
  if (assignee !== undefined && !(isText(userId, ID_LIMIT) && isText(name, NAME_LIMIT))) return null;
  if (attachmentIds !== undefined) {
    if (!Array.isArray(attachmentIds) || attachmentIds.length > ATTACHMENTS_LIMIT) return null;
    if (!attachmentIds.every((id) => isText(id, ID_LIMIT))) return null;
  }
  return {
    orderId,
    step,
    ...(assignee === undefined ? {} : { assignee: { userId, name } }),
    ...(attachmentIds === undefined ? {} : { attachmentIds }),
  } as OrderInput;
}

function readOrderCreate({ party, assignee, deadlineAtMs }: Fields): OrderCreateInput | null {
  if (!isText(party, ID_LIMIT) || !Number.isSafeInteger(deadlineAtMs)) return null;
  const { userId, name } = fieldsOf(assignee);
  if (assignee !== undefined && !(isText(userId, ID_LIMIT) && isText(name, NAME_LIMIT))) return null;
  return { party, deadlineAtMs, ...(assignee === undefined ? {} : { assignee: { userId, name } }) } as OrderCreateInput;
}

function readMuster({ step, kind, place, musterId, companyCode, id }: Fields): MusterInput | null {
  if (step === 'declare') {
    const read = readMusterPlace(fieldsOf(place));
    return read !== null && (MUSTER_KINDS as readonly unknown[]).includes(kind)
      ? ({ step, kind, place: read } as MusterInput)
      : null;
  }
  if (!isText(musterId, ID_LIMIT)) return null;
  if (step === 'end') return { step, musterId };
  if (step !== 'confirm' && step !== 'unconfirm') return null;
  return isText(companyCode, ID_LIMIT) && isText(id, KEY_LIMIT) ? { step, musterId, companyCode, id } : null;
}

function readMusterPlace({ of, area, companyCode }: Fields): MusterPlace | null {
  if (of === 'park') return { of };
  if (of === 'area') return isText(area, KEY_LIMIT) ? { of, area } : null;
  return of === 'company' && isText(companyCode, ID_LIMIT) ? { of, companyCode } : null;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const isText = (value: unknown, limit: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limit;
