import type { Database } from '#platform/database'
import type { ObjectTables, VersionRow } from '../tables.ts'
import { dueMs } from './days.ts'
import { matches } from './filters.ts'
import { filterOf, type LifecycleRule } from './rules.ts'

/** When a rule takes an object away, and which one. */
export interface Expiry {
  readonly atMs: number
  readonly ruleId: string
}

type NamedRule = LifecycleRule & { readonly ID?: string }

const bucketsMax = 10_000

/** The rules that expire current versions, by bucket, kept until the bucket changes: each answer about an object tells of them. */
export class Expiries {
  readonly #database: Database
  readonly #rules = new Map<string, readonly NamedRule[]>()
  #generation = 0

  constructor(database: Database) {
    this.#database = database
  }

  forget(bucket: string): void {
    this.#generation++
    this.#rules.delete(bucket)
  }

  /** The first end that the rules set for a version; undefined when there is none, or it is not current. */
  of(row: VersionRow): Expiry | undefined | Promise<Expiry | undefined> {
    if (row.is_latest === 0) return undefined
    const known = this.#rules.get(row.bucket)
    return known
      ? firstEnd(row, known)
      : this.#load(row.bucket).then((rules) => firstEnd(row, rules))
  }

  async #load(bucket: string): Promise<readonly NamedRule[]> {
    const startedIn = this.#generation
    const found = await this.#database
      .tables<ObjectTables>()
      .selectFrom('object_bucket_settings')
      .select('value')
      .where('bucket', '=', bucket)
      .where('name', '=', 'lifecycle')
      .executeTakeFirst()
    const { Rules: all = [] } = (found ? JSON.parse(found.value) : {}) as { Rules?: NamedRule[] }
    const rules = all.filter((rule) => rule.Status === 'Enabled' && rule.Expiration)
    if (startedIn === this.#generation) {
      if (this.#rules.size >= bucketsMax) this.#rules.clear()
      this.#rules.set(bucket, rules)
    }
    return rules
  }
}

function firstEnd(row: VersionRow, rules: readonly NamedRule[]): Expiry | undefined {
  let first: Expiry | undefined
  for (const rule of rules) {
    const { Days: days, Date: date } = rule.Expiration!
    const atMs = days === undefined ? date?.$date : dueMs(row.last_modified_ms, days)
    if (atMs === undefined || !matches(filterOf(rule), row)) continue
    if (!first || atMs < first.atMs) first = { atMs, ruleId: rule.ID ?? '' }
  }
  return first
}
