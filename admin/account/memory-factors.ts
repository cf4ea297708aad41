/** Memory twins of the stores of this folder, for tests; each runs the same suite as PostgreSQL's. */
import type { FactorKind } from '../../core/account-api.ts';
import type { RolePolicy } from '../../security/role-policy.ts';
import type { AuditEntry } from '../audit.ts';
import type { FactorStore, NewTotp, StoredFactor } from './factors.ts';
import type { PolicyStore } from './role-policies.ts';

interface Held {
  factors: Map<FactorKind, StoredFactor>;
  lastStep: number;
  /** By hash: whether it was used. */
  codes: Map<string, boolean>;
}

export class MemoryFactorStore implements FactorStore {
  readonly #held = new Map<string, Held>();
  readonly #audit: AuditEntry[];

  constructor(audit: AuditEntry[] = []) {
    this.#audit = audit;
  }

  async of(userId: string): Promise<StoredFactor[]> {
    return [...this.#of(userId).factors.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  async recoveryCodesLeft(userId: string): Promise<number> {
    return [...this.#of(userId).codes.values()].filter((isUsed) => !isUsed).length;
  }

  async putTotp(
    userId: string,
    { secretSealed, step, recoveryHashes, atMs }: NewTotp,
    audit: AuditEntry,
  ): Promise<void> {
    const held = this.#of(userId);
    held.factors.set('totp', { kind: 'totp', secretSealed, publicKey: null, createdAtMs: atMs, lastUsedAtMs: null });
    held.lastStep = Math.max(held.lastStep, step);
    held.codes = new Map(recoveryHashes.map((hash) => [hash, false]));
    this.#audit.push(audit);
  }

  async putSm2(userId: string, publicKey: string, atMs: number, audit: AuditEntry): Promise<void> {
    const factor = { kind: 'sm2', secretSealed: null, publicKey, createdAtMs: atMs, lastUsedAtMs: null } as const;
    this.#of(userId).factors.set('sm2', factor);
    this.#audit.push(audit);
  }

  async takeStep(userId: string, step: number, atMs: number): Promise<boolean> {
    const held = this.#of(userId);
    if (!held.factors.has('totp') || step <= held.lastStep) return false;
    held.lastStep = step;
    await this.noteUse(userId, 'totp', atMs);
    return true;
  }

  async takeRecoveryCode(userId: string, hash: string): Promise<boolean> {
    const { codes } = this.#of(userId);
    if (codes.get(hash) !== false) return false;
    codes.set(hash, true);
    return true;
  }

  async noteUse(userId: string, kind: FactorKind, atMs: number): Promise<void> {
    const { factors } = this.#of(userId);
    const factor = factors.get(kind);
    if (factor !== undefined) factors.set(kind, { ...factor, lastUsedAtMs: atMs });
  }

  async remove(userId: string, audit: AuditEntry): Promise<void> {
    this.#held.delete(userId);
    this.#audit.push(audit);
  }

  #of(userId: string): Held {
    const held = this.#held.get(userId) ?? { factors: new Map(), lastStep: 0, codes: new Map() };
    this.#held.set(userId, held);
    return held;
  }
}

export class MemoryPolicyStore implements PolicyStore {
  readonly #policies = new Map<string, RolePolicy>();

  async all(): Promise<RolePolicy[]> {
    return [...this.#policies.values()];
  }

  set(policy: RolePolicy): void {
    this.#policies.set(policy.role, policy);
  }
}
