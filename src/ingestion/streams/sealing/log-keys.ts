import { assert, randomOctets, type Clock } from '#kit'
import type { Database } from '#platform/database'
import type { StreamTables } from '../tables.ts'
import type { DataKey } from './sealed-record.ts'

/** KMS, as logs need it. Errors of all: `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`. */
export interface KmsKeys {
  /** The ARN of a key that is named by id, alias or ARN. */
  arnOf(
    place: { readonly accountId: string; readonly region: string },
    name: string,
  ): Promise<string>
  seal(arn: string, plain: Uint8Array, logId: string): Promise<Uint8Array>
  unseal(arn: string, sealed: Uint8Array, logId: string): Promise<Uint8Array>
}

/** In place of a KMS key: the lake's own, which nobody manages and nobody can disable. */
export const ownedKey = 'AWS_OWNED_CMK'

/** A data key seals for an hour. https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html */
const sealingMsMax = 3_600_000
/** KMS is asked again after so long: a key that was disabled is not used for longer. */
const cachedMsMax = 300_000
const cachedMax = 1000

interface Cached {
  readonly key: DataKey
  readonly createdAtMs: number
  readonly untilMs: number
}

/**
 * Which logs are sealed, and with what: data keys, each kept sealed under a KMS key. This process is the only one that changes
 * them.
 */
export class LogKeys {
  readonly #database: Database
  readonly #kms: KmsKeys
  readonly #clock: Clock
  /** The KMS keys of logs that are sealed now. */
  readonly #sealed: Map<string, string>
  /** The newest data key of each log, and those that records were read with. */
  readonly #current = new Map<string, Cached>()
  readonly #known = new Map<string, Cached>()
  readonly #asked = new Map<string, Promise<DataKey>>()

  private constructor(
    options: { readonly database: Database; readonly kms: KmsKeys; readonly clock: Clock },
    sealed: Map<string, string>,
  ) {
    this.#database = options.database
    this.#kms = options.kms
    this.#clock = options.clock
    this.#sealed = sealed
  }

  static async open(options: {
    readonly database: Database
    readonly kms: KmsKeys
    readonly clock: Clock
  }): Promise<LogKeys> {
    const rows = await options.database
      .tables<StreamTables>()
      .selectFrom('streams_sealed_logs')
      .selectAll()
      .execute()
    return new LogKeys(options, new Map(rows.map((row) => [row.log_id, row.kms_key_arn])))
  }

  /** From now on what is appended to the log is sealed under this key, or as it came when there is none. */
  async set(logId: string, arn: string | undefined): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      await db.deleteFrom('streams_sealed_logs').where('log_id', '=', logId).execute()
      if (arn === undefined) return
      const row = { log_id: logId, kms_key_arn: arn }
      await db.insertInto('streams_sealed_logs').values(row).execute()
    })
    if (arn === undefined) this.#sealed.delete(logId)
    else this.#sealed.set(logId, arn)
    this.#current.delete(logId)
  }

  /** The KMS key that the log's records are sealed under now. */
  arnOf(logId: string): string | undefined {
    return this.#sealed.get(logId)
  }

  isSealed(logId: string): boolean {
    return this.#sealed.has(logId)
  }

  /** The key to seal with, at once when it is at hand. Errors: those of `KmsKeys`. */
  current(logId: string): DataKey | Promise<DataKey> {
    const arn = this.#sealed.get(logId)
    assert(arn !== undefined, `the log ${logId} is sealed`)
    const cached = this.#current.get(logId)
    const nowMs = this.#clock.now()
    if (cached && cached.key.kmsKeyArn === arn) {
      if (isFresh(cached, nowMs)) return cached.key
      if (nowMs < cached.createdAtMs + sealingMsMax)
        return this.#once(`${logId}/renew`, () => this.#renew(logId, cached))
    }
    return this.#once(`${logId}/new`, () => this.#make(logId, arn))
  }

  /** A key that records were sealed with. Errors: those of `KmsKeys`. */
  async byNumber(logId: string, number: number): Promise<DataKey> {
    const id = `${logId}/${number}`
    const cached = this.#known.get(id)
    if (cached && isFresh(cached, this.#clock.now())) return cached.key
    return this.#once(id, async () => {
      const row = await this.#database
        .tables<StreamTables>()
        .selectFrom('streams_data_keys')
        .selectAll()
        .where('log_id', '=', logId)
        .where('number', '=', number)
        .executeTakeFirst()
      assert(row !== undefined, `the data key ${id} is kept`)
      const bytes = await this.#kms.unseal(row.kms_key_arn, row.sealed_key, logId)
      const key = { number, kmsKeyArn: row.kms_key_arn, bytes }
      return this.#keep(id, key, row.created_at_ms).key
    })
  }

  /** Forgets a log that was deleted: what is left of its records cannot be read any more. */
  async forget(logId: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      await db.deleteFrom('streams_sealed_logs').where('log_id', '=', logId).execute()
      await db.deleteFrom('streams_data_keys').where('log_id', '=', logId).execute()
    })
    this.#sealed.delete(logId)
    this.#current.delete(logId)
    for (const id of this.#known.keys()) {
      if (id.startsWith(`${logId}/`)) this.#known.delete(id)
    }
  }

  async #renew(logId: string, cached: Cached): Promise<DataKey> {
    this.#known.delete(`${logId}/${cached.key.number}`)
    const key = await this.byNumber(logId, cached.key.number)
    this.#current.set(logId, { ...cached, untilMs: this.#clock.now() + cachedMsMax })
    return key
  }

  async #make(logId: string, arn: string): Promise<DataKey> {
    const bytes = randomOctets(32)
    const sealed = await this.#kms.seal(arn, bytes, logId)
    const nowMs = this.#clock.now()
    const number = await this.#database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      const { last } = await db
        .selectFrom('streams_data_keys')
        .select((select) => select.fn.max('number').as('last'))
        .where('log_id', '=', logId)
        .executeTakeFirstOrThrow()
      const next = Number(last ?? 0) + 1
      await db
        .insertInto('streams_data_keys')
        .values({
          log_id: logId,
          number: next,
          kms_key_arn: arn,
          sealed_key: sealed,
          created_at_ms: nowMs,
        })
        .execute()
      return next
    })
    const key = { number, kmsKeyArn: arn, bytes }
    const made = this.#keep(`${logId}/${number}`, key, nowMs)
    this.#current.set(logId, made)
    return made.key
  }

  #keep(id: string, key: DataKey, createdAtMs: number): Cached {
    const cached = { key, createdAtMs, untilMs: this.#clock.now() + cachedMsMax }
    this.#known.set(id, cached)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= cachedMax) break
      this.#known.delete(oldest)
    }
    return cached
  }

  /** Who asks while the answer is on its way gets the same. */
  #once(id: string, work: () => Promise<DataKey>): Promise<DataKey> {
    let asked = this.#asked.get(id)
    if (!asked) {
      asked = work().finally(() => this.#asked.delete(id))
      this.#asked.set(id, asked)
    }
    return asked
  }
}

/** A clock that was set back does not make a key last longer. */
function isFresh({ untilMs }: Cached, nowMs: number): boolean {
  return nowMs < untilMs && untilMs - nowMs <= cachedMsMax
}
