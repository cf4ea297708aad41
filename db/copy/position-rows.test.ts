import { describe, expect, it } from 'vitest';
import { NULL_INT2, NULL_INT4, PositionColumns } from './position-columns.ts';
import { PositionRows } from './position-rows.kernel.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const HEAD = '5047434f50590aff0d0a00' + '00000000' + '00000000';
const TRAILER = 'ffff';

function fullRow(columns: PositionColumns, i: number): void {
  columns.observedAtMs[i] = Date.UTC(2000, 0, 1) + 1; // 1 ms after PostgreSQL's epoch: 1000 us
  columns.personId[i] = 7;
  columns.lng[i] = 1_214_712_345;
  columns.lat[i] = -1;
  columns.heightCm[i] = 426;
  columns.delayMs[i] = 1500;
  columns.accuracyDm[i] = 25;
  columns.speedCmps[i] = 140;
  columns.headingDeg[i] = 359;
  columns.batteryPct[i] = 100;
  columns.source[i] = 1;
  columns.floor[i] = 2;
  columns.flags[i] = 262;
}

const FULL_ROW = [
  '000d',
  '00000008' + '00000000000003e8',
  '00000004' + '00000007',
  '00000004' + '48670a19',
  '00000004' + 'ffffffff',
  '00000004' + '000001aa',
  '00000004' + '000005dc',
  '00000002' + '0019',
  '00000002' + '008c',
  '00000002' + '0167',
  '00000002' + '0064',
  '00000002' + '0001',
  '00000002' + '0002',
  '00000002' + '0106',
].join('');

describe('position rows', () => {
  it('[STO-18] writes one CopyData message with signature, rows and trailer', () => {
    const columns = new PositionColumns(1);
    fullRow(columns, 0);
    const message = new PositionRows(1).encode(columns, Uint32Array.of(0), 0, 1);
    const payload = HEAD + FULL_ROW + TRAILER;
    const length = (payload.length / 2 + 4).toString(16).padStart(8, '0');
    expect(hex(message)).toBe(`64${length}${payload}`);
  });

  it('[STO-18] writes absent values as NULL and times before 2000 as negative', () => {
    const columns = new PositionColumns(1);
    fullRow(columns, 0);
    columns.observedAtMs[0] = Date.UTC(2000, 0, 1) - 1;
    columns.lng[0] = NULL_INT4;
    columns.lat[0] = NULL_INT4;
    columns.heightCm[0] = NULL_INT4;
    columns.accuracyDm[0] = NULL_INT2;
    columns.speedCmps[0] = NULL_INT2;
    columns.headingDeg[0] = NULL_INT2;
    columns.batteryPct[0] = NULL_INT2;
    columns.floor[0] = NULL_INT2;
    const text = hex(new PositionRows(1).encode(columns, Uint32Array.of(0), 0, 1));
    const none = 'ffffffff';
    expect(text.slice(10)).toBe(
      HEAD +
        ['000d', '00000008' + 'fffffffffffffc18', '00000004' + '00000007', none, none, none, '00000004' + '000005dc']
          .concat([none, none, none, none, '00000002' + '0001', none, '00000002' + '0106', TRAILER])
          .join(''),
    );
  });

  it('[STO-18] takes the rows asked for, in that order, into a buffer that grows', () => {
    const columns = new PositionColumns(300);
    for (let i = 0; i < 300; i++) {
      fullRow(columns, i);
      columns.personId[i] = i;
    }
    const rows = new PositionRows(2);
    const order = Uint32Array.from({ length: 300 }, (_, i) => 299 - i);
    const message = rows.encode(columns, order, 10, 300);
    const bytesOfRow = FULL_ROW.length / 2;
    expect(message.length).toBe(24 + 290 * bytesOfRow + 2);
    const personAt = (row: number): number => Buffer.from(message).readInt32BE(24 + row * bytesOfRow + 2 + 12 + 4);
    expect([personAt(0), personAt(1), personAt(289)]).toEqual([289, 288, 0]);
  });
});
