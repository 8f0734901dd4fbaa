import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import type { CatalogTables } from './schema.ts'

type Tags = Pick<Metastore, 'tagResource' | 'untagResource' | 'getTags'>

/** https://docs.aws.amazon.com/glue/latest/webapi/API_TagResource.html */
const tagsMax = 50

export function tags(database: Database): Tags {
  return {
    tagResource: async (arn, added) => {
      for (const [key, value] of Object.entries(added)) checkTag(key, value)
      return database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        for (const [key, value] of Object.entries(added)) {
          await db
            .insertInto('catalog_tags')
            .values({ arn, key, value })
            .onConflict((conflict) => conflict.columns(['arn', 'key']).doUpdateSet({ value }))
            .execute()
        }
        const rows = await db
          .selectFrom('catalog_tags')
          .select('key')
          .where('arn', '=', arn)
          .execute()
        if (rows.length > tagsMax)
          throw CatalogErrors.InvalidInput(`A resource can have at most ${tagsMax} tags.`)
      })
    },

    untagResource: (arn, keys) =>
      database.transaction(async (tx) => {
        await tx
          .tables<CatalogTables>()
          .deleteFrom('catalog_tags')
          .where('arn', '=', arn)
          .where('key', 'in', keys)
          .execute()
      }),

    getTags: async (arn) => {
      const rows = await database
        .tables<CatalogTables>()
        .selectFrom('catalog_tags')
        .select(['key', 'value'])
        .where('arn', '=', arn)
        .orderBy('key')
        .execute()
      return Object.fromEntries(rows.map((row) => [row.key, row.value]))
    },
  }
}

function checkTag(key: string, value: string): void {
  if (key.length >= 1 && key.length <= 128 && value.length <= 256) return
  throw CatalogErrors.InvalidInput('A tag key has 1 to 128 characters, a value 256 at most.')
}
