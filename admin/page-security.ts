/**
 * Headers that confine the page. The content security policy names no outside host: Cesium needs blob workers, WebAssembly
 * and inline styles; the live socket is on another port of the same host, which 'self' does not cover; a base map on the
 * customer's own network is let in by its origin. Called by server.ts for every answer.
 */

export interface PageSecurity {
  /** Port of the live gateway on the page's own host. */
  readonly livePort: number;
  /** ws:// or wss:// address where a proxy stands before the gateway; null: same host. */
  readonly liveUrl: string | null;
  /** Base map and tileset of the settings: a path, a word, or an address whose origin the page may load from. */
  readonly mapSources: readonly string[];
  /** Where pictures of cameras may be loaded from beside the page's own server; absent: nowhere. */
  readonly videoOrigins?: () => readonly string[];
  /** The pages are served over https: browsers are told to stay there. */
  readonly secure: boolean;
}

const HOST_FORM = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])$/;
const YEAR_S = 31_536_000;

export function fixedHeaders(security: PageSecurity): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    ...(security.secure ? { 'strict-transport-security': `max-age=${YEAR_S}` } : {}),
  };
}

/** `hostname`: the page's host as the browser named it, without port. */
export function contentSecurityPolicy(security: PageSecurity, hostname: string): string {
  const sources = security.mapSources.map(originOf).filter((origin) => origin !== null);
  const videos = (security.videoOrigins?.() ?? []).flatMap((address) => originOf(address) ?? []);
  const connect = ["'self'", 'blob:', 'data:', ...liveOrigins(security, hostname), ...sources, ...videos];
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval' blob:",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    `img-src ${["'self'", 'data:', 'blob:', ...sources].join(' ')}`,
    `media-src ${["'self'", 'blob:', ...videos].join(' ')}`,
    "font-src 'self' data:",
    `connect-src ${connect.join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function liveOrigins({ liveUrl, livePort }: PageSecurity, hostname: string): string[] {
  if (liveUrl !== null) {
    const origin = originOf(liveUrl);
    return origin === null ? [] : [origin];
  }
  // A host header is the caller's text; anything that is no host name stays out of the policy.
  if (!HOST_FORM.test(hostname)) return [];
  return [`ws://${hostname}:${livePort}`, `wss://${hostname}:${livePort}`];
}

/** `https://maps.example:8080` of a longer address; null for paths and words. */
function originOf(address: string): string | null {
  return (
    /^(?:https?|wss?):\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?=\/|$)|^(?:https?|wss?):\/\/\[[0-9A-Fa-f:.]+\](?::\d{1,5})?(?=\/|$)/.exec(
      address,
    )?.[0] ?? null
  );
}
