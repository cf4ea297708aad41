/**
 * What GET /api/notices tells, as Server-Sent Events, each with one JSON value:
 *
 *   begin   {}       it is being listened from here on; what came before went unheard
 *   missed  {}       something may have gone unheard: ask again for what is shown
 *   notice  Notice
 *   full    {}       this session has opened newer ones in other windows; the stream ends here
 *   end     {}       the session is over; the stream ends here
 *
 * Lines that begin with `:` keep the connection open. A stream that breaks off begins again with `begin`: there are no numbers to go
 * on from, since what is numbered for all tells each how much the others do.
 */
import type { WallShow } from './wall-api.ts';

export type Notice = RegisterNotice | OrderNotice | AccountNotice | WallNotice;
/** Those that are news, and kept for the reader to look through. */
export type LoggedNotice = Exclude<Notice, WallNotice>;

/** Rows of a register that the reader may read were changed. */
export interface RegisterNotice {
  readonly about: 'register';
  readonly register: string;
  /** null: several at once. */
  readonly id: string | null;
  readonly count: number;
  readonly companyCode: string | null;
  /** Of the one row, null: of several. */
  readonly version: number | null;
  /** As in RowHistory. */
  readonly act: string;
  readonly by: string;
  /** Another window of the reader's own did it. */
  readonly isOwn: boolean;
  readonly atMs: number;
}

/** An order came into a state in which it waits for the reader's department, or was handed up to it. */
export interface OrderNotice {
  readonly about: 'order';
  readonly orderId: string;
  readonly state: string;
  readonly level: number;
  readonly subject: string;
  readonly place: string;
  readonly atMs: number;
}

/** The reader's own account was changed by somebody. */
export interface AccountNotice {
  readonly about: 'account';
  /** As in the audit: `password.reset`, `factor.reset`, `user.change`, `session.revoke`. */
  readonly act: string;
  readonly by: string;
  readonly atMs: number;
}

/** The reader put it on the wall from another page. */
export interface WallNotice {
  readonly about: 'wall';
  readonly show: WallShow;
}
