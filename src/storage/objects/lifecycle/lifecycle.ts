import { setImmediate as yieldToRequests } from 'node:timers/promises'
import { isLakeError, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Garbage } from '../garbage.ts'
import type { PlacedBlobs } from '../places/placed-blobs.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'
import { removeUpload, uploadRow } from '../upload-rows.ts'
import { latestRow, versionRow } from '../version-rows.ts'
import { removeVersion } from '../versions.ts'
import { listVersions } from '../version-listing.ts'
import { moveVersion } from '../tiering/moving.ts'
import { intelligentTiering, isBeingRestored, tierOfClass } from '../tiering/storage-classes.ts'
import {
  fateOf,
  isToBeAborted,
  type BucketRules,
  type LifecycleRule,
  type PlacedVersion,
  type TransitionMinimum,
} from './rules.ts'

const batchRows = 500
/** Objects that are moved to another class at the same time. */
const movesAtOnce = 4

interface Parts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
  readonly clock: Clock
  readonly log: Logger
}

interface Ruled extends BucketRules {
  readonly accountId: string
  readonly bucket: string
}

/**
 * Does what the lifecycle rules of all buckets say is due: expirations, noncurrent versions, delete markers that hide nothing,
 * uploads that nobody completed, changes of class. A locked version is not removed. Works in batches, each version in a transaction that looks again.
 */
export async function applyLifecycle(
  parts: Parts,
  signal?: AbortSignal,
): Promise<Readonly<Record<'expired' | 'removed' | 'moved' | 'aborted', number>>> {
  const total = { expired: 0, removed: 0, moved: 0, aborted: 0 }
  for (const ruled of await ruledBuckets(parts.database)) {
    signal?.throwIfAborted()
    const { expired, removed, moved } = await applyToVersions(parts, ruled, signal)
    total.expired += expired
    total.removed += removed
    total.moved += moved
    total.aborted += await abortUploads(parts, ruled, signal)
  }
  if (Object.values(total).some((count) => count > 0)) parts.log.info(total, 'applied lifecycle')
  return total
}

async function ruledBuckets(database: Database): Promise<readonly Ruled[]> {
  const rows = await database
    .tables<ObjectTables>()
    .selectFrom('object_bucket_settings')
    .innerJoin('object_buckets', 'object_buckets.name', 'object_bucket_settings.bucket')
    .select([
      'object_buckets.account_id',
      'object_buckets.name',
      'object_buckets.versioning',
      'object_bucket_settings.value',
    ])
    .where('object_bucket_settings.name', '=', 'lifecycle')
    .execute()
  return rows.map((row) => {
    const stored = JSON.parse(row.value) as {
      readonly Rules: readonly LifecycleRule[]
      readonly TransitionDefaultMinimumObjectSize?: TransitionMinimum
    }
    return {
      accountId: row.account_id,
      bucket: row.name,
      rules: stored.Rules.filter((rule) => rule.Status === 'Enabled'),
      transitionMinimum: stored.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K',
      isVersioned: row.versioning !== '',
    }
  })
}

async function applyToVersions(parts: Parts, ruled: Ruled, signal: AbortSignal | undefined) {
  const found = { expired: 0, removed: 0, moved: 0 }
  let due: Promise<keyof typeof found | undefined>[] = []
  let moves: Promise<keyof typeof found | undefined>[] = []
  const settle = async () => {
    for (const done of await Promise.all(due)) if (done) found[done]++
    due = []
    await yieldToRequests()
    signal?.throwIfAborted()
  }
  for await (const version of placed(parts.database, ruled.bucket)) {
    const fate = fateOf(version, ruled, parts.clock.now())
    if (fate === undefined) continue
    if (typeof fate === 'object') {
      moves.push(move(parts, version.row, fate.storageClass))
      if (moves.length < movesAtOnce) continue
      due.push(...moves)
      moves = []
      await settle()
      continue
    }
    due.push(
      fate === 'expire' ? expire(parts, ruled, version.row) : remove(parts, ruled, version.row),
    )
    if (due.length >= batchRows) await settle()
  }
  due.push(...moves)
  await settle()
  return found
}

/** Every version of a bucket with its place. Keeps one version back, to know whether its key has another. */
async function* placed(database: Database, bucket: string): AsyncIterable<PlacedVersion> {
  let last: PlacedVersion | undefined
  let marker: { readonly keyMarker: string; readonly versionIdMarker: string } | undefined
  for (;;) {
    const page = await listVersions(database.tables<ObjectTables>(), {
      bucket,
      prefix: '',
      limit: batchRows,
      ...marker,
    })
    for (const { row } of page.entries) {
      if (!row) continue
      if (last?.row.key !== row.key) {
        if (last) yield last
        last = { row, noncurrentSinceMs: undefined, newerNoncurrent: 0, isAlone: true }
        continue
      }
      yield { ...last, isAlone: false }
      const newerNoncurrent: number =
        last.noncurrentSinceMs === undefined ? 0 : last.newerNoncurrent + 1
      last = {
        row,
        noncurrentSinceMs: last.row.last_modified_ms,
        newerNoncurrent,
        isAlone: false,
      }
    }
    const end = page.entries.at(-1)?.row
    if (!page.truncated || !end) break
    marker = { keyMarker: end.key, versionIdMarker: end.version_id }
  }
  if (last) yield last
}

/** Deletes what is still the current version. */
function expire({ database, clock }: Parts, { accountId, bucket }: Ruled, row: VersionRow) {
  return database.transaction(async (tx) => {
    const latest = await latestRow(tx, bucket, row.key)
    if (latest?.age_rank !== row.age_rank) return undefined
    await removeVersion(tx, {
      accountId,
      bucket,
      key: row.key,
      cause: 'lifecycle',
      nowMs: clock.now(),
    })
    return 'expired' as const
  })
}

/** Removes a version that is not locked, or a marker that is still alone or noncurrent. */
async function remove({ database, clock }: Parts, { accountId, bucket }: Ruled, row: VersionRow) {
  const { key, version_id: versionId } = row
  try {
    return await database.transaction(async (tx) => {
      const found = await versionRow(tx, bucket, key, versionId)
      if (found?.age_rank !== row.age_rank || found.is_latest !== row.is_latest) return undefined
      await removeVersion(tx, {
        accountId,
        bucket,
        key,
        versionId,
        cause: 'lifecycle',
        nowMs: clock.now(),
      })
      return 'removed' as const
    })
  } catch (error) {
    if (isLakeError(error, 'AccessDenied')) return undefined
    throw error
  }
}

/** Gives a version another class, and its bytes the place of that. One that cannot be moved now is tried again in the next round. */
async function move(parts: Parts, row: VersionRow, storageClass: string) {
  if (isBeingRestored(row)) return undefined
  const accessedMs = storageClass === intelligentTiering ? parts.clock.now() : null
  const change = { storage_class: storageClass, access_tier: null, accessed_ms: accessedMs }
  try {
    const data = {
      lifecycleEventData: { transitionEventData: { destinationStorageClass: storageClass } },
    }
    const event = { name: 'LifecycleTransition', nowMs: parts.clock.now(), data }
    const isMoved = await moveVersion(parts, row, tierOfClass(storageClass), change, event)
    return isMoved ? ('moved' as const) : undefined
  } catch (error) {
    if (!isLakeError(error)) throw error
    const { bucket, key, version_id: versionId } = row
    parts.log.error({ err: error, bucket, key, versionId }, 'moving an object failed')
    return undefined
  }
}

async function abortUploads(
  { database, clock }: Parts,
  { accountId, bucket, rules }: Ruled,
  signal: AbortSignal | undefined,
): Promise<number> {
  let aborted = 0
  let after = { key: '', uploadId: '' }
  for (;;) {
    signal?.throwIfAborted()
    const rows = await database
      .tables<ObjectTables>()
      .selectFrom('object_uploads')
      .selectAll()
      .where('bucket', '=', bucket)
      .where((where) =>
        where.or([
          where('key', '>', after.key),
          where.and([where('key', '=', after.key), where('upload_id', '>', after.uploadId)]),
        ]),
      )
      .orderBy('key')
      .orderBy('upload_id')
      .limit(batchRows)
      .execute()
    const due = rows.filter((row) => isToBeAborted(row, rules, clock.now()))
    const done = await Promise.all(
      due.map(({ key, upload_id: uploadId }) =>
        database
          .transaction(async (tx) =>
            removeUpload(tx, await uploadRow(tx, { accountId, bucket, key, uploadId })),
          )
          .then(
            () => 1,
            (error: unknown) => {
              // Completed or aborted meanwhile.
              if (isLakeError(error, 'NoSuchUpload')) return 0
              throw error
            },
          ),
      ),
    )
    aborted += done.reduce<number>((sum, one) => sum + one, 0)
    const last = rows.at(-1)
    if (!last || rows.length < batchRows) return aborted
    after = { key: last.key, uploadId: last.upload_id }
  }
}
