/** LiveEnvironment of a real browser. */
import type { LiveTicket } from '../../core/web-api.ts';
import type { LiveEnvironment, SocketLike } from './live-connection.ts';

export function browserEnvironment(nowMs: () => number, fetchTicket: LiveEnvironment['fetchTicket']): LiveEnvironment {
  return {
    nowMs,
    random: () => Math.random(),
    schedule(action, delayMs) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
    openSocket: (url) => new WebSocket(url) as unknown as SocketLike,
    newId: randomId,
    fetchTicket,
    socketUrl: (ticket) => socketUrl(ticket, window.location),
  };
}

/** Same host on the live port unless the server names an address. Pure. */
export function socketUrl(
  ticket: LiveTicket,
  location: { readonly protocol: string; readonly hostname: string },
): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const host = location.hostname.includes(':') ? `[${location.hostname.replace(/^\[|\]$/g, '')}]` : location.hostname;
  const base = ticket.url === '' ? `${scheme}//${host}:${ticket.livePort}/live` : ticket.url;
  return `${base}${base.includes('?') ? '&' : '?'}ticket=${encodeURIComponent(ticket.ticket)}`;
}

/** 128 random bits in hex. crypto.randomUUID exists on secure origins only; a park's LAN is often plain http. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
