import { CatalogErrors } from '#catalog/metastore'
import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import type { SchemaTables } from './migrations.ts'
import type { SchemaRegistry } from './schema-registry.ts'

/** https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html#schema-registry-quotas */
const pairsMax = 10

export function metadata(
  database: Database,
  clock: Clock,
): Pick<SchemaRegistry, 'putMetadata' | 'removeMetadata' | 'getMetadata'> {
  return {
    putMetadata: (versionId, { key, value }) =>
      database.transaction(async (tx) => {
        const db = tx.tables<SchemaTables>()
        const there = await db
          .selectFrom('schemas_metadata')
          .select(['key', 'value'])
          .where('version_id', '=', versionId)
          .execute()
        if (there.some((one) => one.key === key && one.value === value)) {
          throw CatalogErrors.AlreadyExists('The version has this metadata already.')
        }
        if (there.length >= pairsMax) {
          throw CatalogErrors.LimitExceeded(`A version has at most ${pairsMax} pairs of metadata.`)
        }
        const row = { version_id: versionId, key, value, create_time_ms: clock.now() }
        await db.insertInto('schemas_metadata').values(row).execute()
      }),
    removeMetadata: (versionId, { key, value }) =>
      database.transaction(async (tx) => {
        const { numDeletedRows } = await tx
          .tables<SchemaTables>()
          .deleteFrom('schemas_metadata')
          .where('version_id', '=', versionId)
          .where('key', '=', key)
          .where('value', '=', value)
          .executeTakeFirst()
        if (numDeletedRows > 0n) return
        throw CatalogErrors.ResourceNotFound('The version has no such metadata.')
      }),
    getMetadata: async (versionId) => {
      const rows = await database
        .tables<SchemaTables>()
        .selectFrom('schemas_metadata')
        .selectAll()
        .where('version_id', '=', versionId)
        .orderBy('create_time_ms', 'desc')
        .orderBy('value')
        .execute()
      return rows.map(({ key, value, create_time_ms: createTimeMs }) => ({
        key,
        value,
        createTimeMs,
      }))
    },
  }
}
