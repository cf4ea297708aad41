/** Rows of registers for a card, with the description that says what their values are called. */
import type { FieldDescription, RegisterDescription, RegisterRow } from '../../core/register-api.ts';
import { ApiError } from '../app/api.ts';
import { registerClient } from '../registers/register-client.ts';

export interface RegisterRead {
  readonly description: RegisterDescription;
  readonly rows: readonly RegisterRow[];
}

const descriptions = new Map<string, Promise<RegisterDescription>>();

/** They hold for as long as the page is open; one that did not come is asked for again. */
function descriptionOf(register: string): Promise<RegisterDescription> {
  const known = descriptions.get(register);
  if (known !== undefined) return known;
  const asked = registerClient.description(register);
  descriptions.set(register, asked);
  asked.catch(() => descriptions.delete(register));
  return asked;
}

/** `words`: of a list's query (core/register-api.ts). null: the register is not for this user. */
export async function readRegister(
  register: string,
  words: Readonly<Record<string, string>>,
): Promise<RegisterRead | null> {
  try {
    const [description, { rows }] = await Promise.all([
      descriptionOf(register),
      registerClient.page(register, new URLSearchParams(words), null),
    ]);
    return { description, rows };
  } catch (reason) {
    if (reason instanceof ApiError && (reason.status === 403 || reason.status === 404)) return null;
    throw reason;
  }
}

export const fieldOf = ({ description }: RegisterRead, name: string): FieldDescription | undefined =>
  description.fields.find((field) => field.name === name);

/** '' where it holds none. */
export const textOf = (row: RegisterRow | undefined, field: string): string => {
  const value = row?.values[field];
  return value === null || value === undefined ? '' : String(value);
};
