import type { Database, ReadCache } from '#platform/database'
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

/** The rules that expire current versions, by bucket: each answer about an object tells of them. */
export class Expiries {
  readonly #database: Database
  readonly #ofBuckets: ReadCache<keyof ObjectTables>

  constructor(database: Database, ofBuckets: ReadCache<keyof ObjectTables>) {
    this.#database = database
    this.#ofBuckets = ofBuckets
  }

  /** The first end that the rules set for a version; undefined when there is none, or it is not current. */
  of(row: VersionRow): Expiry | undefined | Promise<Expiry | undefined> {
    if (row.is_latest === 0) return undefined
    const { bucket } = row
    const found = this.#ofBuckets.get(`expiry ${bucket}`, () => this.#load(bucket), { lengthOf })
    return found instanceof Promise
      ? found.then((rules) => firstEnd(row, rules))
      : firstEnd(row, found)
  }

  async #load(bucket: string): Promise<readonly NamedRule[]> {
    const found = await this.#database
      .tables<ObjectTables>()
      .selectFrom('object_bucket_settings')
      .select('value')
      .where('bucket', '=', bucket)
      .where('name', '=', 'lifecycle')
      .executeTakeFirst()
    const { Rules: all = [] } = (found ? JSON.parse(found.value) : {}) as { Rules?: NamedRule[] }
    return all.filter((rule) => rule.Status === 'Enabled' && rule.Expiration)
  }
}

/** A rule is a few short texts, and its tags. */
function lengthOf(rules: readonly NamedRule[]): number {
  return 500 * rules.length
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
