/**
 * Which jobs' circles may hold a place: a grid over the plane, a list of jobs a cell. Built anew when jobs changed, asked for everybody
 * each second. A cell is as wide as the widest circle, so a circle lies in the cells of the corners of its box.
 */
import { CellTable } from '../../../geo/cell-table.kernel.ts';
import type { Job } from './job.ts';

const CELL_MIN_M = 32;
const CORNERS = 4;

export class JobGrid {
  readonly #cells = new CellTable();
  #cellM = CELL_MIN_M;
  /** By entry of a list: the job, and the next entry; -1: the last. */
  #jobs: Job[] = [];
  #next = new Int32Array(0);

  /** Of those that are circles. */
  build(jobs: readonly Job[]): void {
    const circles = jobs.filter(({ area }) => area === null);
    this.#cellM = circles.reduce((cellM, { radiusM }) => Math.max(cellM, 2 * radiusM), CELL_MIN_M);
    const easting = new Float64Array(CORNERS * circles.length);
    const northing = new Float64Array(CORNERS * circles.length);
    circles.forEach(({ easting: e, northing: n, radiusM }, job) => {
      for (let corner = 0; corner < CORNERS; corner++) {
        easting[CORNERS * job + corner] = e + (corner % 2 === 0 ? -radiusM : radiusM);
        northing[CORNERS * job + corner] = n + (corner < 2 ? -radiusM : radiusM);
      }
    });
    this.#cells.begin(easting.length, easting, northing, this.#cellM);
    this.#jobs = [];
    this.#next = new Int32Array(easting.length);
    for (let point = 0; point < easting.length; point++) {
      const job = circles[Math.floor(point / CORNERS)]!;
      const cell = this.#cells.put(this.#cellOf(easting[point]!), this.#cellOf(northing[point]!));
      const head = this.#cells.head[cell]!;
      if (head !== -1 && this.#jobs[head] === job) continue;
      this.#cells.head[cell] = this.#jobs.length;
      this.#next[this.#jobs.length] = head;
      this.#jobs.push(job);
    }
  }

  /** First entry of the list of the place's cell; -1: none. */
  first(easting: number, northing: number): number {
    const cell = this.#cells.find(this.#cellOf(easting), this.#cellOf(northing));
    return cell === -1 ? -1 : this.#cells.head[cell]!;
  }
  next(entry: number): number {
    return this.#next[entry]!;
  }
  job(entry: number): Job {
    return this.#jobs[entry]!;
  }

  #cellOf(metres: number): number {
    return Math.floor(metres / this.#cellM);
  }
}
