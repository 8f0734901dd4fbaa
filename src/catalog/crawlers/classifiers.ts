import type { Clock } from '#kit'
import type { CatalogRef } from '#catalog/metastore'
import type { Database } from '#platform/database'
import { checkGrok, parsePath } from '#storage/formats'
import type { ClassifierInput, ClassifierRecord, Classifiers } from './crawlers.ts'
import { customDatatypes } from './crawl/csv-datatypes.ts'
import { CrawlerErrors } from './errors.ts'
import type { CrawlerDb, CrawlerTables } from './schema.ts'

type Row = CrawlerTables['crawler_classifiers']

/** Classifiers over the database. */
export function createClassifiers(options: {
  readonly database: Database
  readonly clock: Clock
}): Classifiers {
  const { database, clock } = options
  return {
    create: async (ref, input) => {
      await check(input)
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

    update: async (ref, input) => {
      // Checked first, for that takes long; anew where somebody else has changed it meanwhile.
      for (let isDone = false; !isDone;) {
        const { version, body } = await load(database.tables(), ref, input.name)
        const before = JSON.parse(body) as ClassifierInput
        if (before.kind !== input.kind)
          throw CrawlerErrors.InvalidClassifier('The kind of a classifier cannot change.')
        const changed = { ...before, ...input } as ClassifierInput
        await check(changed)
        isDone = await database.transaction(async (tx) => {
          const { numUpdatedRows } = await tx
            .tables<CrawlerTables>()
            .updateTable('crawler_classifiers')
            .set({
              body: JSON.stringify(changed),
              version: version + 1,
              update_time_ms: clock.now(),
            })
            .where('account_id', '=', ref.accountId)
            .where('region', '=', ref.region)
            .where('name', '=', input.name)
            .where('version', '=', version)
            .where('body', '=', body)
            .executeTakeFirst()
          return numUpdatedRows > 0n
        })
      }
    },

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

async function check(input: ClassifierInput): Promise<void> {
  const invalid = CrawlerErrors.InvalidClassifier
  if (input.kind === 'json') {
    try {
      parsePath(input.jsonPath)
    } catch (error) {
      throw invalid((error as Error).message)
    }
  }
  if (input.kind === 'grok') {
    if (!/%\{\w+/.test(input.pattern)) {
      throw invalid('A Grok pattern names patterns, as in %{WORD:name}.')
    }
    try {
      await checkGrok(input.pattern, input.customPatterns ?? '')
    } catch (error) {
      throw invalid((error as Error).message)
    }
  }
  if (input.kind === 'xml' && !/^[\p{L}_][\p{L}\p{N}_.:-]*$/u.test(input.rowTag)) {
    throw invalid('RowTag is not the name of an element.')
  }
  if (input.kind === 'csv' && input.delimiter !== undefined && input.delimiter.length !== 1)
    throw invalid('The delimiter must be one character.')
  if (input.kind === 'csv') {
    try {
      customDatatypes(input.extra)
    } catch (error) {
      throw invalid((error as Error).message)
    }
  }
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
