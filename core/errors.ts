/**
 * The one catalogue of error codes. Every code has a stable name, an HTTP status where one applies, whether trying
 * again can help, and a message that says what to do. Bad input is a returned Result; infrastructure failures are
 * thrown as AppError with a cause; programming errors throw plain Error.
 */
export interface ErrorEntry {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: string;
}

const e = (status: number, retryable: boolean, message: string): ErrorEntry => ({ status, retryable, message });

export const ERRORS = {
  // Vendor interface, whole request
  BODY_UNREADABLE: e(400, false, 'The body is not readable as JSON or MessagePack with "records" or "columns".'),
  APP_UNKNOWN: e(401, false, 'X-App-Id names no credential of this park.'),
  APP_REVOKED: e(401, false, 'This credential was revoked; ask the company for a new one.'),
  CLOCK_SKEW: e(401, true, 'X-Timestamp is more than 300 s from the park clock; synchronise the clock and sign anew.'),
  SIGNATURE_INVALID: e(401, false, 'X-Signature does not match the request; see docs/vendor-signing.md.'),
  NONCE_REPLAYED: e(401, true, 'X-Nonce was used in the last 600 s; sign every request, also a retry, with a new one.'),
  ADDRESS_DENIED: e(403, false, 'The credential does not allow this address.'),
  INTERFACE_DENIED: e(403, false, 'The credential does not allow this interface.'),
  ROUTE_UNKNOWN: e(404, false, 'No such route; GET /openapi.json lists them.'),
  METHOD_DENIED: e(405, false, 'The route does not answer this method.'),
  BODY_TOO_LARGE: e(413, false, 'At most 4 MiB and 5,000 records a request; 20 MiB a file.'),
  TYPE_UNSUPPORTED: e(
    415,
    false,
    'Content-Type must be application/json or application/msgpack; of a file multipart/form-data.',
  ),
  RATE_LIMITED: e(429, true, 'Above the limit of this credential; wait Retry-After seconds.'),
  LOG_UNAVAILABLE: e(
    503,
    true,
    'The log did not confirm; the records may or may not be kept. Resending is always safe.',
  ),
  LOG_FULL: e(503, true, 'The log has no room for positions now; SOS is still taken. Resend later.'),
  // Vendor interface, per record
  FIELD_MISSING: e(200, false, 'A required field is absent or empty.'),
  FIELD_TYPE: e(200, false, 'The field has the wrong type.'),
  FIELD_RANGE: e(200, false, 'The value is out of range.'),
  CODE_UNKNOWN: e(200, false, 'The value is not in the code table.'),
  TIME_FORMAT: e(200, false, 'The time is in none of the accepted formats.'),
  TIME_OUT_OF_RANGE: e(200, false, 'COLLECT_TIME is older than 7 days or more than 60 s ahead.'),
  GEOMETRY_INVALID: e(200, false, 'The geometry is invalid.'),
  COMPANY_MISMATCH: e(200, false, "COMPANY_CODE is not the credential's own."),
  // Acts on alarms
  ACT_DONE: e(409, false, 'It is so already.'),
  ACT_UNFIT: e(422, false, 'This act is none for this alarm.'),
  ACKNOWLEDGE_FIRST: e(409, false, 'Acknowledge the alarm first.'),
  CONDITION_STANDS: e(409, false, 'What it warns of is still there.'),
  STEP_UNFIT: e(409, false, 'The order does not wait for this step.'),
  REASON_MISSING: e(422, false, 'Say why.'),
  SOS_NEVER_QUIET: e(422, false, 'An SOS is never shelved nor suppressed.'),
  // Admin API
  SIGN_IN_REQUIRED: e(401, false, 'Sign in first.'),
  SIGN_IN_FAILED: e(401, false, 'Unknown user name or wrong password.'),
  FACTOR_WRONG: e(401, false, 'The code or the signature is not right, or was used before.'),
  SIGN_IN_BEGIN_AGAIN: e(401, false, 'This sign-in is over; begin again with the password.'),
  ADDRESS_NOT_ALLOWED: e(403, false, 'Your role may not sign in from this address.'),
  ACCOUNT_LOCKED: e(423, true, 'Too many failed sign-ins; wait until the lock ends or ask an administrator.'),
  PASSWORD_WEAK: e(422, false, 'At least 10 characters, 3 of 4 classes, and none of the last 5 passwords.'),
  PASSWORD_CHANGE_REQUIRED: e(403, false, 'Change the password first.'),
  FORBIDDEN: e(403, false, 'Your role does not allow this.'),
  NOT_FOUND: e(404, false, 'Not found.'),
  INPUT_INVALID: e(422, false, 'The input is invalid.'),
  CONFLICT: e(409, false, 'It exists already or has changed meanwhile.'),
  FILE_TOO_LARGE: e(413, false, 'The file is too large; one for import has at most 20 MB.'),
  FILES_BUSY: e(503, true, 'Too many files are being read now; try again in a minute.'),
  VIDEO_NO_ADDRESS: e(
    409,
    false,
    'Nothing says where the pictures of this camera are: give it a stream address, or set the template of the cascade.',
  ),
  VIDEO_UNAVAILABLE: e(503, true, 'No picture can be had now; the video platform does not answer, or is at its limit.'),
  FFMPEG_MISSING: e(503, false, 'ffmpeg is not installed on the machine of the park, which makes the pictures itself.'),
  EMERGENCY_OVER: e(403, false, 'Only an SOS or a red gathering that stands shows phone numbers.'),
  INTERNAL: e(500, true, 'Internal error; it was logged.'),
  // Infrastructure
  CONFIG_INVALID: e(500, false, 'The configuration is invalid.'),
  REDIS_UNAVAILABLE: e(503, true, 'Redis does not answer.'),
  DATABASE_UNAVAILABLE: e(503, true, 'PostgreSQL does not answer.'),
  ARCHIVE_UNAVAILABLE: e(503, true, 'The storage of the archive fails or does not answer.'),
  BACKUP_FAILED: e(500, true, 'The backup was not made, or is not whole.'),
  TERM_LOST: e(500, false, 'Another process holds a newer term; this one steps down.'),
  LOG_GAP: e(500, false, 'Entries of the log are missing.'),
  LOG_EPOCH_CHANGED: e(500, false, 'The log has another epoch than this reader followed.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  constructor(code: ErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(
      options.detail === undefined ? ERRORS[code].message : `${ERRORS[code].message} (${options.detail})`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
  }
  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}
