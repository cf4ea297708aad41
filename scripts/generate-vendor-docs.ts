/** Writes the tables of docs/vendor-api.md on permits, and its sections on registers that vendors send, from what the server goes by. */
import { readFileSync, writeFileSync } from 'node:fs';
import { ATTACHMENT_ROUTE, ROUTES, type Route } from '../ingest/routes.ts';
import type { Field, FieldType } from '../ingest/validate/fields.ts';
import { REGISTERS } from '../registers/index.ts';
import { REGISTER_INTERFACES } from '../stream/protocol/vocabulary.ts';

const FILE = new URL('../docs/vendor-api.md', import.meta.url);
const BEGIN = '<!-- registers: written by scripts/generate-vendor-docs.ts -->';
const END = '<!-- end of registers -->';

const number = (value: number): string => value.toLocaleString('en');

function typeText(is: FieldType): string {
  switch (is.type) {
    case 'text':
    case 'prose':
      return `text, at most ${number(is.maxLength)}`;
    case 'number':
      return `${is.integer === true ? 'whole number' : 'number'}, ${number(is.min)} to ${number(is.max)}`;
    case 'codes':
      return 'list of codes';
    case 'texts':
      return `list of at most ${number(is.maxItems)} texts`;
    case 'list':
      return `list of at most ${number(is.maxItems)} texts, or one text with commas`;
    case 'file':
      return `file, at most ${number(is.maxBytes / 1024 / 1024)} MiB`;
    case 'objects':
    case 'certificates':
      return `list of at most ${number(is.maxItems)} objects`;
    default:
      return is.type;
  }
}

const rowsOf = (fields: readonly Field[], prefix = ''): string[] =>
  fields.flatMap(({ name, required, is, meaning, otherNames = [] }) => [
    `| ${prefix}${name} | ${required ? 'yes' : ''} | ${typeText(is)} | ${meaning}${otherNames.map((other) => ` Also \`${other}\`.`).join('')} |`,
    ...(is.type === 'objects' ? rowsOf(is.fields, `${prefix}${name}[].`) : []),
  ]);

const tableOf = ({ fields }: Route): string =>
  ['| field | required | type | meaning |', '| --- | --- | --- | --- |', ...rowsOf(fields)].join('\n');

const sectionOf = (route: Route): string =>
  [
    `## POST ${route.path}`,
    '',
    `${REGISTERS.find(({ name }) => name === route.interfaceName)?.about.en}`,
    '',
    tableOf(route),
  ].join('\n');

/** The table of a section whose words are written by hand: it begins and ends with a marker of its own. */
function withTable(text: string, route: Route): string {
  const begin = `<!-- fields of ${route.interfaceName}: written by scripts/generate-vendor-docs.ts -->`;
  const end = `<!-- end of ${route.interfaceName} -->`;
  const [head, tail] = text.split(begin);
  if (head === undefined || tail === undefined) throw new Error(`no place for the fields of ${route.interfaceName}`);
  return `${head}${begin}\n\n${tableOf(route)}\n\n${end}${tail.split(end)[1] ?? ''}`;
}

const PERMITS: readonly string[] = ['activities', 'permits', 'permit-videos', 'permit-alarms'];
const written = [...ROUTES.filter(({ interfaceName }) => PERMITS.includes(interfaceName)), ATTACHMENT_ROUTE].reduce(
  withTable,
  readFileSync(FILE, 'utf8'),
);
const sections = ROUTES.filter(({ interfaceName }) => REGISTER_INTERFACES.some((name) => name === interfaceName));
const [before = '', rest = ''] = written.split(BEGIN);
const [, after = ''] = rest.split(END);
writeFileSync(FILE, `${before}${BEGIN}\n\n${sections.map(sectionOf).join('\n\n')}\n\n${END}${after}`);
