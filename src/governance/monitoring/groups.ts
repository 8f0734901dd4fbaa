import { sql } from 'kysely'
import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { LogErrors } from './errors.ts'
import { afterText, decodeToken, encodeToken } from './paging.ts'
import type { LogGroup, LogGroupInput, LogGroupRef, LogPage, LogScope, LogTags } from './records.ts'
import { tablesOf, take, type GroupRow, type LogDb } from './tables.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retentionDaysAllowed = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
]

const tagsMax = 50
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const groupsMax = 1_000_000

/** Log groups: names, settings and tags. */
export interface LogGroups {
  createGroup(ref: LogGroupRef, input: LogGroupInput): Promise<void>
  getGroup(ref: LogGroupRef): Promise<LogGroup>
  /** By name. `prefix` and `pattern` (a part of the name, any case) exclude each other. */
  listGroups(
    scope: LogScope,
    page: {
      readonly limit: number
      readonly prefix?: string
      readonly pattern?: string
      readonly class?: string
      readonly nextToken?: string
    },
  ): Promise<LogPage<LogGroup>>
  /** With all its streams and events. */
  deleteGroup(ref: LogGroupRef): Promise<void>
  /** undefined: kept for ever. */
  setRetention(ref: LogGroupRef, days: number | undefined): Promise<void>
  setKmsKey(ref: LogGroupRef, kmsKeyId: string | undefined): Promise<void>
  setDeletionProtection(ref: LogGroupRef, on: boolean): Promise<void>
  getTags(ref: LogGroupRef): Promise<LogTags>
  tag(ref: LogGroupRef, tags: LogTags): Promise<void>
  untag(ref: LogGroupRef, keys: readonly string[]): Promise<void>
}

export function createLogGroups(database: Database, clock: Clock): LogGroups {
  const change = (ref: LogGroupRef, values: (row: GroupRow) => Partial<GroupRow>) =>
    database.transaction(async (tx) => {
      const db = tablesOf(tx)
      const row = await loadGroup(db, ref)
      await db.updateTable('logs_groups').set(values(row)).where('id', '=', row.id).execute()
    })

  return {
    createGroup: (ref, input) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        if (await findGroup(db, ref)) {
          throw LogErrors.LogResourceExists('The specified log group already exists')
        }
        const id = await take(db, 'groups', 1)
        if (id > groupsMax) throw LogErrors.LogLimitExceeded('Resource limit exceeded.')
        await db
          .insertInto('logs_groups')
          .values({
            id,
            account_id: ref.accountId,
            region: ref.region,
            name: ref.group,
            class: input.class ?? 'STANDARD',
            kms_key_id: input.kmsKeyId ?? null,
            retention_days: null,
            deletion_protection: input.deletionProtection ? 1 : 0,
            created_ms: clock.now(),
            stored_bytes: 0,
            tags: JSON.stringify(checkTags(input.tags ?? {})),
          })
          .execute()
      }),

    getGroup: async (ref) => toGroup(await loadGroup(tablesOf(database), ref)),

    listGroups: async (scope, page) => {
      let query = tablesOf(database)
        .selectFrom('logs_groups')
        .selectAll()
        .where('account_id', '=', scope.accountId)
        .where('region', '=', scope.region)
      if (page.prefix) {
        query = query.where('name', '>=', page.prefix)
        const end = afterText(page.prefix)
        if (end !== undefined) query = query.where('name', '<', end)
      }
      if (page.pattern) {
        const pattern = page.pattern.replaceAll(/[\\%_]/g, (found) => `\\${found}`)
        query = query.where(
          sql<boolean>`lower(name) like ${`%${pattern.toLowerCase()}%`} escape '\\'`,
        )
      }
      if (page.class) query = query.where('class', '=', page.class)
      const after = decodeToken(page.nextToken)
      if (after) query = query.where('name', '>', String(after[0]))
      const rows = await query
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      return {
        items: kept.map(toGroup),
        nextToken: rows.length > page.limit ? encodeToken([kept.at(-1)!.name]) : undefined,
      }
    },

    deleteGroup: (ref) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const row = await loadGroup(db, ref)
        if (row.deletion_protection === 1) {
          throw LogErrors.LogGroupProtected(
            'Unable to delete log group because deletion protection is enabled.',
          )
        }
        await db
          .insertInto('logs_garbage')
          .columns(['stream_id'])
          .expression(
            db.selectFrom('logs_streams').select('id as stream_id').where('group_id', '=', row.id),
          )
          .execute()
        await db.deleteFrom('logs_streams').where('group_id', '=', row.id).execute()
        await db.deleteFrom('logs_groups').where('id', '=', row.id).execute()
      }),

    setRetention: async (ref, days) => {
      if (days !== undefined && !retentionDaysAllowed.includes(days)) {
        throw LogErrors.InvalidLogParameter(
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentionDaysAllowed.join(', ')}]`,
        )
      }
      await change(ref, () => ({ retention_days: days ?? null }))
    },
    setKmsKey: (ref, kmsKeyId) => change(ref, () => ({ kms_key_id: kmsKeyId ?? null })),
    setDeletionProtection: (ref, on) => change(ref, () => ({ deletion_protection: on ? 1 : 0 })),

    getTags: async (ref) => JSON.parse((await loadGroup(tablesOf(database), ref)).tags) as LogTags,
    tag: (ref, tags) =>
      change(ref, (row) => ({
        tags: JSON.stringify(checkTags({ ...(JSON.parse(row.tags) as LogTags), ...tags })),
      })),
    untag: (ref, keys) =>
      change(ref, (row) => ({
        tags: JSON.stringify(
          Object.fromEntries(
            Object.entries(JSON.parse(row.tags) as LogTags).filter(([key]) => !keys.includes(key)),
          ),
        ),
      })),
  }
}

export async function findGroup(db: LogDb, ref: LogGroupRef): Promise<GroupRow | undefined> {
  return db
    .selectFrom('logs_groups')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('name', '=', ref.group)
    .executeTakeFirst()
}

export async function loadGroup(db: LogDb, ref: LogGroupRef): Promise<GroupRow> {
  const row = await findGroup(db, ref)
  if (row) return row
  throw LogErrors.LogResourceNotFound('The specified log group does not exist.')
}

function toGroup(row: GroupRow): LogGroup {
  return {
    name: row.name,
    class: row.class,
    kmsKeyId: row.kms_key_id ?? undefined,
    retentionDays: row.retention_days ?? undefined,
    deletionProtection: row.deletion_protection === 1,
    createdMs: row.created_ms,
    storedBytes: row.stored_bytes,
  }
}

function checkTags(tags: LogTags): LogTags {
  if (Object.keys(tags).length > tagsMax) {
    throw LogErrors.TooManyTags(`The maximum number of tags per resource is ${tagsMax}.`)
  }
  return tags
}
