/** Words that have to reach a person: the live doc `delivery`. The engine decides whom and when; role `deliver` carries it out. */
export const CHANNELS = ['page', 'email', 'sms', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Delivery {
  readonly deliveryId: string;
  readonly channel: Channel;
  /** The party that is meant (a key of the roster), and who of it was on duty; null: nobody, the party's page has it. */
  readonly party: string;
  readonly person: { readonly userId: string; readonly name: string } | null;
  /** What it is about, and which of the texts it carries. */
  readonly alarmId: string | null;
  readonly orderId: string | null;
  readonly text: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly dueAtMs: number;
  readonly state: 'due' | 'sent' | 'delivered' | 'failed' | 'expired';
  readonly attempts: number;
  readonly stateAtMs: number;
  readonly detail: string;
}
