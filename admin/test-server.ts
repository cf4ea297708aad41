/** An admin server on memory twins and a clock that the test moves. Used by the tests of this folder alone. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import type { PersonCard, WebSettings } from '../core/web-api.ts';
import { createMemoryDatabase, type MemoryDatabase } from '../db/memory-store.ts';
import { createProjection } from '../geo/projection.ts';
import { createSealer } from '../security/gm.ts';
import type { ScryptCost } from '../security/password.ts';
import { MemoryAttemptStore, MemorySessionStore } from '../security/session-memory.ts';
import type { Sessions } from '../security/sessions.ts';
import { totpCode } from '../security/totp.ts';
import { pastPermitViews } from '../server/past-permit-view.ts';
import { isCompanyRole, type Role } from '../stream/protocol/vocabulary.ts';
import type { FactorStore } from './account/factors.ts';
import { createIdentity, type Identity } from './account/identity.ts';
import { MemoryFactorStore, MemoryPolicyStore } from './account/memory-factors.ts';
import { COMMAND_LINE } from './audit.ts';
import { MemoryAuditDesk } from './memory-audit.ts';
import { MemoryDetectors } from './memory-detectors.ts';
import { MemoryHandoverDesk } from './memory-handover.ts';
import { MemoryMusterDesk } from './memory-musters.ts';
import { MemoryContactDesk, MemoryOrderDesk } from './memory-orders.ts';
import {
  MemoryAlarmDesk,
  MemoryDashboard,
  MemoryDryRuns,
  MemoryEmergencyDesk,
  MemoryParkSettings,
  MemoryReportingDesk,
} from './memory-park-ports.ts';
import { MemoryDirectory, MemoryIntakeDesk, MemoryUserStore } from './memory-ports.ts';
import { Notices } from './notices.ts';
import { MemoryPermitDesk } from './permits/memory-permits.ts';
import { MemoryPast, MemoryPlaybacks } from './playback/memory-past.ts';
import { TimeMachine } from './playback/time-machine.ts';
import type { RegisterParts } from './register/routes.ts';
import { MemoryScreenBook } from './screens/memory-screen-book.ts';
import { Screens } from './screens/screens.ts';
import { createAdminServer } from './server.ts';
import type { OnAttack } from './sign-in.ts';
import type { StaticFolders } from './static-files.ts';
import { addUser } from './users.ts';
import { VehicleEntries } from './vehicle-entries.ts';
import { MemoryVideoParts } from './video/memory-video-desk.ts';
import { MemoryViewDesk } from './views/memory-views.ts';

export const QUICK_COST: ScryptCost = { logN: 4, r: 8, p: 1 };
export const PASSWORD = 'Kingfisher-21';
export const COMPANY = '900000001';
export const OTHER_COMPANY = '900000002';
export const CONTRACTOR = 'unit-1';

/** Of what the server itself seals. */
export const SERVER_KEY = Buffer.alloc(32, 9);

const SETTINGS: WebSettings = {
  parkCode: 'test',
  parkName: { zh: '测试园区', en: 'Test park' },
  home: { lng: 121.48, lat: 30.8, heightM: 1_500 },
  projection: {
    id: 'shanghai2000-b',
    lat0Deg: 0,
    lon0Deg: 121.5,
    scale: 1,
    falseEastingM: 0,
    falseNorthingM: 0,
    semiMajorAxisM: 6_378_137,
    inverseFlattening: 298.257222101,
  },
  tileset: {
    url: '/tiles/park/tileset.json',
    place: { frame: 'ecef', lng: null, lat: null, heightM: 0, headingDeg: 0 },
  },
  baseMap: 'grid',
  tickMs: 1_000,
  isDemonstration: false,
  groundHeightM: 4,
};

export interface TestServer {
  readonly app: FastifyInstance;
  readonly clock: ManualClock;
  readonly users: MemoryUserStore;
  readonly playbacks: MemoryPlaybacks;
  readonly directory: MemoryDirectory;
  readonly desk: MemoryIntakeDesk;
  readonly parkSettings: MemoryParkSettings;
  readonly dryRuns: MemoryDryRuns;
  readonly alarmDesk: MemoryAlarmDesk;
  readonly dashboard: MemoryDashboard;
  readonly emergency: MemoryEmergencyDesk;
  readonly musters: MemoryMusterDesk;
  readonly reporting: MemoryReportingDesk;
  readonly handovers: MemoryHandoverDesk;
  readonly orders: MemoryOrderDesk;
  readonly contacts: MemoryContactDesk;
  readonly auditDesk: MemoryAuditDesk;
  readonly permits: MemoryPermitDesk;
  readonly detectors: MemoryDetectors;
  readonly views: MemoryViewDesk;
  readonly screenBook: MemoryScreenBook;
  readonly screens: Screens;
  /** What the time machine reads. */
  readonly pastDatabase: MemoryDatabase;
  readonly video: MemoryVideoParts;
  readonly sessionStore: MemorySessionStore;
  readonly sessions: Sessions;
  readonly notices: Notices;
  readonly factors: FactorStore;
  readonly identity: Identity;
  readonly policies: MemoryPolicyStore;
  readonly attacks: readonly Parameters<OnAttack>[];
  /** Of the apps that `cookieOf` set up, by user name. */
  readonly secrets: ReadonlyMap<string, string>;
  addUser(name: string, role: Role, options?: { mustChangePassword?: boolean; department?: string }): Promise<void>;
  signIn(name: string, password?: string): Promise<LightMyRequestResponse>;
  /** Cookie header of a fresh session. */
  cookieOf(name: string): Promise<string>;
  call(options: InjectOptions & { cookie?: string }): Promise<LightMyRequestResponse>;
}

export async function createTestServer(
  options: {
    folders?: StaticFolders | null;
    secure?: boolean;
    trustProxy?: boolean;
    waivesFactor?: boolean;
    /** Default: none. */
    registers?: RegisterParts;
  } = {},
): Promise<TestServer> {
  const clock = new ManualClock(1_760_000_000_000);
  const users = new MemoryUserStore([COMPANY, OTHER_COMPANY]);
  const directory = new MemoryDirectory();
  const desk = new MemoryIntakeDesk();
  const ofThePark = {
    parkSettings: new MemoryParkSettings(),
    dryRuns: new MemoryDryRuns(),
    alarmDesk: new MemoryAlarmDesk(),
    dashboard: new MemoryDashboard(),
    emergency: new MemoryEmergencyDesk(),
    musters: new MemoryMusterDesk(),
    reporting: new MemoryReportingDesk(),
    handovers: new MemoryHandoverDesk(clock),
    orders: new MemoryOrderDesk(),
    contacts: new MemoryContactDesk(),
    auditDesk: new MemoryAuditDesk(),
    permits: new MemoryPermitDesk(),
    detectors: new MemoryDetectors(),
    views: new MemoryViewDesk(clock),
  };

  const pastDatabase = createMemoryDatabase();
  const sessionStore = new MemorySessionStore(clock);
  const attemptStore = new MemoryAttemptStore(clock);
  const policies = new MemoryPolicyStore();
  const attacks: Parameters<OnAttack>[] = [];
  const sealer = createSealer([SERVER_KEY]);
  const identity = createIdentity({
    users,
    factors: new MemoryFactorStore(users.audit),
    policyStore: policies,
    sessionStore,
    attemptStore,
    sealer,
    clock,
    issuer: SETTINGS.parkName.zh,
    waivesFactor: options.waivesFactor ?? false,
    onAttack: (...attack) => void attacks.push(attack),
    cost: QUICK_COST,
  });
  const { sessions } = identity;
  const screenBook = new MemoryScreenBook(clock);
  const screens = new Screens({ ...identity, book: screenBook, clock });
  const playbacks = new MemoryPlaybacks((entry) => users.write(entry));
  const timeMachine = new TimeMachine({
    past: new MemoryPast(pastDatabase),
    book: playbacks,
    projection: createProjection(SETTINGS.projection),
    park: SETTINGS.parkName,
    permitViews: pastPermitViews,
    audit: users,
    clock,
  });
  const notices = new Notices({ registers: options.registers?.registers ?? [], sessions, clock });
  // What registers do is tested over a database (admin/register).
  const registers = options.registers ?? ({ registers: [] } as unknown as RegisterParts);
  const video = new MemoryVideoParts({ settings: ofThePark.parkSettings, sealer, clock });
  const app = await createAdminServer({
    ...identity,
    directory,
    desk,
    ...ofThePark,
    timeMachine,
    registers,
    vehicleEntries: new VehicleEntries({ registers, sealer, attempts: identity.attempts, clock }),
    notices,
    screens,
    video: video.desk,
    audit: users,
    settings: SETTINGS,
    live: { url: '', livePort: 7002 },
    security: { livePort: 7002, liveUrl: null, mapSources: [], secure: options.secure ?? false },
    trustProxy: options.trustProxy ?? false,
    folders: options.folders ?? null,
    logger: silentLogger,
  });

  const call: TestServer['call'] = ({ cookie, ...rest }) =>
    app.inject({
      ...rest,
      headers: { 'x-requested-with': 'park', ...(cookie === undefined ? {} : { cookie }), ...rest.headers },
    });
  const signIn: TestServer['signIn'] = (name, password = PASSWORD) =>
    call({ method: 'POST', url: '/api/session', payload: { name, password } });

  const secrets = new Map<string, string>();
  const post = async (url: string, payload: object): Promise<LightMyRequestResponse> => {
    const answer = await call({ method: 'POST', url, payload });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer;
  };
  /** By whatever steps the user has to take. */
  async function signInThrough(name: string): Promise<LightMyRequestResponse> {
    const first = await signIn(name);
    if (first.statusCode !== 200) throw new Error(first.body);
    const { step, pending } = first.json() as { step?: string; pending?: string };
    if (step === undefined) return first;
    if (step === 'enrol') {
      const { secret } = (await post('/api/session/enrolment', { pending })).json() as { secret: string };
      secrets.set(name, secret);
      return post('/api/session/enrolment/confirm', { pending, code: totpCode(secret, clock.nowMs()) });
    }
    const proof = totpCode(secrets.get(name) ?? '', clock.nowMs());
    return post('/api/session/factor', { pending, kind: 'totp', proof });
  }

  return {
    app,
    clock,
    users,
    playbacks,
    directory,
    desk,
    ...ofThePark,
    screenBook,
    screens,
    pastDatabase,
    video,
    sessionStore,
    sessions,
    notices,
    factors: identity.factors,
    identity,
    policies,
    attacks,
    secrets,
    call,
    signIn,
    async addUser(name, role, { mustChangePassword = false, department } = {}) {
      const companyCode = isCompanyRole(role) ? COMPANY : null;
      const contractorCode = role === 'contractor' ? CONTRACTOR : null;
      const request = {
        name,
        role,
        companyCode,
        contractorCode,
        department: department ?? null,
        password: PASSWORD,
        mustChangePassword,
      };
      const added = await addUser(users, clock, COMMAND_LINE, request, QUICK_COST);
      if (!added.ok) throw new Error(added.error.detail);
    },
    async cookieOf(name) {
      return cookieOf(await signInThrough(name));
    },
  };
}

/** `name=value` of the session cookie that an answer sets. */
export function cookieOf(answer: LightMyRequestResponse): string {
  const [cookie] = answer.cookies;
  if (cookie === undefined) throw new Error('the answer sets no cookie');
  return `${cookie.name}=${cookie.value}`;
}

export function createCard(companyCode: string, personId: string): PersonCard {
  return {
    personId,
    cardNo: `C-${personId}`,
    companyCode,
    companyName: `company ${companyCode}`,
    name: '苏岚',
    type: 'staff',
    department: '',
    post: '',
    mobileMasked: '138****1234',
    certificates: [],
    latest: null,
  };
}
