/**
 * Topic `video`, key '': where pictures of cameras come from (admin/video). No rule goes by it: it is a setting so that it is checked,
 * versioned, on record and handed over like the others. Addresses carry no names and passwords: what needs some is signed in to by the
 * platform's own means.
 */
import type { Result } from '../../core/result.ts';
import { type Fields, parseFields } from './fields.ts';

export interface CascadeValue {
  /** `local`: test pictures made on this machine, for demonstrations; `template`: addresses by template. */
  readonly adapter: 'local' | 'template';
  /** `{code}` stands for the camera's code; '': only cameras with an address of their own have one. */
  readonly template: string;
  /** `{code}`, `{from}` and `{to}`, epoch ms; '': recordings are not handed out. */
  readonly recordingTemplate: string;
  /** Of the GB/T 28181 platform above; '': none. */
  readonly platformCode: string;
}

export const DEFAULT_CASCADE: CascadeValue = {
  adapter: 'template',
  template: '',
  recordingTemplate: '',
  platformCode: '',
};

const ADDRESS_MAX = 512;
const ADDRESS = /^(rtsps?|rtmps?|https?|wss?|webrtc):\/\/[^\s/?#@]+([/?#]\S*)?$/;
const PLATFORM = /^\d{20}$/;

export const parseVideo = (value: unknown): Result<CascadeValue, string> =>
  parseFields('video', value, (fields) => ({
    adapter: fields.oneOf('adapter', ['local', 'template']),
    template: addressIn(fields, 'template', ['{code}']),
    recordingTemplate: addressIn(fields, 'recordingTemplate', ['{code}', '{from}', '{to}']),
    platformCode: platformIn(fields),
  }));

function addressIn(fields: Fields, name: string, holes: readonly string[]): string {
  const value = fields.raw(name) ?? '';
  if (value === '') return '';
  if (typeof value !== 'string' || value.length > ADDRESS_MAX || !ADDRESS.test(value)) {
    throw fields.problem(name, 'is an rtsp, rtmp, http(s), ws(s) or webrtc address without name and password');
  }
  if (!holes.every((hole) => value.includes(hole))) throw fields.problem(name, `has ${holes.join(', ')} in it`);
  return value;
}

function platformIn(fields: Fields): string {
  const value = fields.raw('platformCode') ?? '';
  if (typeof value !== 'string' || (value !== '' && !PLATFORM.test(value))) {
    throw fields.problem('platformCode', 'has twenty digits');
  }
  return value;
}
