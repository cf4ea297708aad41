/**
 * Registers of the demonstration park, so that no page is empty: what is known of its companies, departments of the park, major
 * hazard sources with who answers for them, the cameras that watch these, whom to call, and contractors in good and in bad standing. Everything is invented; numbers of people begin with
 * 1380000. What is there stays as it is. Called by demo-park.ts.
 */

import type { Authorship, SealedValue, StoredValues } from '../admin/register/store.ts';
import { TableStore } from '../admin/register/table-store.ts';
import { demoCameraCode, OUT_OF_ORDER } from '../bench/park/cameras.ts';
import { type ContractorRow, contractorRows } from '../bench/park/contractors.ts';
import { createDemoPark } from '../bench/park/demo-park.ts';
import type { Place } from '../bench/park/site-plan.ts';
import { contactContext } from '../db/company-contacts.ts';
import { type Pool, withTransaction } from '../db/pool.ts';
import { cameras } from '../registers/cameras.ts';
import { companies } from '../registers/companies.ts';
import { companyContacts } from '../registers/company-contacts.ts';
import { contractorAdmissions } from '../registers/contractor-admissions.ts';
import { contractorContracts } from '../registers/contractor-contracts.ts';
import { contractorPeople } from '../registers/contractor-people.ts';
import { contractorUnits } from '../registers/contractor-units.ts';
import { departments } from '../registers/departments.ts';
import { hazardSources } from '../registers/hazard-sources.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { LiveKeys } from '../security/live-keys.ts';
import { registerSecretBlind, registerSecretContext } from '../security/register-secret.ts';

const BY: Authorship = { userId: '', userName: '演示园区', atMs: Date.UTC(2026, 0, 5), act: 'create', reason: null };

const DEPARTMENTS = [
  ['emergency', '应急管理处'],
  ['safety', '安全监督处'],
  ['environment', '生态环境处'],
  ['duty', '园区值班室'],
  ['fire', '消防救援站'],
  ['gates', '封闭化管理处'],
] as const;

const INDUSTRY = {
  process: '化学原料和化学制品制造业',
  storage: '危险品仓储',
  gas: '工业气体制造',
  specialty: '专用化学产品制造',
  logistics: '装卸搬运和仓储业',
} as const;

/** Threshold by GB 18218, t. */
const SUBSTANCES = [
  { name: '苯', cas: '71-43-2', quantityT: 3_200, thresholdT: 50 },
  { name: '甲醇', cas: '67-56-1', quantityT: 8_000, thresholdT: 500 },
  { name: '丙烯腈', cas: '107-13-1', quantityT: 640, thresholdT: 50 },
  { name: '氨', cas: '7664-41-7', quantityT: 96, thresholdT: 10 },
  { name: '氯', cas: '7782-50-5', quantityT: 40, thresholdT: 5 },
  { name: '环氧乙烷', cas: '75-21-8', quantityT: 180, thresholdT: 10 },
] as const;

/** Levels take turns, with an R of theirs. */
const LEVELS = [
  { level: '1', rValue: 126.4 },
  { level: '2', rValue: 62.5 },
  { level: '3', rValue: 24.8 },
  { level: '4', rValue: 6.2 },
] as const;

const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金'];
const RESPONSIBLE = [
  ['chief', '建国'],
  ['technical', '志远'],
  ['operating', '海生'],
] as const;
/** Whom to call at each company: kind, given name; null: a room, not a person. */
const CONTACTS = [
  ['control-room', null],
  ['duty-leader', '卫东'],
  ['safety', '安平'],
  ['environment', '青山'],
  ['emergency', '振海'],
] as const;
/** Of one company, at most. */
const SOURCES_MAX = 3;

export async function loadDemoRegisters(pool: Pool, keys: LiveKeys): Promise<void> {
  await describeCompanies(pool);
  await insertMissing(
    pool,
    departments,
    DEPARTMENTS.map(([code, name], order) => ({ companyCode: null, values: { code, name, order } })),
  );
  const { sources, watching } = hazards(keys);
  await insertMissing(pool, hazardSources, sources);
  await insertMissing(pool, cameras, watching);
  await insertMissing(pool, companyContacts, contacts(keys));
  const contractors: Readonly<Record<string, readonly ContractorRow[]>> = contractorRows(createDemoPark({ people: 0 }));
  for (const register of [contractorUnits, contractorPeople, contractorContracts, contractorAdmissions] as const) {
    await insertMissing(
      pool,
      register,
      (contractors[register.name] ?? []).map((row) => sealedRow(register, row, keys)),
    );
  }
}

function sealedRow(register: AnyRegister, row: ContractorRow, { sealer, blindIndex }: LiveKeys): DemoRow {
  const { companyCode, key, state, values } = row;
  const plain = values['idNumber'];
  if (plain === undefined || plain === null) return { companyCode, state, values };
  const context = registerSecretContext(register.name, companyCode, key, 'idNumber');
  const idNumber = { sealed: sealer.seal(plain, context), blind: registerSecretBlind(blindIndex, 'id-number', plain) };
  return { companyCode, state, values: { ...values, idNumber } };
}

interface DemoRow {
  readonly companyCode: string | null;
  /** Absent: the register has none. */
  readonly state?: string | null;
  readonly values: StoredValues;
}

/** Those of companies, or of the park, that have none yet: what somebody took away stays away. */
async function insertMissing(pool: Pool, register: AnyRegister, rows: readonly DemoRow[]): Promise<void> {
  const store = new TableStore(register);
  const query = {
    search: null,
    filters: [],
    companyCode: null,
    states: [],
    sort: { by: register.list.sort.by, descending: false },
    after: null,
    limit: 1,
  };
  const empty = Object.fromEntries(Object.keys(register.fields).map((name) => [name, null]));
  await withTransaction(pool, async (client) => {
    if ((await store.count(client, { companyCode: null, contractorCode: null }, query, 1)) > 0) return;
    const made = rows.map(({ companyCode, state = null, values }) => ({
      companyCode,
      state,
      values: { ...empty, ...values },
    }));
    await store.insert(client, made, BY);
  });
}

/** Of those that nobody has changed since they were added. */
async function describeCompanies(pool: Pool): Promise<void> {
  const { plan, frame } = createDemoPark({ people: 0 });
  const store = new TableStore(companies);
  const out = new Float64Array(2);
  await withTransaction(pool, async (client) => {
    const codes = plan.companies.map(({ code }) => code);
    const rows = new Map((await store.byKeys(client, null, codes)).map((row) => [row.values['code'], row]));
    const changes = plan.companies.flatMap(({ index, code, name, rect }) => {
      const row = rows.get(code);
      if (row === undefined || row.version > 1) return [];
      frame.toLngLat((rect.u0 + rect.u1) / 2, (rect.v0 + rect.v1) / 2, out);
      const values = {
        shortName: name.zh.replace('(演示)有限公司', ''),
        hazardLevel: LEVELS[index % LEVELS.length]?.level,
        industry: INDUSTRY[name.profile],
        address: `演示化工园区 ${index + 1} 号地块`,
        place: { lng: degree(out[0]), lat: degree(out[1]), heightM: null },
        legalRepresentative: `${SURNAMES[index % SURNAMES.length]}明远`,
        safetyDirector: `${SURNAMES[(index + 7) % SURNAMES.length]}安平`,
      };
      return [{ id: row.id, version: row.version, values }];
    });
    if (changes.length > 0) await store.update(client, changes, { ...BY, act: 'update' });
  });
}

const isHazard = ({ kind }: Place): boolean => kind === 'tankFarm' || kind === 'sphereFarm' || kind === 'process';
const degree = (value: number | undefined): number => Math.round((value ?? 0) * 1e7) / 1e7;

function contacts({ sealer, blindIndex }: LiveKeys): DemoRow[] {
  return createDemoPark({ people: 0 }).plan.companies.flatMap(({ index, code }) =>
    CONTACTS.map(([kind, given], n) => {
      const plain = `1380001${String(index * CONTACTS.length + n).padStart(4, '0')}`;
      const phone = {
        sealed: sealer.seal(plain, contactContext(code, kind)),
        blind: registerSecretBlind(blindIndex, 'phone', plain),
      };
      const name = given === null ? '中控值班室' : `${SURNAMES[(index * 2 + n * 7) % SURNAMES.length]}${given}`;
      return { companyCode: code, values: { kind, name, phone } };
    }),
  );
}

function hazards({ sealer, blindIndex }: LiveKeys): { sources: DemoRow[]; watching: DemoRow[] } {
  const { plan, frame, areas } = createDemoPark({ people: 0 });
  const sources: DemoRow[] = [];
  const watching: DemoRow[] = [];
  const out = new Float64Array(2);
  for (const company of plan.companies) {
    const places = company.places.filter(isHazard).slice(0, SOURCES_MAX);
    for (const [n, place] of (places.length > 0 ? places : company.places.slice(0, 1)).entries()) {
      const code = `${company.code}${String(n + 1).padStart(3, '0')}`;
      const area = areas.find((one) => one.companyIndex === company.index && one.place === place.index);
      const phone = (field: string, serial: number): SealedValue => {
        const plain = `1380000${String(serial % 10_000).padStart(4, '0')}`;
        const context = registerSecretContext(hazardSources.name, company.code, code, field);
        return { sealed: sealer.seal(plain, context), blind: registerSecretBlind(blindIndex, 'phone', plain) };
      };
      const people = RESPONSIBLE.flatMap(([field, given], k) => [
        [field, `${SURNAMES[(company.index * 3 + n + k * 5) % SURNAMES.length]}${given}`],
        [`${field}Phone`, phone(`${field}Phone`, company.index * 100 + n * 10 + k)],
      ]);
      const substance = SUBSTANCES[(company.index + n) % SUBSTANCES.length];
      sources.push({
        companyCode: company.code,
        values: {
          code,
          name: `${place.name}重大危险源`,
          ...LEVELS[Math.min(LEVELS.length - 1, (company.index % LEVELS.length) + n)],
          unitKind: place.kind === 'process' ? 'production' : 'storage',
          unit: place.name,
          area: area?.record.ID ?? null,
          commissioned: `${2012 + (company.index % 10)}-06-01`,
          substances: [substance],
          ...Object.fromEntries(people),
        },
      });
      const { u0, u1, v0 } = place.rect;
      frame.toLngLat((u0 + u1) / 2, v0, out);
      watching.push({
        companyCode: company.code,
        values: {
          code: demoCameraCode(company.index, n + 1),
          name: `${place.name}南侧`,
          kind: n === 0 ? 'ptz' : 'fixed',
          place: { lng: degree(out[0]), lat: degree(out[1]), heightM: null },
          directionDeg: 0,
          area: area?.record.ID ?? null,
          hazardSource: code,
          platformCode: '31011600002000000001',
          streamUrl: 'rtsp://video.example/{code}',
        },
      });
    }
    watching.push({
      companyCode: company.code,
      values: {
        code: demoCameraCode(company.index, OUT_OF_ORDER),
        name: '移动布控（故障）',
        kind: 'mobile',
        streamUrl: 'rtsp://video.invalid/{code}',
      },
    });
  }
  return { sources, watching };
}
