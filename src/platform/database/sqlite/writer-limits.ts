export interface WriterLimits {
  /** Transactions that may wait; more are refused. */
  readonly waitingMax: number
  /** Transactions that share one commit, and how long one batch may gather them. */
  readonly batchMax: number
  readonly batchMsMax: number
  readonly transactionMsMax: number
}

export const defaultWriterLimits: WriterLimits = {
  waitingMax: 10_000,
  batchMax: 256,
  batchMsMax: 20,
  transactionMsMax: 15_000,
}
