import type { Migration } from '#platform/database'

export interface SchemaTables {
  schemas_registries: {
    account_id: string
    region: string
    name: string
    description: string | null
    create_time_ms: number
    update_time_ms: number
  }
  schemas_schemas: {
    account_id: string
    region: string
    registry: string
    name: string
    format: string
    compatibility: string
    description: string | null
    checkpoint: number
    next: number
    create_time_ms: number
    update_time_ms: number
  }
  schemas_versions: {
    id: string
    account_id: string
    region: string
    registry: string
    schema: string
    /** As its schema's. */
    format: string
    number: number
    definition: string
    /** Of the canonical form. */
    digest: string
    status: string
    create_time_ms: number
  }
  schemas_metadata: {
    version_id: string
    key: string
    value: string
    create_time_ms: number
  }
}

export const migrations: readonly Migration[] = [
  {
    name: 'schemas-1-tables',
    up: async (db) => {
      await db.schema
        .createTable('schemas_registries')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('description', 'text')
        .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
        .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('schemas_registries_key', ['account_id', 'region', 'name'])
        .execute()
      await db.schema
        .createTable('schemas_schemas')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('registry', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('compatibility', 'text', (column) => column.notNull())
        .addColumn('description', 'text')
        .addColumn('checkpoint', 'integer', (column) => column.notNull())
        .addColumn('next', 'integer', (column) => column.notNull())
        .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
        .addColumn('update_time_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('schemas_schemas_key', [
          'account_id',
          'region',
          'registry',
          'name',
        ])
        .execute()
      await db.schema
        .createTable('schemas_versions')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('registry', 'text', (column) => column.notNull())
        .addColumn('schema', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('definition', 'text', (column) => column.notNull())
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
        .addUniqueConstraint('schemas_versions_number', [
          'account_id',
          'region',
          'registry',
          'schema',
          'number',
        ])
        .execute()
      await db.schema
        .createTable('schemas_metadata')
        .addColumn('version_id', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addColumn('create_time_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('schemas_metadata_key', ['version_id', 'key', 'value'])
        .execute()
    },
  },
  {
    name: 'schemas-2-formats',
    up: async (db) => {
      for (const table of ['schemas_schemas', 'schemas_versions']) {
        await db.schema
          .alterTable(table)
          .addColumn('format', 'text', (column) => column.notNull().defaultTo('AVRO'))
          .execute()
      }
    },
  },
]
