/** Live doc `alarm-code`, key `company/code`: a vendor sends alarms by a code of its own that no setting `alarm-code` explains. */
export interface UnexplainedCode {
  readonly companyCode: string;
  readonly code: string;
  /** Alarms that wait for it. */
  readonly waiting: number;
  readonly sinceMs: number;
  readonly newestAtMs: number;
  /** Words of the newest one, for whoever explains the code. */
  readonly description: string;
}
