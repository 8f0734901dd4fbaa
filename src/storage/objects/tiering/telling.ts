import type { Transaction } from '#platform/database'
import { findBucketRow } from '../bucket-rows.ts'
import { tellOf, type ObjectChange } from '../notifications/object-event.ts'
import type { VersionRow } from '../tables.ts'

/** What a change of tier tells, in the transaction of the change. */
export type TierEvent = Pick<ObjectChange, 'name' | 'cause' | 'nowMs' | 'data'>

export async function tellOfTier(
  tx: Transaction,
  row: VersionRow,
  event: TierEvent,
): Promise<void> {
  const bucket = await findBucketRow(tx, row.bucket)
  if (bucket) await tellOf(tx, bucket, { ...event, object: row })
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function restoreData(row: VersionRow, untilMs: number): TierEvent['data'] {
  return {
    glacierEventData: {
      restoreEventData: {
        lifecycleRestorationExpiryTime: new Date(untilMs).toISOString(),
        lifecycleRestoreStorageClass: row.storage_class,
      },
    },
  }
}
