import type { MetricStore } from '#governance/monitoring'
import { operationFor } from '#protocol/aws'

/** What the operations of CloudWatch may touch. */
export interface CloudWatchContext {
  readonly metrics: MetricStore
  /** Keeps what the lake's own parts have measured so far. */
  readonly flush: () => Promise<void>
}

export const operation = operationFor<CloudWatchContext>()
