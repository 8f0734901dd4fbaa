import type { Clock } from '#kit'
import type { CatalogRef } from '#catalog/metastore'
import type { Database } from '#platform/database'
import type { ClassifierInput, ClassifierRecord, Classifiers } from './crawlers.ts'
import { CrawlerErrors } from './errors.ts'
import type { CrawlerDb, CrawlerTables } from './schema.ts'

type Row = CrawlerTables['crawler_classifiers']

/** Classifiers over the database. CSV ones are used by crawls; JSON ones must read the whole document, `$`. */
export function createClassifiers(options: {
  readonly database: Database
  readonly clock: Clock
}): Classifiers {
  const { database, clock } = options
  return {
    create: async (ref, input) => {
      check(input)
      const nowMs = clock.now()
      return database.transaction(async (tx) => {
        const db = tx.tables<CrawlerTables>()
        if (await find(db, ref, input.name)) {
          throw CrawlerErrors.ClassifierExists(`Classifier with name ${input.name} already exists`)
        }
        await db
          .insertInto('crawler_classifiers')
          .values({
            account_id: ref.accountId,
            region: ref.region,
            name: input.name,
            body: JSON.stringify(input),
            version: 1,
            create_time_ms: nowMs,
            update_time_ms: nowMs,
          })
          .execute()
      })
    },

    get: async (ref, name) => toRecord(await load(database.tables(), ref, name)),

    list: async (ref, page) => {
      const after = page.nextToken ? Buffer.from(page.nextToken, 'base64url').toString() : ''
      const rows = await of(database.tables<CrawlerTables>(), ref)
        .where('name', '>', after)
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      const more = rows.length > page.limit
      return {
        items: kept.map(toRecord),
        nextToken: more ? Buffer.from(kept.at(-1)!.name).toString('base64url') : undefined,
      }
    },

    update: (ref, input) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CrawlerTables>()
        const row = await load(db, ref, input.name)
        const before = JSON.parse(row.body) as ClassifierInput
        if (before.kind !== input.kind)
          throw CrawlerErrors.InvalidClassifier('The kind of a classifier cannot change.')
        const changed = { ...before, ...input } as ClassifierInput
        check(changed)
        await db
          .updateTable('crawler_classifiers')
          .set({
            body: JSON.stringify(changed),
            version: row.version + 1,
            update_time_ms: clock.now(),
          })
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('name', '=', input.name)
          .execute()
      }),

    delete: (ref, name) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CrawlerTables>()
        await load(db, ref, name)
        await db
          .deleteFrom('crawler_classifiers')
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('name', '=', name)
          .execute()
      }),
  }
}

function check(input: ClassifierInput): void {
  if (input.kind === 'json' && input.jsonPath !== '$') {
    throw CrawlerErrors.InvalidClassifier(
      'Only the JSON path $ is supported: objects are read as they lie in the file.',
    )
  }
  if (input.kind === 'csv' && input.delimiter !== undefined && input.delimiter.length !== 1)
    throw CrawlerErrors.InvalidClassifier('The delimiter must be one character.')
}

function of(db: CrawlerDb, ref: CatalogRef) {
  return db
    .selectFrom('crawler_classifiers')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
}

async function find(db: CrawlerDb, ref: CatalogRef, name: string): Promise<Row | undefined> {
  return of(db, ref).where('name', '=', name).executeTakeFirst()
}

async function load(db: CrawlerDb, ref: CatalogRef, name: string): Promise<Row> {
  const row = await find(db, ref, name)
  if (row) return row
  throw CrawlerErrors.ClassifierNotFound(`Classifier entry with name ${name} does not exist`)
}

function toRecord(row: Row): ClassifierRecord {
  return {
    ...(JSON.parse(row.body) as ClassifierInput),
    createTimeMs: row.create_time_ms,
    updateTimeMs: row.update_time_ms,
    version: row.version,
  }
}
