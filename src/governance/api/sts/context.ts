import type { Identity } from '#governance/identity'
import { operationFor } from '#protocol/aws'

/** What STS may touch. */
export interface StsContext {
  readonly identity: Identity
}

export const operation = operationFor<StsContext>()
