/** Conditions of a statement that is put together, and its values: no value ever stands in the text itself. */
export class Where {
  readonly clauses: string[] = [];
  readonly values: unknown[] = [];

  add(clause: string): void {
    this.clauses.push(clause);
  }

  /** The place of a value in the statement. */
  of(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
