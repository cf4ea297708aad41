/** A camera in an address: `121.480000,30.800000,900,0,-38`. Pure. */
import type { CameraView } from '../scene/camera-view.ts';

/** 0.1 m on the ground, 0.1 m of height, 0.1°. */
export function cameraText({ lng, lat, heightM, headingDeg, pitchDeg, rollDeg }: CameraView): string {
  const roll = rounded(((rollDeg + 180) % 360) - 180, 1);
  const parts = [
    rounded(lng, 6),
    rounded(lat, 6),
    rounded(heightM, 1),
    rounded(headingDeg % 360, 1),
    rounded(pitchDeg, 1),
  ];
  return [...parts, ...(roll === 0 ? [] : [roll])].join(',');
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;

const HEIGHT_MAX_M = 100_000;

/** null: no camera. */
export function cameraFrom(text: string): CameraView | null {
  const parts = text.split(',');
  const [
    lng = Number.NaN,
    lat = Number.NaN,
    heightM = Number.NaN,
    headingDeg = Number.NaN,
    pitchDeg = Number.NaN,
    rollDeg = 0,
  ] = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  const isFit =
    parts.length <= 6 &&
    Math.abs(lng) <= 180 &&
    Math.abs(lat) <= 90 &&
    Math.abs(heightM) <= HEIGHT_MAX_M &&
    Math.abs(headingDeg) <= 360 &&
    Math.abs(pitchDeg) <= 90 &&
    Math.abs(rollDeg) <= 360;
  return isFit ? { lng, lat, heightM, headingDeg, pitchDeg, rollDeg } : null;
}
