/**
 * Whether a body can hold a call for help at all, told from its bytes without parsing. It may say yes where there is
 * none; it says no only when there certainly is none, in every spelling that the validators accept.
 */
import type { BodyType } from './body-type.ts';

/** How a record of a route says that it is a call for help. */
export interface SosSign {
  /** One pass over the bytes. */
  mayBeIn(body: Buffer, type: BodyType): boolean;
}

/**
 * `field` with any value but those listed. Patterns over latin1 text: one character is one byte. No two unbounded
 * repeats stand side by side, so a body made of blanks or underscores costs one pass too.
 */
function sosSign(field: string, notInJson: string, notInMsgpack: string): SosSign {
  const name = `${[...field.replaceAll('_', '')].join('_*')}_*`;
  const patterns: Readonly<Record<BodyType, RegExp>> = {
    // A Unicode escape may hide a letter of the name or the value.
    json: new RegExp(`"_*${name}"\\s*:\\s*(?!\\s|${notInJson})|\\\\u00`, 'i'),
    msgpack: new RegExp(`${name}(?!_|${notInMsgpack})`, 'i'),
  };
  return { mayBeIn: (body, type) => patterns[type].test(body.toString('latin1')) };
}

/** Positions: SOS true. Not false, 0, null and empty. */
export const POSITION_SOS = sosSign(
  'SOS',
  'false|null|0\\s*[,}]|"(?:0|false)?"',
  '[\\xc2\\xc0\\x00\\xa0]|\\xa10|\\xa5false',
);

/** Person alarms: ALARM_TYPE 0. Not another digit, and not null. */
export const PERSON_ALARM_SOS = sosSign('ALARM_TYPE', 'null|"?[1-9]"?\\s*[,}]', '[\\xc0\\x01-\\x7f]|\\xa1[1-9]');
