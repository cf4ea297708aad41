/**
 * Every key and channel name in Redis. The braces keep all of a park's keys in one slot of a Redis Cluster, so that a
 * script may touch them together; keys outside the braces belong to no park's slot and are used alone.
 */
const inPark = (name: string, park: string): string => `${name}:{${park}}`;

export const keys = {
  /** Stream: the log. Id `<seq>-0`; fields k kind, e epoch, t receivedAtMs, b body. */
  log: (park: string) => inPark('log', park),
  /** Hash: epoch, seq (newest), keptFrom (oldest sequence that trimming left). */
  logHead: (park: string) => inPark('loghead', park),
  /** String, expires: an id that was appended. */
  dedup: (park: string, dedupId: string) => `${inPark('dedup', park)}:${dedupId}`,
  /** Hash: reader -> `<nextSeq>:<atMs>`, of the log. */
  logReaders: (park: string) => inPark('readers', park),
  /** The same for readers of the alarm lane. */
  alarmReaders: (park: string) => inPark('alarm-readers', park),
  /** Stream: the alarm lane. Id `<seq>-0` of the log entry; fields a atMs, b effects. */
  alarms: (park: string) => inPark('alarms', park),
  /** Stream: the position lane. Automatic ids; fields t term, a atMs, f frame. */
  live: (park: string) => inPark('live', park),
  /** List: newest picture (stream/protocol/picture.ts, packed) in pieces. */
  picture: (park: string) => inPark('picture', park),
  /** Hash: epoch, seq, keptFrom, and what the pictures before cover (scripts/publish-picture.lua). */
  laneHead: (park: string) => inPark('lanehead', park),
  /** String, expires: holder of a lease. */
  lease: (park: string, lease: string) => `${inPark('lease', park)}:${lease}`,
  /** Sorted set: who competes for a lease, by the server's ms until which it shows itself. */
  members: (park: string, lease: string) => `${inPark('members', park)}:${lease}`,
  /** Hash: lease -> newest term granted. Never expires. */
  terms: (park: string) => inPark('terms', park),
  /** Hash: `<epoch>:<seq>` -> why the engine passes over this entry. */
  quarantine: (park: string) => inPark('quarantine', park),
  /**
   * Hash: `<seq>:<epoch>` -> checksum of an engine snapshot, the newest two. Its pieces: a list under this key and the field
   * behind a colon.
   */
  snapshot: (park: string) => inPark('snapshot', park),
  /** List: pieces of a snapshot or picture that is being written. */
  staged: (park: string, what: 'snapshot' | 'picture') => `${inPark('staged', park)}:${what}`,
  /** Sorted set: `watch:<camera>` and `record:<camera>` by the ms until which its pictures are wanted. */
  videoWants: (park: string) => inPark('video-wants', park),
  /** Hash: `<code>:<subject>` -> JSON of a standing ops alarm (protocol/ops-alarms.ts). */
  opsAlarms: (park: string) => inPark('ops-alarms', park),
  /** Stream, newest 1,000: what the front door refused a company ('' for unknown app ids), as the company's page shows it. */
  refusals: (park: string, companyCode: string) => `${inPark('refusals', park)}:${companyCode}`,

  /** Hash or JSON of a vendor's credential, cached for ingest. */
  credential: (appId: string) => `credential:${appId}`,
  /** String, expires: a nonce that was spent. */
  nonce: (appId: string, nonce: string) => `nonce:${appId}:${nonce}`,
  /** JSON, expires: a signed-in user's session. */
  session: (sessionId: string) => `session:${sessionId}`,
  /** Set, expires: ids of a user's sessions, some perhaps over. */
  sessionsOf: (userId: string) => `sessions-of:${userId}`,
  /** Counter, expires: sign-in attempts of a name or an address. */
  signInAttempts: (subject: string) => `sign-in-attempts:${subject}`,
  /** Text, expires: a sign-in that waits for its second factor, a challenge to sign, a secret not yet proved. */
  shortLived: (what: string, id: string) => `short-lived:${what}:${id}`,
  /** JSON {userId, userName, role, companyCode, sessionId}, expires after 30 s: a one-use ticket to the live socket. */
  ticket: (ticket: string) => `ticket:${ticket}`,
} as const;

export const channels = {
  /** Message: JSON `{"ended": "<sessionId>"}` when a session ends (sign-out, lock, password change). */
  sessions: 'sessions',
  /** Message: the appId of a credential that was issued, changed or revoked. */
  credentials: 'credentials',
} as const;

/** Redis Stream id of a sequence. */
export const idFromSeq = (seq: number): string => `${seq}-0`;
export const seqFromId = (id: string): number => Number(id.slice(0, id.indexOf('-')));
