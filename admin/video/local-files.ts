/**
 * Pictures that this machine made, as files: `<folder>/<camera>/<start of the run, ms>-<number>.ts`, each two seconds. Names tell
 * all there is to know, so the folder itself is the index of what was recorded, and both playlists are made from it. Written by
 * server/video/recorder.ts. Invariant: no name that is not of this form is ever opened.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export const SEGMENT_MS = 2_000;
const CAMERA = /^\d{20}$/;
const SEGMENT = /^(\d{13})-(\d{6})\.ts$/;
/** A live playlist begins so far back. */
const LIVE_SEGMENTS = 6;
/** Players lay a longer one out at once; of a longer span the newest part is given. */
const RECORDING_SEGMENTS_MAX = 7_200;
/** A process that was begun anew within this leaves no gap worth telling. */
const JOINT_MS = 1_000;

export interface Segment {
  readonly name: string;
  /** When its process began: timestamps within the files count from there. */
  readonly runMs: number;
  readonly number: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const isCameraCode = (code: string): boolean => CAMERA.test(code);

export const segmentPattern = (runMs: number): string => `${runMs}-%06d.ts`;

export function segmentOf(name: string): Segment | null {
  const [, run, number] = SEGMENT.exec(name) ?? [];
  if (run === undefined || number === undefined) return null;
  const fromMs = Number(run) + Number(number) * SEGMENT_MS;
  return { name, runMs: Number(run), number: Number(number), fromMs, toMs: fromMs + SEGMENT_MS };
}

export class LocalFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  folderOf(code: string): string {
    if (!isCameraCode(code)) throw new Error(`camera ${code} has no code of GB/T 28181`);
    return join(this.folder, code);
  }

  /** In order of time; empty: nothing was made of it. */
  async segments(code: string): Promise<Segment[]> {
    if (!isCameraCode(code)) return [];
    const names = await readdir(this.folderOf(code)).catch(() => []);
    return names.flatMap((name) => segmentOf(name) ?? []).sort((a, b) => a.fromMs - b.fromMs);
  }

  /** null: there is no such file. */
  async read(code: string, name: string): Promise<Buffer | null> {
    if (!isCameraCode(code) || segmentOf(name) === null) return null;
    return readFile(join(this.folderOf(code), name)).catch(() => null);
  }

  /** Takes away what ended before; cameras of which nothing is left go whole. */
  async prune(beforeMs: number): Promise<void> {
    for (const code of await readdir(this.folder).catch(() => [])) {
      if (!isCameraCode(code)) continue;
      for (const { name, toMs } of await this.segments(code)) {
        if (toMs < beforeMs) await rm(join(this.folderOf(code), name), { force: true });
      }
    }
  }
}

/** What of [fromMs, toMs) there is, in order, none touching the next. */
export function spansOf(segments: readonly Segment[], fromMs: number, toMs: number): Span[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const segment of segments) {
    const cut = { fromMs: Math.max(segment.fromMs, fromMs), toMs: Math.min(segment.toMs, toMs) };
    if (cut.toMs <= cut.fromMs) continue;
    const last = spans.at(-1);
    if (last !== undefined && cut.fromMs - last.toMs <= JOINT_MS) last.toMs = Math.max(last.toMs, cut.toMs);
    else spans.push(cut);
  }
  return spans;
}

/** The end of what is being made now; null: nothing is. `since`: what ended before is no longer live. */
export function livePlaylist(segments: readonly Segment[], sinceMs: number): string | null {
  const newest = segments.at(-1);
  if (newest === undefined || newest.toMs < sinceMs) return null;
  const shown = segments.filter(({ runMs }) => runMs === newest.runMs).slice(-LIVE_SEGMENTS);
  return playlistOf(shown, []);
}

/** null: there is nothing of the span. */
export function recordingPlaylist(segments: readonly Segment[], fromMs: number, toMs: number): string | null {
  const shown = segments.filter((segment) => segment.toMs > fromMs && segment.fromMs < toMs);
  return shown.length === 0 ? null : playlistOf(shown.slice(-RECORDING_SEGMENTS_MAX), ['#EXT-X-PLAYLIST-TYPE:VOD']);
}

function playlistOf(segments: readonly Segment[], head: readonly string[]): string {
  const first = segments[0];
  const isRecording = head.length > 0;
  // Within a run the numbers of a live playlist must grow by one, and a later run's must be greater.
  const sequence = isRecording || first === undefined ? 0 : Math.floor(first.runMs / SEGMENT_MS) + first.number;
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${SEGMENT_MS / 1000}`, ...head];
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${sequence}`);
  for (const [i, { name, runMs, number, fromMs }] of segments.entries()) {
    const before = segments[i - 1];
    const isJoint = before !== undefined && (before.runMs !== runMs || before.number + 1 !== number);
    if (isJoint) lines.push('#EXT-X-DISCONTINUITY');
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(fromMs).toISOString()}`);
    lines.push(`#EXTINF:${(SEGMENT_MS / 1000).toFixed(3)},`, name);
  }
  if (isRecording) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}
