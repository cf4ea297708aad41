/** What a register of cameras with the links of permits does, in memory and in PostgreSQL: rules VID-20, VID-21 of docs/spec/video.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CameraBook, CameraRow, PermitLinks } from '../../admin/video/cameras.ts';

export interface CamerasUnderTest {
  readonly cameras: CameraBook;
  readonly permits: PermitLinks;
  addCamera(camera: CameraRow): Promise<void>;
  addHazardSource(companyCode: string, code: string): Promise<void>;
  addPermit(companyCode: string, permitId: string, startedAtMs: number | null): Promise<void>;
  link(companyCode: string, permitId: string, cameraCode: string, isDeleted?: boolean): Promise<void>;
  close(): Promise<void>;
}

export const [FIRST, SECOND] = ['900000001', '900000002'] as const;
const T0 = Date.UTC(2026, 10, 21, 8);
const code = (n: number): string => `3101160002132000000${n}`;
const cameraOf = (n: number, more: Partial<CameraRow> = {}): CameraRow => ({
  code: code(n),
  name: `摄像机 ${n}`,
  companyCode: FIRST,
  lng: 121.48 + n / 1_000,
  lat: 30.8,
  hazardSource: null,
  streamUrl: null,
  ...more,
});

export function describeCameras(name: string, create: () => Promise<CamerasUnderTest>): void {
  describe(name, () => {
    let under: CamerasUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    test('[VID-20] cameras come by code in the order asked for, the same code at two companies as both', async () => {
      const [one, two] = [cameraOf(1, { streamUrl: 'rtsp://h/{code}' }), cameraOf(2, { lng: null, lat: null })];
      const twin = cameraOf(1, { companyCode: SECOND });
      for (const camera of [one, two, twin]) await under.addCamera(camera);
      expect(await under.cameras.byCodes([code(2), code(9), code(1)])).toEqual([two, one, twin]);
      expect(await under.cameras.byCodes([])).toEqual([]);
    });

    test('[VID-21] the nearest come first, those of the company alone for a company, none without a place', async () => {
      await under.addCamera(cameraOf(3));
      await under.addCamera(cameraOf(1, { companyCode: SECOND }));
      await under.addCamera(cameraOf(2));
      await under.addCamera(cameraOf(4, { lng: null, lat: null }));
      const near = await under.cameras.near(null, 121.48, 30.8, 9);
      expect(near.map((camera) => camera.code)).toEqual([code(1), code(2), code(3)]);
      expect(near.map(({ distanceM }) => Math.round(distanceM))).toEqual([96, 191, 287]);
      expect((await under.cameras.near(FIRST, 121.48, 30.8, 1)).map((camera) => camera.code)).toEqual([code(2)]);
    });

    test('[VID-30] a hazard source has the cameras that the register says watch it; another’s is none', async () => {
      await under.addHazardSource(FIRST, 'h1');
      await under.addHazardSource(FIRST, 'h2');
      await under.addCamera(cameraOf(2, { hazardSource: 'h1' }));
      await under.addCamera(cameraOf(1, { hazardSource: 'h1' }));
      const codes = async (companyCode: string, source: string) =>
        (await under.cameras.ofHazardSource(companyCode, source))?.map((camera) => camera.code) ?? null;
      expect(await codes(FIRST, 'h1')).toEqual([code(1), code(2)]);
      expect(await codes(FIRST, 'h2')).toEqual([]);
      expect([await codes(SECOND, 'h1'), await codes(FIRST, 'h9')]).toEqual([null, null]);
    });

    test('[VID-21] a permit has its place, the time of its work and the cameras it is linked to', async () => {
      await under.addPermit(FIRST, 'p1', T0);
      await under.addPermit(SECOND, 'p1', null);
      await under.link(FIRST, 'p1', code(2));
      await under.link(FIRST, 'p1', code(1));
      await under.link(FIRST, 'p1', code(3), true);
      expect(await under.permits.find(FIRST, 'p1')).toMatchObject({
        companyCode: FIRST,
        permitId: 'p1',
        cameraCodes: [code(1), code(2)],
        startedAtMs: T0,
        endedAtMs: null,
      });
      expect(await under.permits.find(SECOND, 'p1')).toMatchObject({ cameraCodes: [], startedAtMs: null });
      expect(await under.permits.find(FIRST, 'p9')).toBeNull();
    });
  });
}
