import type { Kysely } from 'kysely'
import type { Migration } from '#platform/database'

/** Accounts, keys, principals, policies and sessions. IAM is global: no region. */
export const migrations: readonly Migration[] = [
  { name: 'identity-1-accounts', up: createAccounts },
  { name: 'identity-2-entities', up: createEntities },
  { name: 'identity-3-policies', up: createPolicies },
  { name: 'identity-4-sessions', up: createSessions },
]

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('identity_accounts')
    .addColumn('account_id', 'text', (column) => column.primaryKey())
    .addColumn('canonical_user_id', 'text', (column) => column.notNull().unique())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('identity_access_keys')
    .addColumn('access_key_id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('secret_sealed', 'blob', (column) => column.notNull())
    .addColumn('active', 'integer', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at_ms', 'bigint')
    .addColumn('last_used_service', 'text')
    .addColumn('last_used_region', 'text')
    .execute()
  await db.schema
    .createIndex('identity_access_keys_by_owner')
    .on('identity_access_keys')
    .columns(['account_id', 'user_id'])
    .execute()
}

async function createEntities(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('identity_entities')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('attributes', 'text', (column) => column.notNull())
    .addUniqueConstraint('identity_entities_name', ['account_id', 'kind', 'name_key'])
    .execute()
  await db.schema
    .createTable('identity_memberships')
    .addColumn('container_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('added_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_memberships_key', ['container_id', 'member_id'])
    .execute()
  await db.schema
    .createIndex('identity_memberships_by_member')
    .on('identity_memberships')
    .column('member_id')
    .execute()
}

async function createPolicies(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('identity_policy_versions')
    .addColumn('policy_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_policy_versions_key', ['policy_id', 'version'])
    .execute()
  await db.schema
    .createTable('identity_attachments')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('entity_id', 'text', (column) => column.notNull())
    .addColumn('policy_arn', 'text', (column) => column.notNull())
    .addColumn('attached_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_attachments_key', ['entity_id', 'policy_arn'])
    .execute()
  await db.schema
    .createIndex('identity_attachments_by_policy')
    .on('identity_attachments')
    .columns(['account_id', 'policy_arn'])
    .execute()
  await db.schema
    .createTable('identity_inline_policies')
    .addColumn('entity_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_inline_policies_key', ['entity_id', 'name'])
    .execute()
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('identity_sessions')
    .addColumn('access_key_id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('principal_id', 'text', (column) => column.notNull())
    .addColumn('session_name', 'text', (column) => column.notNull())
    .addColumn('secret_sealed', 'blob', (column) => column.notNull())
    .addColumn('token_sealed', 'blob', (column) => column.notNull())
    .addColumn('attributes', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('identity_sessions_by_expiry')
    .on('identity_sessions')
    .column('expires_at_ms')
    .execute()
}
