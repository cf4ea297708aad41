/** A title or sentence in the languages of the pages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}
