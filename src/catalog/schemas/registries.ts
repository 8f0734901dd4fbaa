import { checkPage, pageOf, textPosition } from '#catalog/metastore'
import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { SchemaErrors } from './errors.ts'
import type { SchemaTables } from './migrations.ts'
import { removeVersions } from './remove-versions.ts'
import { loadRegistry, toRegistry, type SchemasDb } from './rows.ts'
import type { SchemaRegistry } from './schema-registry.ts'

type Registries = Pick<
  SchemaRegistry,
  'createRegistry' | 'getRegistry' | 'listRegistries' | 'updateRegistry' | 'deleteRegistry'
>

export function registries(database: Database, clock: Clock): Registries {
  const read = () => database.tables<SchemaTables>()
  const write = <T>(work: (db: SchemasDb) => Promise<T>) =>
    database.transaction((tx) => work(tx.tables<SchemaTables>()))

  return {
    createRegistry: (ref, name, description) =>
      write(async (db) => {
        const nowMs = clock.now()
        const { numInsertedOrUpdatedRows: made } = await db
          .insertInto('schemas_registries')
          .values({
            account_id: ref.accountId,
            region: ref.region,
            name,
            description: description ?? null,
            create_time_ms: nowMs,
            update_time_ms: nowMs,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        if (made !== 0n) return
        throw SchemaErrors.SchemaExists(`Registry already exists. RegistryName: ${name}`)
      }),
    getRegistry: async (ref, name) => toRegistry(await loadRegistry(read(), ref, name)),
    listRegistries: async (ref, page) => {
      checkPage(page)
      const rows = await read()
        .selectFrom('schemas_registries')
        .selectAll()
        .where('account_id', '=', ref.accountId)
        .where('region', '=', ref.region)
        .where('name', '>', textPosition(page.nextToken) ?? '')
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      return pageOf(rows, page.limit, (row) => row.name, toRegistry)
    },
    updateRegistry: (ref, name, description) =>
      write(async (db) => {
        await loadRegistry(db, ref, name)
        await db
          .updateTable('schemas_registries')
          .set({ description, update_time_ms: clock.now() })
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('name', '=', name)
          .execute()
      }),
    deleteRegistry: (ref, name) =>
      write(async (db) => {
        await loadRegistry(db, ref, name)
        await removeVersions(db, { ...ref, registry: name })
        await db
          .deleteFrom('schemas_schemas')
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('registry', '=', name)
          .execute()
        await db
          .deleteFrom('schemas_registries')
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('name', '=', name)
          .execute()
      }),
  }
}
