import type { LogStore } from '#governance/monitoring'
import { operationFor } from '#protocol/aws'

/** What the operations of CloudWatch Logs may touch. */
export interface LogsContext {
  readonly logStore: LogStore
}

export const operation = operationFor<LogsContext>()
