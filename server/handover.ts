/**
 * What a company's supplier gets in hand to begin: where the park is, which app ids there are, how far each interface has
 * come and what its joint test asks for. Texts only; secrets are handed over by themselves, never in here.
 */

import type { ListedCredential } from '../admin/credentials.ts';
import type { InterfaceStanding } from '../admin/stages.ts';
import { parkDay } from '../core/park-time.ts';
import { openApiDocument } from '../ingest/openapi.ts';
import { ROUTES } from '../ingest/routes.ts';

export interface Handover {
  readonly companyCode: string;
  readonly companyName: string;
  /** As the supplier reaches the vendor interface, without a slash at the end. */
  readonly address: string;
  /** Of this company, not revoked. */
  readonly credentials: readonly Pick<
    ListedCredential,
    'appId' | 'label' | 'interfaces' | 'addresses' | 'rateRecordsPerS' | 'sandbox'
  >[];
  readonly interfaces: readonly InterfaceStanding[];
  readonly madeAtMs: number;
}

/** Copied beside the written files, from docs. */
export const HANDOVER_DOCS = ['vendor-api.md', 'vendor-signing.md', 'samples'] as const;

/** Text by file name. */
export const handoverFiles = (handover: Handover): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', readme(handover)],
    ['joint-test.md', jointTest(handover)],
    ['openapi.json', `${JSON.stringify({ ...openApiDocument(), servers: [{ url: handover.address }] }, null, 2)}\n`],
  ]);

const STAGE_WORDS = { joint: 'joint testing (联调)', trial: 'trial (试运行)', live: 'live (正式)' } as const;
const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

function readme({ companyCode, companyName, address, credentials, interfaces, madeAtMs }: Handover): string {
  const appIds = credentials.map(({ appId, label, interfaces: only, addresses, rateRecordsPerS, sandbox }) => [
    sandbox ? `${appId} (sandbox)` : appId,
    label,
    only?.join(', ') ?? 'all',
    addresses?.join(', ') ?? 'any',
    rateRecordsPerS === null ? "the park's usual" : `${rateRecordsPerS} records a second`,
  ]);
  const stages = interfaces.map((stands) => [
    stands.interfaceName,
    ROUTES.find((route) => route.interfaceName === stands.interfaceName)?.path ?? '',
    STAGE_WORDS[stands.stage],
  ]);
  return `# Vendor interface of the park: hand-over to ${companyName}

Made ${parkDay(madeAtMs)}.

| | |
| --- | --- |
| address | ${address} |
| COMPANY_CODE of every record | ${companyCode} |

## Credentials

The secret of an app id is handed over by itself; it is not in this folder.

${table(['app id', 'for', 'interfaces', 'from addresses', 'rate'], appIds)}

## Interfaces

${table(['interface', 'route', 'stage'], stages)}

## What is here

- vendor-api.md: routes, fields, codes and what happens when
- vendor-signing.md: how a request is signed
- samples: signing in Java, C#, Python and TypeScript, with test vectors
- openapi.json: the same for machines, OpenAPI 3.1
- joint-test.md: what the joint test asks for

## In this order

1. Let your signature give every vector of samples/vectors.json.
2. Send one record to each route you use. Every answer says what was not taken and why.
3. Go through joint-test.md. Records of a joint test are checked and kept in full, marked, and raise no alarm.
4. Trial, then live: the park moves each interface on.
`;
}

function jointTest({ companyName, interfaces }: Handover): string {
  const sections = interfaces.map(({ interfaceName, checkList }) => {
    const items = checkList.map(({ meaning, firstAt }) =>
      firstAt === null ? `- [ ] ${meaning}` : `- [x] ${meaning} (${parkDay(firstAt.getTime())})`,
    );
    return `## ${interfaceName}\n\n${items.join('\n')}`;
  });
  return `# Joint test of ${companyName}

What each interface has to show before it goes on. Ticked: the park has seen it.

${sections.join('\n\n')}
`;
}
