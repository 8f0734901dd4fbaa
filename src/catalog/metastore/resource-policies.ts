import { createHash } from 'node:crypto'
import type { Clock } from '#kit'
import { ReadCache, type Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { checkPage, pageOf, textPosition } from './paging.ts'
import type { CatalogRef } from './records.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

type Policies = Pick<
  Metastore,
  | 'catalogPolicy'
  | 'getResourcePolicy'
  | 'putResourcePolicy'
  | 'listResourcePolicies'
  | 'deleteResourcePolicy'
>

/** Policies of catalogs that are kept at hand, and the characters of all of them. */
const keptBounds = { countMax: 1000, lengthMax: 4 * 1024 * 1024 }

export function resourcePolicies(database: Database, clock: Clock): Policies {
  const kept = new ReadCache<keyof CatalogTables>(
    database,
    ['catalog_resource_policies'],
    keptBounds,
  )
  return {
    catalogPolicy: async (ref) =>
      kept.get(
        `${ref.accountId} ${ref.region}`,
        async () => (await find(database.tables(), ref, ''))?.policy,
        { lengthOf: (policy) => policy?.length ?? 0 },
      ),

    getResourcePolicy: async (ref, resource) => {
      const row = await find(database.tables(), ref, resource)
      if (!row) throw notFound()
      return {
        policy: row.policy,
        hash: row.hash,
        createTimeMs: row.create_time_ms,
        updateTimeMs: row.update_time_ms,
      }
    },

    putResourcePolicy: (ref, resource, policy, condition = {}) => {
      const hash = createHash('md5').update(policy).digest('base64')
      return database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const row = await find(db, ref, resource)
        if (condition.mustExist === true && !row) throw notFound()
        if (condition.mustExist === false && row)
          throw CatalogErrors.ConditionFailed('A resource policy already exists.')
        checkHash(row, condition.expectedHash)
        const nowMs = clock.now()
        await db
          .insertInto('catalog_resource_policies')
          .values({
            account_id: ref.accountId,
            region: ref.region,
            resource,
            policy,
            hash,
            create_time_ms: nowMs,
            update_time_ms: nowMs,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['account_id', 'region', 'resource'])
              .doUpdateSet({ policy, hash, update_time_ms: nowMs }),
          )
          .execute()
        return hash
      })
    },

    listResourcePolicies: async (ref, page) => {
      checkPage(page)
      const after = textPosition(page.nextToken)
      let query = database
        .tables<CatalogTables>()
        .selectFrom('catalog_resource_policies')
        .selectAll()
        .where('account_id', '=', ref.accountId)
        .where('region', '=', ref.region)
        .orderBy('resource')
        .limit(page.limit + 1)
      if (after !== undefined) query = query.where('resource', '>', after)
      const rows = await query.execute()
      return pageOf(
        rows,
        page.limit,
        (row) => row.resource,
        (row) => ({
          resource: row.resource,
          policy: row.policy,
          hash: row.hash,
          createTimeMs: row.create_time_ms,
          updateTimeMs: row.update_time_ms,
        }),
      )
    },

    deleteResourcePolicy: (ref, resource, condition = {}) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const row = await find(db, ref, resource)
        if (!row) throw notFound()
        checkHash(row, condition.expectedHash)
        await db
          .deleteFrom('catalog_resource_policies')
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('resource', '=', resource)
          .execute()
      }),
  }
}

async function find(db: CatalogDb, ref: CatalogRef, resource: string) {
  return db
    .selectFrom('catalog_resource_policies')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('resource', '=', resource)
    .executeTakeFirst()
}

function checkHash(row: { readonly hash: string } | undefined, expected: string | undefined): void {
  if (expected === undefined || row?.hash === expected) return
  throw CatalogErrors.ConditionFailed('The policy hash does not match.')
}

function notFound(): Error {
  return CatalogErrors.ResourcePolicyNotFound('Policy not found')
}
