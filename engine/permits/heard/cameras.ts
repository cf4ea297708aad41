/** Cameras of the companies and the park, and major hazard sources, whose area and cameras rules ask for. */
import type { Projection } from '../../../geo/projection.ts';
import type { HeardCamera, HeardHazardSource } from './heard.ts';
import { type RowIndex, RowsBy, type StandingRow, textOf } from './rows.ts';

const of = (companyCode: string, key: string): string => `${companyCode}/${key}`;

export class CamerasAndSources {
  readonly #cameras = new RowsBy();
  readonly #camerasBySource = new RowsBy();
  readonly #sources = new RowsBy();
  readonly #sourcesByArea = new RowsBy();

  readonly cameras: RowIndex = {
    register: 'cameras',
    put: (row) => this.#indexCamera(row, 'put'),
    drop: (row) => this.#indexCamera(row, 'drop'),
  };
  readonly sources: RowIndex = {
    register: 'hazard-sources',
    put: (row) => this.#indexSource(row, 'put'),
    drop: (row) => this.#indexSource(row, 'drop'),
  };

  /** Of the company, else of another: the park's own look into the companies. */
  camera(companyCode: string, code: string, projection: Projection): HeardCamera | undefined {
    const rows = this.#cameras.of(code);
    const row = rows.find((one) => one.companyCode === companyCode) ?? rows[0];
    return row === undefined ? undefined : cameraFrom(row, projection);
  }

  camerasOfSource(companyCode: string, code: string, projection: Projection): HeardCamera[] {
    return this.#camerasBySource.of(of(companyCode, code)).map((row) => cameraFrom(row, projection));
  }

  source(companyCode: string, code: string): HeardHazardSource | undefined {
    const [row] = this.#sources.of(of(companyCode, code));
    return row === undefined ? undefined : sourceFrom(row);
  }

  sourceOfArea(companyCode: string, areaId: string): HeardHazardSource | undefined {
    const [row] = this.#sourcesByArea.of(of(companyCode, areaId));
    return row === undefined ? undefined : sourceFrom(row);
  }

  #indexCamera(row: StandingRow, how: 'put' | 'drop'): void {
    this.#cameras[how](row.key, row);
    const source = textOf(row, 'hazardSource');
    if (source !== null) this.#camerasBySource[how](of(row.companyCode, source), row);
  }

  #indexSource(row: StandingRow, how: 'put' | 'drop'): void {
    this.#sources[how](of(row.companyCode, row.key), row);
    const area = textOf(row, 'area');
    if (area !== null) this.#sourcesByArea[how](of(row.companyCode, area), row);
  }
}

function cameraFrom(row: StandingRow, projection: Projection): HeardCamera {
  const place = row.values['place'] as { readonly lng: number; readonly lat: number } | null | undefined;
  const plane = new Float64Array([Number.NaN, Number.NaN]);
  if (place != null) projection.project(place.lng, place.lat, plane);
  return {
    companyCode: row.companyCode,
    code: row.key,
    name: textOf(row, 'name') ?? '',
    easting: plane[0]!,
    northing: plane[1]!,
    areaId: textOf(row, 'area'),
    hazardSourceCode: textOf(row, 'hazardSource'),
  };
}

const sourceFrom = (row: StandingRow): HeardHazardSource => ({
  companyCode: row.companyCode,
  code: row.key,
  name: textOf(row, 'name') ?? '',
  level: textOf(row, 'level') ?? '',
  areaId: textOf(row, 'area'),
});
