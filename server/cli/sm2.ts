/** `park sm2`: a key pair and signatures of sign-in challenges in software, to try what a USB key does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { AppError } from '../../core/errors.ts';
import { makeSm2Key, signSm2 } from '../../security/sm2.ts';
import { type Command, EXIT_DONE, UsageError } from './command.ts';

const KEY_FORM = /^[0-9a-f]{64}$/;

export const command: Command = {
  name: 'sm2',
  summary: 'Make an SM2 key and sign a sign-in challenge, to try it without a hardware key',
  usage: ['sm2 key --file FILE', 'sm2 sign --file FILE [--message TEXT]'],
  options: {
    file: { type: 'string', value: 'FILE', doc: 'Private key in hex; made with mode 0600, never overwritten' },
    message: { type: 'string', value: 'TEXT', doc: 'What is signed; absent: a line from standard input' },
  },
  notes: [
    'The public key that `sm2 key` prints is registered by the administrator of the account (页面“登记 SM2 公钥”).',
    'A key in a file is for trials: in operation the private key stays in a USB key or an HSM.',
  ],
  async run(context) {
    const [verb] = context.words;
    const file = context.required('file');
    if (verb === 'key') {
      const { privateKey, publicKey } = makeSm2Key();
      try {
        writeFileSync(file, `${privateKey}\n`, { mode: 0o600, flag: 'wx' });
      } catch (cause) {
        throw new AppError('CONFIG_INVALID', { detail: `cannot write ${file}, or it is there already`, cause });
      }
      context.print({ publicKey: `04${publicKey}` }, `public key  04${publicKey}`);
      return EXIT_DONE;
    }
    if (verb !== 'sign') throw new UsageError('say which: sm2 key, or sign');
    const message = context.text('message') ?? (await readAll(context.stdin)).split(/\r?\n/, 1)[0] ?? '';
    if (message === '') throw new UsageError('there is nothing to sign');
    const signature = signSm2(message, privateKeyOf(file));
    context.print({ signature }, signature);
    return EXIT_DONE;
  },
};

function privateKeyOf(file: string): string {
  let written: string;
  try {
    written = readFileSync(file, 'utf8').trim().toLowerCase();
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { detail: `cannot read ${file}`, cause });
  }
  if (!KEY_FORM.test(written)) throw new AppError('CONFIG_INVALID', { detail: `${file} holds no private key in hex` });
  return written;
}
