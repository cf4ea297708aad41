/** What acts bring with them, read from what anybody may have sent: the gateway's door and the engine's. */
import { ACTS, type ActInput, type ActName, ORDER_STEPS, type OrderInput, type ShelveInput } from './acts.ts';
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

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const isText = (value: unknown, limit: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limit;
