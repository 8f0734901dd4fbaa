import { sql } from 'kysely'
import type { Migration } from '#platform/database'
import { countReplacedVersions, createUsageTables } from './usage/usage-tables.ts'

export const migrations: Migration[] = [
  {
    name: 'objects-1-tables',
    up: async (db) => {
      await db.schema
        .createTable('object_buckets')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('region', 'text', (column) => column.notNull())
        .addColumn('created_ms', 'bigint', (column) => column.notNull())
        .addColumn('versioning', 'text', (column) => column.notNull())
        .addColumn('object_lock', 'integer', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('object_buckets_by_account')
        .on('object_buckets')
        .columns(['account_id', 'name'])
        .execute()

      await db.schema
        .createTable('object_bucket_settings')
        .addColumn('bucket', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('object_bucket_settings_key', ['bucket', 'name', 'id'])
        .execute()

      await db.schema
        .createTable('object_versions')
        .addColumn('bucket', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('age_rank', 'bigint', (column) => column.notNull())
        .addColumn('version_id', 'text', (column) => column.notNull())
        .addColumn('is_latest', 'integer', (column) => column.notNull())
        .addColumn('delete_marker', 'integer', (column) => column.notNull())
        .addColumn('size_bytes', 'bigint', (column) => column.notNull())
        .addColumn('etag', 'text', (column) => column.notNull())
        .addColumn('last_modified_ms', 'bigint', (column) => column.notNull())
        .addColumn('storage_class', 'text', (column) => column.notNull())
        .addColumn('blob_id', 'text')
        .addColumn('upload_id', 'text')
        .addColumn('parts_count', 'integer')
        .addColumn('content_type', 'text')
        .addColumn('content_encoding', 'text')
        .addColumn('headers', 'text')
        .addColumn('user_metadata', 'text')
        .addColumn('tags', 'text')
        .addColumn('checksum_algorithm', 'text')
        .addColumn('checksum_type', 'text')
        .addColumn('checksum_value', 'text')
        .addColumn('acl', 'text')
        .addColumn('lock_mode', 'text')
        .addColumn('lock_until_ms', 'bigint')
        .addColumn('legal_hold', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('object_versions_key', ['bucket', 'key', 'age_rank'])
        .execute()
      // What a plain listing walks: nothing but current objects.
      await sql`create index object_versions_current on object_versions (bucket, key) where is_latest = 1 and delete_marker = 0`.execute(
        db,
      )
      // What the sweep asks: does a row name this blob?
      await sql`create index object_versions_blob on object_versions (blob_id) where blob_id is not null`.execute(
        db,
      )

      await db.schema
        .createTable('object_uploads')
        .addColumn('bucket', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('upload_id', 'text', (column) => column.notNull())
        .addColumn('initiated_ms', 'bigint', (column) => column.notNull())
        .addColumn('initiator', 'text', (column) => column.notNull())
        .addColumn('storage_class', 'text', (column) => column.notNull())
        .addColumn('content_type', 'text')
        .addColumn('content_encoding', 'text')
        .addColumn('headers', 'text')
        .addColumn('user_metadata', 'text')
        .addColumn('tags', 'text')
        .addColumn('checksum_algorithm', 'text', (column) => column.notNull())
        .addColumn('checksum_type', 'text', (column) => column.notNull())
        .addColumn('checksum_asked', 'integer', (column) => column.notNull())
        .addColumn('acl', 'text')
        .addColumn('lock_mode', 'text')
        .addColumn('lock_until_ms', 'bigint')
        .addColumn('legal_hold', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('object_uploads_key', ['bucket', 'key', 'upload_id'])
        .execute()

      await db.schema
        .createTable('object_parts')
        .addColumn('upload_id', 'text', (column) => column.notNull())
        .addColumn('part_number', 'integer', (column) => column.notNull())
        .addColumn('size_bytes', 'bigint', (column) => column.notNull())
        .addColumn('etag', 'text', (column) => column.notNull())
        .addColumn('checksums', 'text', (column) => column.notNull())
        .addColumn('blob_id', 'text', (column) => column.notNull())
        .addColumn('last_modified_ms', 'bigint', (column) => column.notNull())
        .addColumn('start_byte', 'bigint')
        .addPrimaryKeyConstraint('object_parts_key', ['upload_id', 'part_number'])
        .execute()
      await db.schema
        .createIndex('object_parts_blob')
        .on('object_parts')
        .column('blob_id')
        .execute()

      await db.schema
        .createTable('object_garbage')
        .addColumn('blob_id', 'text', (column) => column.primaryKey())
        .addColumn('owner_id', 'text', (column) => column.notNull())
        .execute()

      await db.schema
        .createTable('object_epochs')
        .addColumn('epoch', 'text', (column) => column.primaryKey())
        .addColumn('started_ms', 'bigint', (column) => column.notNull())
        .execute()
    },
  },
  {
    name: 'objects-2-encryption',
    up: async (db) => {
      for (const table of ['object_versions', 'object_uploads']) {
        await db.schema.alterTable(table).addColumn('encryption', 'text').execute()
      }
    },
  },
  {
    name: 'objects-3-events',
    up: async (db) => {
      await db.schema
        .alterTable('object_buckets')
        .addColumn('sends_events', 'integer', (column) => column.notNull().defaultTo(0))
        .execute()
    },
  },
  {
    name: 'objects-4-tiers',
    up: async (db) => {
      for (const [name, type] of [
        ['access_tier', 'text'],
        ['accessed_ms', 'bigint'],
        ['restore_tier', 'text'],
        ['restore_days', 'integer'],
        ['restore_until_ms', 'bigint'],
      ] as const) {
        await db.schema.alterTable('object_versions').addColumn(name, type).execute()
      }
      // What the tiers' worker walks: an object of the standard class costs it nothing.
      await sql`create index object_versions_classed on object_versions (storage_class, bucket, key, age_rank) where storage_class <> 'STANDARD'`.execute(
        db,
      )
      await sql`create index object_versions_restoring on object_versions (restore_until_ms) where restore_tier is not null`.execute(
        db,
      )
      await db.schema
        .createTable('object_places')
        .addColumn('tier', 'text', (column) => column.primaryKey())
        .addColumn('place_id', 'text', (column) => column.notNull())
        .addColumn('location', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('object_restored')
        .addColumn('archived_blob_id', 'text', (column) => column.primaryKey())
        .addColumn('blob_id', 'text', (column) => column.notNull())
        .addColumn('owner_id', 'text', (column) => column.notNull())
        .execute()
      for (const column of ['blob_id', 'owner_id']) {
        await db.schema
          .createIndex(`object_restored_by_${column}`)
          .on('object_restored')
          .column(column)
          .execute()
      }
    },
  },
  { name: 'objects-5-usage', up: createUsageTables },
  {
    name: 'objects-6-annotations',
    up: async (db) => {
      await db.schema
        .alterTable('object_versions')
        .addColumn('annotations', 'integer', (column) => column.notNull().defaultTo(0))
        .execute()
      await db.schema
        .createTable('object_annotations')
        .addColumn('bucket', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('age_rank', 'bigint', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('payload', 'blob', (column) => column.notNull())
        .addColumn('size_bytes', 'bigint', (column) => column.notNull())
        .addColumn('etag', 'text', (column) => column.notNull())
        .addColumn('checksum_algorithm', 'text', (column) => column.notNull())
        .addColumn('checksum_value', 'text', (column) => column.notNull())
        .addColumn('last_modified_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('object_annotations_key', ['bucket', 'key', 'age_rank', 'name'])
        .execute()
    },
  },
  {
    name: 'objects-7-inline',
    up: async (db) => {
      await db.schema
        .createTable('object_inline')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('blob_id', 'text', (column) => column.notNull())
        .addColumn('size_bytes', 'integer', (column) => column.notNull())
        .addColumn('bytes', 'blob', (column) => column.notNull())
        .execute()
    },
  },
  { name: 'objects-8-usage-of-replaced', up: countReplacedVersions },
]
