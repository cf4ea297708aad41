/** What every video platform does: rules VID-1 to VID-4 of docs/spec/video.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VideoCamera, VideoPlatform } from '../../admin/video/video-platform.ts';

export interface VideoPlatformUnderTest {
  readonly platform: VideoPlatform;
  /** Has pictures. */
  readonly camera: VideoCamera;
  /** Nothing says where its pictures are; null: this platform has pictures of any. */
  readonly unknown: VideoCamera | null;
  close(): Promise<void>;
}

const FROM_MS = Date.UTC(2026, 10, 21, 8);
const TO_MS = FROM_MS + 3_600_000;

export function describeVideoPlatform(name: string, create: () => Promise<VideoPlatformUnderTest>): void {
  describe(name, () => {
    let under: VideoPlatformUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    test('[VID-1] a live address names its camera and its protocol, and has no spans', async () => {
      const address = await under.platform.live(under.camera);
      expect(address).toMatchObject({ cameraCode: under.camera.code, cameraName: under.camera.name, spans: null });
      expect(address.url).toContain(under.camera.code);
      expect(['hls', 'http-flv', 'webrtc', 'rtsp', 'other']).toContain(address.protocol);
      expect(address.isPlayable && address.protocol !== 'hls').toBe(false);
    });

    test('[VID-2] a recording says what there is of the span, in order and within it, or that it does not know', async () => {
      const { spans, url, cameraCode } = await under.platform.recording(under.camera, FROM_MS, TO_MS);
      expect(cameraCode).toBe(under.camera.code);
      expect([url.includes(String(FROM_MS)), url.includes(String(TO_MS))]).toEqual([true, true]);
      for (const [i, span] of (spans ?? []).entries()) {
        expect(span.fromMs).toBeGreaterThanOrEqual(i === 0 ? FROM_MS : (spans?.[i - 1]?.toMs ?? 0));
        expect(span.toMs).toBeGreaterThan(span.fromMs);
        expect(span.toMs).toBeLessThanOrEqual(TO_MS);
      }
    });

    test('[VID-3] the state is whether it is online and how far its recording is, or that nobody says', async () => {
      const state = await under.platform.state(under.camera);
      if (state !== null) expect(typeof state.online).toBe('boolean');
      // Asking for a recording is heard, or no matter; never refused.
      await under.platform.record(under.camera, TO_MS);
    });

    test('[VID-4] a camera of which nothing says where its pictures are is refused as such', async () => {
      const { unknown, platform } = under;
      if (unknown === null) {
        expect(await platform.live(under.camera)).toBeDefined();
        return;
      }
      await expect(platform.live(unknown)).rejects.toMatchObject({ code: 'VIDEO_NO_ADDRESS' });
    });
  });
}
