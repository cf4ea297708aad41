/** What a company hands its supplier so that its system can send: everything but the secret, which goes apart. */
import type { StoredRow } from '../register/store.ts';

const STAGES: Readonly<Record<string, string>> = { joint: '联调', trial: '试运行', live: '正式' };

export interface VendorDoor {
  /** Where vendors' systems send; null: the park says it apart. */
  readonly url: string | null;
  /** By interface. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Markdown. */
export function handOverNotes({ companyCode, values }: StoredRow, door: VendorDoor): string {
  const { paths } = door;
  const url = door.url?.replace(/\/+$/, '') ?? null;
  const stages = new Map(
    ((values['stages'] ?? []) as { interface: string; stage: string }[]).map((one) => [one.interface, one.stage]),
  );
  const named = (values['interfaces'] ?? null) as string[] | null;
  const interfaces = named ?? Object.keys(paths);
  const addresses = (values['addresses'] ?? null) as string | null;
  return [
    `# 数据上报接口交接说明`,
    '',
    `- 接口地址：${url ?? '由园区另行告知'}`,
    `- app_id：${values['appId']}`,
    `- company_code：${companyCode}`,
    `- app_secret：由企业管理员在“接口授权”中查看，另行交付，不随本说明传递`,
    `- 用途：${values['label']}${values['sandbox'] === true ? '（沙箱：照常应答，不保存数据）' : ''}`,
    `- 允许的地址：${addresses === null ? '不限' : addresses.split('\n').join('、')}`,
    '',
    '## 接口与阶段',
    '',
    '| 接口 | 路径 | 阶段 |',
    '| --- | --- | --- |',
    ...interfaces.map((name) => `| ${name} | ${paths[name] ?? ''} | ${STAGES[stages.get(name) ?? 'joint']} |`),
    '',
    '## 签名',
    '',
    '请求头：X-App-Id、X-Timestamp（毫秒）、X-Nonce（不少于 16 个字符）、X-Sign-Alg（默认 HMAC-SM3）、X-Signature。',
    '待签串为 METHOD、PATH、排序后的查询串、请求体的 SM3（十六进制）、app_id、时间戳、随机串，以换行连接；时间差不超过 5 分钟，随机串不可重复。',
    `接口文档：GET ${url ?? ''}/openapi.json；签名示例代码随接口文档提供。`,
  ].join('\n');
}
