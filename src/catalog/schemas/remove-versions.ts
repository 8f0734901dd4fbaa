import type { CatalogRef } from '#catalog/metastore'
import type { SchemasDb } from './rows.ts'

/** Removes versions and what is said of them: of a registry, of one of its schemas, or some of a schema. */
export async function removeVersions(
  db: SchemasDb,
  of: CatalogRef & { readonly registry: string; readonly schema?: string },
  numbers?: readonly number[],
): Promise<void> {
  const { schema } = of
  const chosen = db
    .selectFrom('schemas_versions')
    .select('id')
    .where('account_id', '=', of.accountId)
    .where('region', '=', of.region)
    .where('registry', '=', of.registry)
    .$if(schema !== undefined, (query) => query.where('schema', '=', schema!))
    .$if(numbers !== undefined, (query) => query.where('number', 'in', numbers!))
  await db.deleteFrom('schemas_metadata').where('version_id', 'in', chosen).execute()
  await db.deleteFrom('schemas_versions').where('id', 'in', chosen).execute()
}
