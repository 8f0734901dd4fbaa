import type { Clock, Logger } from '#kit'
import type { Database, Transaction } from '#platform/database'
import { ObjectErrors } from '../errors.ts'
import { findVersion } from '../finding.ts'
import { dueMs } from '../lifecycle/days.ts'
import type { Cause } from '../notifications/object-event.ts'
import type { ObjectRef } from '../objects.ts'
import type { ObjectTables, RestoreTier, VersionRow } from '../tables.ts'
import {
  changeVersion,
  committing,
  copyBlobs,
  moveVersion,
  sameVersion,
  type MovingParts,
} from './moving.ts'
import { discardRestored, ownerOf } from './restored-blobs.ts'
import { intelligentTiering, isArchived, isBeingRestored, isRestored } from './storage-classes.ts'
import { restoreData, tellOfTier } from './telling.ts'

export interface RestoreRequest {
  /** How long the copy stays. Given for all but objects in intelligent tiering. */
  readonly days?: number | undefined
  readonly tier: RestoreTier
}

/** The slower, the larger. */
const slowness: Readonly<Record<RestoreTier, number>> = { Expedited: 0, Standard: 1, Bulk: 2 }

const none = { restore_tier: null, restore_days: null, restore_until_ms: null } as const

/**
 * Asks for an archived version to be made readable: `started`, or `extended` when it is already. Errors: those of finding it,
 * `InvalidObjectState`, `RestoreAlreadyInProgress`, `MalformedRequest`, `InvalidRequest`.
 */
export async function requestRestore(
  tx: Transaction,
  ref: ObjectRef,
  request: RestoreRequest,
  now: { readonly nowMs: number; readonly cause?: Cause | undefined },
): Promise<'started' | 'extended'> {
  const { nowMs } = now
  const row = await findVersion(tx, ref)
  checkRequest(row, request)
  const { tier, days = null } = request
  if (isBeingRestored(row)) {
    if (slowness[tier] >= slowness[row.restore_tier!]) {
      throw ObjectErrors.RestoreAlreadyInProgress('Object restore is already in progress')
    }
    await changeVersion(tx, row, { restore_tier: tier })
    return 'started'
  }
  if (isRestored(row, nowMs)) {
    await changeVersion(tx, row, { restore_days: days, restore_until_ms: dueMs(nowMs, days ?? 1) })
    return 'extended'
  }
  // An earlier copy that is over and not taken away yet.
  await discardRestored(tx, row)
  await changeVersion(tx, row, { restore_tier: tier, restore_days: days, restore_until_ms: null })
  await tellOfTier(tx, row, { ...now, name: 'ObjectRestore:Post' })
  return 'started'
}

function checkRequest(row: VersionRow, { days, tier }: RestoreRequest): void {
  if (!isArchived(row)) {
    throw ObjectErrors.InvalidObjectState(
      "Restore is not allowed for the object's current storage class",
      { StorageClass: row.storage_class },
    )
  }
  if ((days === undefined) !== (row.storage_class === intelligentTiering)) {
    throw ObjectErrors.MalformedRequest(
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }
  const isDeep = row.storage_class === 'DEEP_ARCHIVE' || row.access_tier === 'DEEP_ARCHIVE_ACCESS'
  if (isDeep && tier === 'Expedited') {
    throw ObjectErrors.InvalidRequest('Retrieval option is not supported by this storage class')
  }
}

export interface RestoringParts extends MovingParts {
  readonly clock: Clock
  readonly log: Logger
}

/** Makes the copies that were asked for. One that fails is tried again with the next call. */
export async function restoreRequested(parts: RestoringParts, signal?: AbortSignal): Promise<void> {
  for (const row of await requested(parts.database)) {
    signal?.throwIfAborted()
    try {
      await restore(parts, row)
    } catch (error) {
      const { bucket, key, version_id: versionId } = row
      parts.log.error({ err: error, bucket, key, versionId }, 'restoring an object failed')
    }
  }
}

async function restore(parts: RestoringParts, row: VersionRow): Promise<void> {
  const nowMs = parts.clock.now()
  if (row.storage_class === intelligentTiering) {
    const change = { ...none, access_tier: null, accessed_ms: nowMs }
    await moveVersion(parts, row, 'hot', change, { name: 'ObjectRestore:Completed', nowMs })
    return
  }
  const copies = await copyBlobs(parts, row, 'hot')
  await committing(parts, copies, async (tx) => {
    const now = await sameVersion(tx, row)
    if (!now || !isBeingRestored(now)) return false
    const ownerId = ownerOf(row)
    const db = tx.tables<ObjectTables>()
    for (const [archived, copy] of copies) {
      const restored = { archived_blob_id: archived, blob_id: copy, owner_id: ownerId }
      await db.insertInto('object_restored').values(restored).execute()
    }
    const untilMs = dueMs(nowMs, now.restore_days ?? 1)
    await changeVersion(tx, row, { restore_until_ms: untilMs })
    const data = restoreData(row, untilMs)
    await tellOfTier(tx, row, { name: 'ObjectRestore:Completed', nowMs, data })
    return true
  })
}

/** Takes copies away whose days are over. */
export async function expireRestored(parts: RestoringParts): Promise<void> {
  const { database, clock, garbage } = parts
  const rows = await database
    .tables<ObjectTables>()
    .selectFrom('object_versions')
    .selectAll()
    .where('restore_tier', 'is not', null)
    .where('restore_until_ms', '<=', clock.now())
    .execute()
  for (const row of rows) {
    await database.transaction(async (tx) => {
      const now = await sameVersion(tx, row)
      if (!now || now.restore_until_ms !== row.restore_until_ms) return
      await discardRestored(tx, row)
      await changeVersion(tx, row, none)
      const data = restoreData(row, row.restore_until_ms!)
      await tellOfTier(tx, row, { name: 'ObjectRestore:Delete', nowMs: clock.now(), data })
    })
  }
  if (rows.length > 0) garbage.expect()
}

function requested(database: Database): Promise<VersionRow[]> {
  return database
    .tables<ObjectTables>()
    .selectFrom('object_versions')
    .selectAll()
    .where('restore_tier', 'is not', null)
    .where('restore_until_ms', 'is', null)
    .execute()
}
