import { describe, expect, it } from 'vitest';
import type { StoredRow } from '../register/store.ts';
import { handOverNotes } from './hand-over.ts';

const row: StoredRow = {
  id: '1',
  version: 1,
  companyCode: '900000001',
  state: 'active',
  values: { appId: 'app-1', label: '人员定位', interfaces: null, addresses: null, stages: null, sandbox: false },
  createdAtMs: 0,
  createdBy: '',
  updatedAtMs: 0,
  updatedBy: '',
  fromVendor: [],
  running: null,
};
const paths = { persons: '/v1/positioning/persons' };

describe('hand-over notes', () => {
  it.each(['https://ingest.park.example', 'https://ingest.park.example/'])(
    '[PRK-17] name the base address of the vendor interface: %s',
    (url) => {
      const notes = handOverNotes(row, { url, paths });
      expect(notes).toContain('- 接口地址：https://ingest.park.example\n');
      expect(notes).toContain('GET https://ingest.park.example/openapi.json');
    },
  );

  it('[PRK-17] say that the park tells it, where no setting does', () => {
    const notes = handOverNotes(row, { url: null, paths });
    expect(notes).toContain('- 接口地址：由园区另行告知');
    expect(notes).toContain('GET /openapi.json');
  });
});
