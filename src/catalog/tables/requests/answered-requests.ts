import { createHash } from 'node:crypto'
import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import { TableErrors } from '../errors.ts'
import { KeyedTurns } from '../keyed-turns.ts'
import type { IcebergDbTables } from '../schema.ts'

/** How long a client may send a request again with the same key. */
export const requestKeyLifetimeMs = 30 * 60_000
/** For clocks that differ, and requests that are long on their way. */
const graceMs = 10 * 60_000
/** Expired rows that one answer takes away with it: more than it adds. */
const removedMax = 8

/** Who asks, under which key, and what. */
export interface RequestKey {
  readonly accountId: string
  /** Keys of different callers have nothing to do with each other. */
  readonly caller: string
  readonly key: string
  /** Of the request: the same key may only come with the same. */
  readonly fingerprint: string
}

/** How a request ended. */
export type Ending =
  | { readonly kind: 'done'; readonly body?: unknown }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly type: string
      readonly message: string
    }

/** Keeps a request's ending, in the transaction that makes its change. */
export type KeepEnding = (tx: Transaction, ending: Ending) => Promise<void>

/**
 * Requests that are carried out once, however often they are sent: `Idempotency-Key` of
 * https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml. The row that says so is written in the transaction
 * that makes the change: after a crash either both are there or neither. Two at the same moment go one after the other.
 */
export class AnsweredRequests {
  readonly #database: Database
  readonly #clock: Clock
  readonly #turns = new KeyedTurns()

  constructor(parts: { readonly database: Database; readonly clock: Clock }) {
    this.#database = parts.database
    this.#clock = parts.clock
  }

  /** `first` for a key that is not known, else `again` with how it ended. Errors: `RequestKeyReused`. */
  once<R>(
    request: RequestKey,
    steps: {
      readonly first: (keep: KeepEnding) => Promise<R>
      readonly again: (ending: Ending) => Promise<R>
    },
  ): Promise<R> {
    const turn = JSON.stringify([request.accountId, request.caller, request.key])
    return this.#turns.run([turn], async () => {
      const known = await this.#find(request)
      if (!known) return steps.first((tx, ending) => this.#keep(tx, request, ending))
      if (known.fingerprint !== request.fingerprint) {
        throw TableErrors.RequestKeyReused(
          `The Idempotency-Key ${request.key} was used for another request`,
        )
      }
      return steps.again(JSON.parse(known.answer) as Ending)
    })
  }

  #find({ accountId, caller, key }: RequestKey) {
    return this.#database
      .tables<IcebergDbTables>()
      .selectFrom('tables_answered_requests')
      .select(['fingerprint', 'answer'])
      .where('account_id', '=', accountId)
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('expires_ms', '>', this.#clock.now())
      .executeTakeFirst()
  }

  async #keep(tx: Transaction, request: RequestKey, ending: Ending): Promise<void> {
    const rows = tx.tables<IcebergDbTables>()
    const now = this.#clock.now()
    const expired = await rows
      .selectFrom('tables_answered_requests')
      .select(['account_id', 'caller', 'key'])
      .where('expires_ms', '<=', now)
      .limit(removedMax)
      .execute()
    for (const row of expired) {
      await rows
        .deleteFrom('tables_answered_requests')
        .where('account_id', '=', row.account_id)
        .where('caller', '=', row.caller)
        .where('key', '=', row.key)
        .execute()
    }
    const answer = {
      fingerprint: request.fingerprint,
      answer: JSON.stringify(ending),
      expires_ms: now + requestKeyLifetimeMs + graceMs,
    }
    await rows
      .insertInto('tables_answered_requests')
      .values({
        account_id: request.accountId,
        caller: request.caller,
        key: request.key,
        ...answer,
      })
      // What was done stays done, even when its answer could not be given; what has expired gives way.
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'caller', 'key'])
          .doUpdateSet(answer)
          .where('tables_answered_requests.expires_ms', '<=', now),
      )
      .execute()
  }
}

/** Of what makes a request what it is. */
export function fingerprintOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
