/** The box that `park up` prints when the park runs: address, sign-in, and a first thing to try, in both languages. */
import type { RunningConfig } from '../config.ts';

export interface WelcomeFacts {
  readonly config: RunningConfig;
  readonly addresses: { readonly web: string; readonly vendors: string; readonly live: string };
  readonly signIns: readonly { readonly name: string; readonly password: string; readonly role: string }[];
  /** Simulated people; 0: none. */
  readonly people: number;
}

export function welcomeText({ config, addresses, signIns, people }: WelcomeFacts): string {
  const accounts = signIns.map(({ name, password, role }) => `   ${name} / ${password}   (${role})`);
  const first =
    signIns.length === 0
      ? [
          '另开终端添加用户：./bin/park user add --name NAME --role system-admin',
          'Add a user in another terminal: ./bin/park user add --name NAME --role system-admin',
        ]
      : people === 0
        ? [
            '没有启动模拟器；另开终端：./bin/park simulate --people 500',
            'No simulator runs; in another terminal: ./bin/park simulate --people 500',
          ]
        : [
            `${people} 名模拟人员正在移动，每一两分钟有一条报警：在右侧列表点它，镜头飞过去，再按“确认”`,
            `${people} simulated people are moving; an alarm comes every minute or two: click it in the list on the`,
            'right, the camera flies there, then acknowledge it',
          ];
  return box([
    `${config.parkName} · ${config.parkNameEn}`,
    '',
    `打开 Open      ${addresses.web}`,
    ...(signIns.length === 0 ? [] : ['登录 Sign in', ...accounts]),
    `厂商接口 Vendors  ${addresses.vendors}`,
    '',
    ...first,
    '',
    'Ctrl-C 结束全部进程 · ends every process started here',
  ]);
}

function box(lines: readonly string[]): string {
  const inner = Math.max(...lines.map(columnsOf)) + 2;
  const edge = '─'.repeat(inner + 1);
  const rows = lines.map((line) => `│ ${line}${' '.repeat(inner - columnsOf(line))}│`);
  return [`┌${edge}┐`, ...rows, `└${edge}┘`].join('\n');
}

/** Chinese characters and full-width punctuation take two columns of a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : 1;
  return columns;
}
