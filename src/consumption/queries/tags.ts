import type { Database } from '#platform/database'
import { QueryErrors } from './errors.ts'
import type { QueryDb, QueryTables } from './tables.ts'

const tagsMax = 50

export interface Tags {
  set(arn: string, tags: Readonly<Record<string, string>>): Promise<void>
  remove(arn: string, keys: readonly string[]): Promise<void>
  get(arn: string): Promise<Readonly<Record<string, string>>>
}

export function createTags(database: Database): Tags {
  return {
    set: (arn, tags) => database.transaction((tx) => setTags(tx.tables<QueryTables>(), arn, tags)),
    remove: (arn, keys) =>
      database.transaction(async (tx) => {
        await tx
          .tables<QueryTables>()
          .deleteFrom('query_tags')
          .where('arn', '=', arn)
          .where('key', 'in', keys)
          .execute()
      }),
    get: (arn) => readTags(database.tables<QueryTables>(), arn),
  }
}

/** Adds tags, and replaces those with the same key. */
export async function setTags(
  db: QueryDb,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { ...(await readTags(db, arn)), ...tags }
  if (Object.keys(all).length > tagsMax) {
    throw QueryErrors.InvalidQueryRequest(`A resource cannot have more than ${tagsMax} tags`)
  }
  for (const [key, value] of Object.entries(tags)) {
    await db
      .insertInto('query_tags')
      .values({ arn, key, value })
      .onConflict((conflict) => conflict.columns(['arn', 'key']).doUpdateSet({ value }))
      .execute()
  }
}

export async function removeTags(db: QueryDb, arn: string): Promise<void> {
  await db.deleteFrom('query_tags').where('arn', '=', arn).execute()
}

async function readTags(db: QueryDb, arn: string): Promise<Readonly<Record<string, string>>> {
  const rows = await db
    .selectFrom('query_tags')
    .select(['key', 'value'])
    .where('arn', '=', arn)
    .orderBy('key')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.key, row.value]))
}
