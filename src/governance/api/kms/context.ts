import type { Identity } from '#governance/identity'
import type { Keys } from '#governance/keys'
import { operationFor } from '#protocol/aws'

/** What KMS may touch. */
export interface KmsContext {
  readonly keys: Keys
  readonly identity: Identity
}

export const operation = operationFor<KmsContext>()
