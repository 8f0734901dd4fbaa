import { setImmediate as yieldToRequests } from 'node:timers/promises'
import { isLakeError } from '#kit'
import type { Cause } from '../notifications/object-event.ts'
import type { ObjectRef } from '../objects.ts'
import { tierOf, type Tier } from '../places/placed-blobs.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'
import { Accesses } from './accesses.ts'
import { accessTierOf, tieringConfigurations } from './intelligent.ts'
import { moveVersion } from './moving.ts'
import {
  expireRestored,
  requestRestore,
  restoreRequested,
  type RestoreRequest,
  type RestoringParts,
} from './restoring.ts'
import { intelligentTiering, isArchived, tieredClasses, wantedTier } from './storage-classes.ts'
import type { TierEvent } from './telling.ts'

const rowsPerPage = 200
/** Requests for restores that arrive together are worked off together. */
const delayMs = 50

/** Storage classes at work: restores, intelligent tiering, and bytes that are not where their class wants them. */
export class Tiering {
  readonly #parts: RestoringParts
  readonly accesses: Accesses
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #restoring: Promise<void> = Promise.resolve()
  #isSettled = false

  constructor(parts: RestoringParts) {
    this.#parts = parts
    this.accesses = new Accesses(parts.database, parts.clock)
  }

  /** See `requestRestore`; the work begins when it has resolved. */
  async restore(
    ref: ObjectRef,
    request: RestoreRequest,
    cause?: Cause,
  ): Promise<'started' | 'extended'> {
    const { database, clock } = this.#parts
    const answer = await database.transaction((tx) =>
      requestRestore(tx, ref, request, { nowMs: clock.now(), cause }),
    )
    if (answer === 'started' && !this.#stopping.signal.aborted) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        void this.#restoreNow().catch(() => undefined)
      }, delayMs)
    }
    return answer
  }

  /** Does all that is due by the clock. Run it at start and now and then. */
  async settle(signal?: AbortSignal): Promise<void> {
    await this.#restoreNow(signal)
    await expireRestored(this.#parts)
    await this.accesses.flush()
    await this.#applyIntelligentTiering(signal)
    await this.#placeWhatIsMisplaced(signal)
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('the store is closing'))
    clearTimeout(this.#timer)
    await this.#restoring.catch(() => undefined)
    await this.accesses.flush().catch(() => undefined)
  }

  #restoreNow(signal?: AbortSignal): Promise<void> {
    const stop = this.#stopping.signal
    const either = signal ? AbortSignal.any([signal, stop]) : stop
    this.#restoring = this.#restoring
      .catch(() => undefined)
      .then(() => restoreRequested(this.#parts, either))
    return this.#restoring
  }

  async #applyIntelligentTiering(signal?: AbortSignal): Promise<void> {
    const configurations = await tieringConfigurations(this.#parts.database)
    for await (const row of this.#classed(intelligentTiering, signal)) {
      if (row.restore_tier !== null) continue
      const ofBucket = configurations.get(row.bucket) ?? []
      const nowMs = this.#parts.clock.now()
      const accessTier = accessTierOf(row, ofBucket, nowMs)
      if (accessTier === row.access_tier) continue
      const change = { access_tier: accessTier }
      const data = { intelligentTieringEventData: { destinationAccessTier: accessTier } }
      // Only of the archive tiers anything is told: what is in the others can be read all the same.
      const event = isArchived({ ...row, ...change })
        ? { name: 'IntelligentTiering', nowMs, data }
        : undefined
      await this.#move(row, accessTier === null ? 'hot' : 'cold', change, event)
    }
  }

  /** What was put or moved before there was a second place. */
  async #placeWhatIsMisplaced(signal?: AbortSignal): Promise<void> {
    if (this.#isSettled || !this.#parts.blobs.hasCold) return
    for (const storageClass of tieredClasses) {
      for await (const row of this.#classed(storageClass, signal)) {
        const tier = wantedTier(row)
        const isInPlace = row.blob_id !== null && tierOf(row.blob_id) === tier
        if (!isInPlace && row.restore_tier === null) await this.#move(row, tier, {})
      }
    }
    this.#isSettled = true
  }

  /** One that cannot be read or written stays where it is, and is tried again next time. */
  async #move(
    row: VersionRow,
    tier: Tier,
    change: Partial<VersionRow>,
    event?: TierEvent,
  ): Promise<void> {
    try {
      await moveVersion(this.#parts, row, tier, change, event)
    } catch (error) {
      if (!isLakeError(error)) throw error
      const { bucket, key, version_id: versionId } = row
      this.#parts.log.error({ err: error, bucket, key, versionId }, 'moving an object failed')
    }
  }

  /** The versions of a storage class, by bucket and key. */
  async *#classed(storageClass: string, signal?: AbortSignal): AsyncGenerator<VersionRow> {
    let after = { bucket: '', key: '', age_rank: -1 }
    for (;;) {
      signal?.throwIfAborted()
      const { bucket, key, age_rank: rank } = after
      const rows = await this.#parts.database
        .tables<ObjectTables>()
        .selectFrom('object_versions')
        .selectAll()
        .where('storage_class', '<>', 'STANDARD')
        .where('storage_class', '=', storageClass)
        .where((where) =>
          where(where.refTuple('bucket', 'key', 'age_rank'), '>', where.tuple(bucket, key, rank)),
        )
        .orderBy('bucket')
        .orderBy('key')
        .orderBy('age_rank')
        .limit(rowsPerPage)
        .execute()
      yield* rows
      if (rows.length < rowsPerPage) return
      after = rows.at(-1)!
      await yieldToRequests()
    }
  }
}
