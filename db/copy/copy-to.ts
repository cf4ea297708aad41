/**
 * COPY ... TO STDOUT over a pg connection, the counterpart of copy-from.ts: bytes are handed on as they come, and the
 * socket rests while whoever takes them is busy, so that no more than a moment's worth is held. Called by
 * db/segments/ladder.ts.
 */
import type pg from 'pg';
import { databaseError, type PoolClient } from '../pool.ts';

/** What pg's Client calls on a query, as far as COPY needs it. */
interface CopyConnection {
  readonly stream: { pause(): void; resume(): void; destroy(error: Error): void };
  query(text: string): void;
}

/** Takes the bytes of one CopyData message; they are valid during the call only. A promise: wait for it before more. */
export type TakeCopied = (bytes: Buffer) => Promise<void> | undefined;

class CopyToQuery {
  callback: (error: Error | null) => void;
  readonly #text: string;
  readonly #take: TakeCopied;
  #error: Error | null = null;
  #waiting = 0;

  constructor(text: string, take: TakeCopied, callback: (error: Error | null) => void) {
    this.#text = text;
    this.#take = take;
    this.callback = callback;
  }

  submit(connection: CopyConnection): null {
    connection.query(this.#text);
    return null;
  }

  handleCopyData(message: { readonly chunk: Buffer }, connection: CopyConnection): void {
    if (this.#error !== null) return;
    try {
      const busy = this.#take(message.chunk);
      if (busy !== undefined) this.#rest(busy, connection);
    } catch (error) {
      this.#giveUp(error as Error, connection);
    }
  }

  /** What the socket had read already still comes; everything else waits. */
  #rest(busy: Promise<void>, connection: CopyConnection): void {
    this.#waiting++;
    connection.stream.pause();
    busy.then(
      () => {
        if (--this.#waiting === 0) connection.stream.resume();
      },
      (error: Error) => this.#giveUp(error, connection),
    );
  }

  /** There is no way to end a COPY TO early but to end the connection. */
  #giveUp(error: Error, connection: CopyConnection): void {
    this.handleError(error);
    connection.stream.destroy(error);
  }

  handleError(error: Error): void {
    if (this.#error !== null) return;
    this.#error = error;
    this.callback(error);
  }

  handleReadyForQuery(): void {
    if (this.#error === null) this.callback(null);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}

/**
 * Runs `text` (a COPY ... TO STDOUT) and gives its bytes to `take`; resolves when all were given. What `take` throws or
 * rejects with ends the connection and rejects. Throws AppError DATABASE_UNAVAILABLE, or pg's DatabaseError.
 */
export function copyTo(client: PoolClient, text: string, take: TakeCopied): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new CopyToQuery(text, take, (error) => {
      if (error === null) resolve();
      else reject(databaseError(error));
    });
    client.query(query as unknown as pg.Submittable);
  });
}
