/**
 * COPY ... FROM STDIN over a pg connection: the server's CopyInResponse is answered with a ready CopyData message and
 * CopyDone. Owns that exchange only; the bytes come from an encoder. pg's Client runs anything that has `submit` and
 * the handle... methods below (its Submittable contract). Called by db/store.ts inside a transaction.
 */
import type pg from 'pg';
import { databaseError, type PoolClient } from '../pool.ts';

/** What pg's Client calls on a query, as far as COPY needs it. */
interface CopyConnection {
  readonly stream: { write(bytes: Uint8Array): boolean };
  query(text: string): void;
  endCopyFrom(): void;
}

class CopyFromQuery {
  /** pg wraps this when a query_timeout is set, so it must be an own, writable property. */
  callback: (error: Error | null, rowCount: number) => void;
  readonly #text: string;
  readonly #message: Uint8Array;
  #error: Error | null = null;
  #rowCount = 0;

  constructor(text: string, message: Uint8Array, callback: (error: Error | null, rowCount: number) => void) {
    this.#text = text;
    this.#message = message;
    this.callback = callback;
  }

  submit(connection: CopyConnection): null {
    connection.query(this.#text);
    return null;
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.stream.write(this.#message);
    connection.endCopyFrom();
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#rowCount = Number(/^COPY (\d+)$/.exec(message.text)?.[1] ?? 0);
  }

  handleError(error: Error): void {
    // ReadyForQuery follows an error of the server, not one of the connection: answer now, once.
    if (this.#error !== null) return;
    this.#error = error;
    this.callback(error, 0);
  }

  handleReadyForQuery(): void {
    if (this.#error === null) this.callback(null, this.#rowCount);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
}

/**
 * Runs `text` (a COPY ... FROM STDIN) and sends `message`, one or more whole CopyData messages; resolves with the number
 * of rows taken. The message may be written over once this settles without an error. Throws AppError
 * DATABASE_UNAVAILABLE, or pg's DatabaseError when the server refuses a row.
 */
export function copyFrom(client: PoolClient, text: string, message: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const query = new CopyFromQuery(text, message, (error, rowCount) => {
      if (error === null) resolve(rowCount);
      else reject(databaseError(error));
    });
    client.query(query as unknown as pg.Submittable);
  });
}
