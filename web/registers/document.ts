/** Documents among what an action shows: several lines are one, to be kept as a file; a single line is a secret or a name. */

export const isDocument = (value: string): boolean => value.includes('\n');

const LENGTH_MAX = 100;

/** `title` as the name of a Markdown file that every file system takes. */
export function documentName(title: string): string {
  const plain = title
    .replace(/[\p{C}\s/\\:*?"<>|.]+/gu, ' ')
    .trim()
    .replaceAll(' ', '-');
  return `${[...plain].slice(0, LENGTH_MAX).join('') || 'document'}.md`;
}
