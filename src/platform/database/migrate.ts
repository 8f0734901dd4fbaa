import type { Database, Migration } from './database.ts'

interface MigrationTables {
  readonly platform_migrations: { readonly name: string }
}

/** Brings the schema up to date: each step that this folder has not had, in order, all in one transaction. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  const names = new Set(migrations.map((migration) => migration.name))
  if (names.size !== migrations.length) throw new Error('two migrations have the same name')
  await database.transaction(async (tx) => {
    const db = tx.tables<MigrationTables>()
    await db.schema
      .createTable('platform_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .execute()
    const rows = await db.selectFrom('platform_migrations').select('name').execute()
    const done = new Set(rows.map((row) => row.name))
    for (const name of done) {
      if (!names.has(name)) {
        throw new Error(
          `the data folder has had the migration '${name}', which this version does not know: it was written by a newer version`,
        )
      }
    }
    for (const migration of migrations) {
      if (done.has(migration.name)) continue
      await migration.up(tx.tables<unknown>())
      await db.insertInto('platform_migrations').values({ name: migration.name }).execute()
    }
  })
}
