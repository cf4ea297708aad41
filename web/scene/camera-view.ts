/** Where the camera is and looks, in numbers that a scene made anew, an address or a saved view can carry. */
import { type Camera, Cartesian3, Math as CesiumMath } from 'cesium';

export interface CameraView {
  readonly lng: number;
  readonly lat: number;
  /** Above the ellipsoid. */
  readonly heightM: number;
  /** Clockwise from north. */
  readonly headingDeg: number;
  /** Below zero: downward. */
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

export function viewOf(camera: Camera): CameraView {
  const { longitude, latitude, height } = camera.positionCartographic;
  return {
    lng: CesiumMath.toDegrees(longitude),
    lat: CesiumMath.toDegrees(latitude),
    heightM: height,
    headingDeg: CesiumMath.toDegrees(camera.heading),
    pitchDeg: CesiumMath.toDegrees(camera.pitch),
    rollDeg: CesiumMath.toDegrees(camera.roll),
  };
}

/** At once, without a flight. */
export function applyView(camera: Camera, view: CameraView): void {
  camera.cancelFlight();
  camera.setView({
    destination: Cartesian3.fromDegrees(view.lng, view.lat, view.heightM),
    orientation: {
      heading: CesiumMath.toRadians(view.headingDeg),
      pitch: CesiumMath.toRadians(view.pitchDeg),
      roll: CesiumMath.toRadians(view.rollDeg),
    },
  });
}
