import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryOf, parseForm, UploadedFile } from './multipart-body.ts';

const part = (head: string, content: string | Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`--XX\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]);
const END = Buffer.from('--XX--\r\n');
const form = (...parts: readonly Buffer[]): Buffer => Buffer.concat([...parts, END]);
const text = (name: string, value: string): Buffer => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (fileName: string, bytes: string | Uint8Array, more = ''): Buffer =>
  part(`Content-Disposition: form-data; name="FILE"; filename="${fileName}"${more}`, bytes);
const detailOf = (body: Buffer): string => {
  const parsed = parseForm(body, 'XX');
  return parsed.ok ? 'ok' : `${parsed.error.code}: ${parsed.error.detail}`;
};

describe('a form', () => {
  test('[PIN-12] has texts by name and a file as it was sent', () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => i % 256);
    const sent = form(text('TICKET_ID', '票-1'), file('a.pdf', bytes, '\r\nContent-Type: application/pdf'));
    const parsed = parseForm(Buffer.concat([Buffer.from('preamble\r\n'), sent]), 'XX');
    const values = parsed.ok ? parsed.value : {};
    expect(values['TICKET_ID']).toBe('票-1');
    expect(values['FILE']).toEqual(new UploadedFile('a.pdf', 'application/pdf', Buffer.from(bytes)));
  });

  test('[PIN-12] is read as it was written, whatever bytes and names there are', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[A-Z_]{1,12}$/), { maxLength: 6 });
    const contents = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\r\n', '--', '--X', '\r\n--X', '')),
    );
    fc.assert(
      fc.property(names, contents, fc.uint8Array({ maxLength: 300 }), (fields, values, bytes) => {
        const texts = fields.filter((name) => name !== 'FILE').map((name, n) => [name, values[n] ?? ''] as const);
        const written = form(...texts.map(([name, value]) => text(name, value)), file('a.png', bytes));
        const parsed = parseForm(written, 'XX');
        expect(parsed.ok && parsed.value).toEqual({
          ...Object.fromEntries(texts),
          FILE: new UploadedFile('a.png', '', Buffer.from(bytes)),
        });
      }),
    );
  });

  test('[PIN-12] no bytes make the reading throw', () => {
    const bits = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('--XX', '--XX--', '\r\n', 'Content-Disposition: form-data; name="A"', '; filename="', '"')
        .map((bit) => Buffer.from(bit)),
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 20 }), (parts) => {
        const parsed = parseForm(Buffer.concat(parts), 'XX');
        if (!parsed.ok) expect(parsed.error.code).toBe('BODY_UNREADABLE');
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['nothing', Buffer.alloc(0), /no part/],
    ['another boundary', Buffer.from('--YY\r\n\r\n\r\n--YY--'), /no part/],
    [
      'a part without end',
      Buffer.from('--XX\r\nContent-Disposition: form-data; name="A"\r\n\r\nhello'),
      /does not end/,
    ],
    ['headers without end', Buffer.from('--XX\r\nContent-Disposition: form-data; name="A"'), /headers .* do not end/],
    ['headers of 9 KiB', form(part(`X: ${'a'.repeat(9_000)}`, 'x')), /headers .* do not end/],
    ['a part without a name', form(part('Content-Type: text/plain', 'x')), /does not say which field/],
    ['a field twice', form(text('A', '1'), text('A', '2')), /"A" twice/],
    [
      'two files',
      form(file('a.pdf', 'x'), part('Content-Disposition: form-data; name="B"; filename="b"', 'x')),
      /two files/,
    ],
    ['a text of 5 KiB', form(text('A', 'x'.repeat(5_000))), /no short text/],
    ['a text that is no UTF-8', form(part('Content-Disposition: form-data; name="A"', Buffer.from([0xff]))), /UTF-8/],
    ['33 parts', form(...Array.from({ length: 33 }, (_, i) => text(`A${i}`, 'x'))), /more than 32/],
    ['words behind a boundary', Buffer.from('--XX and more\r\n\r\nx\r\n--XX--'), /something else/],
  ])('[PIN-12] with %s is unreadable', (_what, body, words) => {
    expect(detailOf(body)).toMatch(/^BODY_UNREADABLE: /);
    expect(detailOf(body)).toMatch(words);
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\\\票据\\\\作业票.pdf', '作业票.pdf'],
    ['..', '..'],
    ['a\\"b.pdf', 'a"b.pdf'],
    ['', ''],
    ['é'.repeat(200), 'é'.repeat(128)],
    [`${'a'.repeat(200)}.pdf`, `${'a'.repeat(124)}.pdf`],
  ])('[PIN-13] the file name %j is kept as %j', (sent, kept) => {
    const parsed = parseForm(form(file(sent, 'x')), 'XX');
    expect(parsed.ok && (parsed.value['FILE'] as UploadedFile).name).toBe(kept);
  });

  test('[PIN-12] names may be quoted or not, and encoded; the boundary too', () => {
    const plain = parseForm(form(part('content-disposition: form-data; filename=a.pdf; name=FILE', 'x')), 'XX');
    expect(plain.ok && (plain.value['FILE'] as UploadedFile).name).toBe('a.pdf');
    const encoded = parseForm(form(file('x.pdf', 'x', "; filename*=UTF-8''%E7%A5%A8.pdf")), 'XX');
    expect(encoded.ok && (encoded.value['FILE'] as UploadedFile).name).toBe('票.pdf');
    expect(boundaryOf('multipart/form-data; boundary=XX')).toBe('XX');
    expect(boundaryOf('Multipart/Form-Data; charset=utf-8; boundary="X X"')).toBe('X X');
    for (const none of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/mixed; boundary=XX', ''])
      expect(boundaryOf(none)).toBeNull();
    expect(boundaryOf(`multipart/form-data; boundary=${'x'.repeat(71)}`)).toBeNull();
  });
});
