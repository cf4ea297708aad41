/** What the watermark says: who looks, of which park, when. Pure. */
import type { SessionInfo } from '../../core/web-api.ts';
import { clockText, dateText } from '../app/time-text.ts';

/** To the minute: a photograph of the screen leads to the sign-in and to the line of the audit. */
export function watermarkText({ name }: Pick<SessionInfo, 'name'>, parkCode: string, atMs: number): string {
  const at = new Date(atMs);
  return `${name} · ${parkCode} · ${dateText(at)} ${clockText(at).slice(0, 5)}`;
}
