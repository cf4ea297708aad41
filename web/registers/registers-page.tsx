import type { PageProps } from '../app/pages.ts';

export function RegistersPage(_props: PageProps) {
  return null;
}
