/**
 * The two texts made from the table of variables: .env.example and docs/configuration.md.
 * Called by scripts/generate-config-docs.ts and by the test that holds the files to the table.
 */
import { VARIABLES, type Variable } from './config-variables.ts';

const variables = (): Variable<unknown>[] => Object.values(VARIABLES);

const WIDTH = 110;

/** Every variable, commented out, with its default. */
export function envExampleText(): string {
  const blocks = variables().map((variable) => {
    const unit = variable.unit === '' ? '' : ` [${variable.unit}]`;
    const shown = variable.shownDefault === undefined ? '' : ` Default: ${variable.shownDefault}.`;
    const doc = wrap(`${variable.doc}${shown}${unit}`).map((line) => `# ${line}\n`);
    const quoted = /[\s#"'()（）]/.test(variable.defaultText ?? '')
      ? `"${variable.defaultText}"`
      : (variable.defaultText ?? '');
    return `${doc.join('')}#${variable.name}=${quoted}\n`;
  });
  const head = `# Copy to .env and uncomment what you change; \`park\` reads .env from the folder it is started in, and what the
# environment already says wins. Written by scripts/generate-config-docs.ts: change server/config-variables.ts.
`;
  return `${head}\n${blocks.join('\n')}`;
}

/** The page for people who run a park. */
export function configurationPageText(): string {
  const rows = variables().map((variable) => {
    const shown = variable.shownDefault ?? `\`${variable.defaultText ?? ''}\``;
    return `| \`${variable.name}\` | ${shown} | ${variable.unit} | ${variable.doc} |\n`;
  });
  return `# Configuration

ParkSentry reads environment variables, and a file \`.env\` in the folder it is started in (what the environment says
wins). Everything wrong is reported at once, and a misspelt \`PARK_\` variable is an error. \`park doctor\` shows what is
in force. This page and \`.env.example\` are written by \`npx tsx scripts/generate-config-docs.ts\` from
\`server/config-variables.ts\`.

| variable | default | unit | meaning |
|---|---|---|---|
${rows.join('')}`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
