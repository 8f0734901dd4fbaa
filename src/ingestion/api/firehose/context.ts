import type { Delivery } from '#ingestion/delivery'
import type { KmsKeys } from '#ingestion/streams'
import { operationFor } from '#protocol/aws'
import type { FirehoseQuotas } from './quotas.ts'

/** What the operations of Firehose may touch. */
export interface FirehoseContext {
  readonly delivery: Delivery
  readonly kms: KmsKeys
  /** Makes a secret unreadable, as the delivery's settings keep it. */
  readonly seal: (secret: string) => string
  /** Whether the trust policy of a role lets Firehose act in it for an account. */
  readonly mayAssume: (roleArn: string, accountId: string) => Promise<boolean>
  /** Only where AWS's limits are enforced. */
  readonly quotas?: FirehoseQuotas | undefined
}

export const operation = operationFor<FirehoseContext>()
