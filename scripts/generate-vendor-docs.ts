/** Writes the sections of docs/vendor-api.md on registers that vendors send, from the declarations in registers/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { ROUTES, type Route } from '../ingest/routes.ts';
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

const sectionOf = ({ path, interfaceName, fields }: Route): string =>
  [
    `## POST ${path}`,
    '',
    `${REGISTERS.find(({ name }) => name === interfaceName)?.about.en}`,
    '',
    '| field | required | type | meaning |',
    '| --- | --- | --- | --- |',
    ...rowsOf(fields),
  ].join('\n');

const sections = ROUTES.filter(({ interfaceName }) => REGISTER_INTERFACES.some((name) => name === interfaceName));
const [before = '', rest = ''] = readFileSync(FILE, 'utf8').split(BEGIN);
const [, after = ''] = rest.split(END);
writeFileSync(FILE, `${before}${BEGIN}\n\n${sections.map(sectionOf).join('\n\n')}\n\n${END}${after}`);
