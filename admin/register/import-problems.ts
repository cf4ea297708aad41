/** What an import says of its rows: counted all, and told for the first thousand that are refused. */
import type { ImportReport } from '../../core/register-api.ts';
import type { Words } from '../../core/words.ts';
import { type Cell, shownCell } from './sheet/sheet-cell.ts';

const TOLD_ROWS_MAX = 1_000;
const VALUE_MAX = 100;

/** `column`: its heading. `cell`: what stands there. */
export interface CellProblem {
  readonly column: string | null;
  readonly cell: Cell;
  readonly words: Words;
}

export type RowOutcome = 'new' | 'changed' | 'same';

export class ImportProblems {
  readonly #counts = { new: 0, changed: 0, same: 0, refused: 0 };
  readonly #problems: ImportReport['problems'][number][] = [];

  get refused(): number {
    return this.#counts.refused;
  }

  get counts(): ImportReport['counts'] {
    return { ...this.#counts };
  }

  take(outcome: RowOutcome): void {
    this.#counts[outcome]++;
  }

  refuse(row: number, problems: readonly CellProblem[]): void {
    if (++this.#counts.refused > TOLD_ROWS_MAX) return;
    for (const problem of problems) this.#tell(row, problem);
  }

  /** Of a row that is none of those counted: the headings, or 0 for the file as a whole. */
  tellOf(row: number, column: string | null, words: Words): void {
    this.#tell(row, { column, cell: null, words });
  }

  /** Rows that nobody looked at, since something is wrong with all of them. */
  refuseRest(rows: number): void {
    this.#counts.refused += rows;
  }

  report(dryRun: boolean, kept: boolean, unknownColumns: readonly string[]): ImportReport {
    const problems = this.#problems.sort((a, b) => a.row - b.row);
    return { dryRun, kept, counts: this.counts, problems, unknownColumns };
  }

  #tell(row: number, { column, cell, words }: CellProblem): void {
    const value = cell === null ? null : shownCell(cell).slice(0, VALUE_MAX);
    this.#problems.push({ row, column, value, words });
  }
}
