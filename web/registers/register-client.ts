/** The registers' interface (core/register-api.ts) as typed calls. */
import type {
  ActionAnswer,
  ActionRequest,
  ImportReport,
  MoveRequest,
  RegisterDescription,
  RegisterOptions,
  RegisterPage,
  RegisterRow,
  Revealed,
  RevealRequest,
  RowChange,
  RowHistory,
  RowInput,
} from '../../core/register-api.ts';
import type { SamePerson } from '../../core/web-api.ts';
import { request, sendFile } from '../app/api.ts';
import type { FileValue } from './drafts.ts';
import { listQuery } from './list-place.ts';

export const PAGE_ROWS = 100;

const path = (register: string, ...parts: readonly string[]): string =>
  `/api/registers/${[register, ...parts].map(encodeURIComponent).join('/')}`;

export const registerClient = {
  description: (register: string) => request<RegisterDescription>('GET', path(register, 'description')),

  page(register: string, query: URLSearchParams, after: string | null): Promise<RegisterPage> {
    const asked = listQuery(query);
    asked.set('limit', String(PAGE_ROWS));
    if (after !== null) asked.set('after', after);
    return request('GET', `${path(register)}?${asked}`);
  },

  options(register: string, asked: { q?: string; keys?: readonly string[]; company?: string | null }) {
    const query = new URLSearchParams();
    if (asked.q !== undefined) query.set('q', asked.q);
    if (asked.keys !== undefined) query.set('keys', asked.keys.join(','));
    if (asked.company != null) query.set('company', asked.company);
    return request<RegisterOptions>('GET', `${path(register, 'options')}?${query}`);
  },

  row: (register: string, id: string) => request<RegisterRow>('GET', path(register, id)),
  create: (register: string, input: RowInput) => request<RegisterRow>('POST', path(register), input),
  change: (register: string, id: string, change: RowChange) =>
    request<RegisterRow>('PATCH', path(register, id), change),
  remove: (register: string, id: string, version: number) =>
    request<void>('DELETE', `${path(register, id)}?version=${version}`),
  move: (register: string, id: string, move: string, body: MoveRequest) =>
    request<RegisterRow>('POST', path(register, id, 'moves', move), body),
  act: (register: string, id: string, action: string, body: ActionRequest) =>
    request<ActionAnswer>('POST', path(register, id, 'actions', action), body),
  history: (register: string, id: string) => request<RowHistory>('GET', path(register, id, 'history')),
  reveal: (register: string, id: string, body: RevealRequest) =>
    request<Revealed>('POST', path(register, id, 'reveal'), body),
  samePerson: (companyCode: string, personId: string) =>
    request<SamePerson>('GET', `/api/people/${encodeURIComponent(companyCode)}/${encodeURIComponent(personId)}/same`),

  exportPath(register: string, query: URLSearchParams, format: 'xlsx' | 'csv'): string {
    const asked = listQuery(query);
    asked.set('format', format);
    return `${path(register, 'export')}?${asked}`;
  },
  templatePath: (register: string): string => path(register, 'template'),
  importFile: (register: string, file: File, dryRun: boolean) =>
    sendFile<ImportReport>(`${path(register, 'import')}?dryRun=${dryRun}`, file),
  keepFile: (register: string, field: string, file: File) =>
    sendFile<FileValue>(`${path(register, 'files')}?${new URLSearchParams({ field })}`, file),
  filePath: (register: string, id: string, field: string, file: string): string =>
    path(register, id, 'files', field, file),
};
