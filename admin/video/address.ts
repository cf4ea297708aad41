/** Addresses of pictures: filled in from templates, and what a page can do with them. */
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';

/** `{code}`, `{from}` and `{to}` (epoch ms) stand for themselves; other braces stay as they are. */
export const filledIn = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(code|from|to)\}/g, (brace, name: string) =>
    values[name] === undefined ? brace : encodeURIComponent(String(values[name])),
  );

export function protocolOf(url: string): VideoAddress['protocol'] {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme === 'rtsp' || scheme === 'rtsps') return 'rtsp';
  if (scheme === 'webrtc' || scheme === 'artc') return 'webrtc';
  const path = (/^[^?#]*/.exec(url)?.[0] ?? '').toLowerCase();
  if (path.endsWith('.m3u8')) return 'hls';
  if (path.endsWith('.flv')) return 'http-flv';
  if (/\/(whep|webrtc|rtc)(\/|$)/.test(path)) return 'webrtc';
  return 'other';
}

/** `https://video.example:8443`; null: the page's own, or none. */
export const originOf = (url: string): string | null => /^https?:\/\/[^/?#@\s]+(?=[/?#]|$)/i.exec(url)?.[0] ?? null;
