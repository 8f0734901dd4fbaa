import type { Identity } from '#governance/identity'
import { operationFor } from '#protocol/aws'

/** What IAM may touch. */
export interface IamContext {
  readonly identity: Identity
}

export const operation = operationFor<IamContext>()
