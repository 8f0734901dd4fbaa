import { randomOctets } from '#kit'
import { FunctionErrors } from '../errors.ts'
import { functionArn } from '../names.ts'
import type { FunctionEntry, FunctionPage, FunctionRef } from '../records.ts'
import { tablesOf, toEntry, type FunctionDb, type UrlRow } from '../tables.ts'
import { findEntry, loadAlias, loadEntry } from './lookups.ts'
import type { RegistryParts } from './parts.ts'

/** What a browser is told: https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html */
export interface UrlCors {
  readonly allowCredentials?: boolean | undefined
  readonly allowHeaders?: readonly string[] | undefined
  readonly allowMethods?: readonly string[] | undefined
  readonly allowOrigins?: readonly string[] | undefined
  readonly exposeHeaders?: readonly string[] | undefined
  readonly maxAgeS?: number | undefined
}

export interface UrlSettings {
  /** Whether callers sign their requests, or may be anybody. */
  readonly authType: 'AWS_IAM' | 'NONE'
  readonly cors?: UrlCors | undefined
}

export interface FunctionUrl extends UrlSettings {
  /** Names the address; nobody can guess it. */
  readonly urlId: string
  readonly ref: FunctionRef
  /** An alias; undefined for `$LATEST`. */
  readonly qualifier: string | undefined
  readonly createdMs: number
  readonly modifiedMs: number
}

export interface FunctionUrls {
  /** Errors: `FunctionNotFound`, `FunctionConflict`. */
  create(
    ref: FunctionRef,
    qualifier: string | undefined,
    settings: UrlSettings,
  ): Promise<FunctionUrl>
  /** Error of this and what follows: `FunctionNotFound`. */
  get(ref: FunctionRef, qualifier: string | undefined): Promise<FunctionUrl>
  update(
    ref: FunctionRef,
    qualifier: string | undefined,
    change: Partial<UrlSettings>,
  ): Promise<FunctionUrl>
  remove(ref: FunctionRef, qualifier: string | undefined): Promise<void>
  list(
    ref: FunctionRef,
    page: { readonly limit: number; readonly marker?: string | undefined },
  ): Promise<FunctionPage<FunctionUrl>>
  /** Undefined when there is none. */
  find(urlId: string): Promise<FunctionUrl | undefined>
  current(ref: FunctionRef, qualifier: string | undefined): Promise<FunctionUrl | undefined>
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

export function createFunctionUrls({ database, clock }: RegistryParts): FunctionUrls {
  const read = () => tablesOf(database)

  const load = async (db: FunctionDb, ref: FunctionRef, qualifier: string | undefined) => {
    const entry = await loadEntry(db, ref)
    const row = await findRow(db, entry, qualifier)
    if (row) return { entry, url: toUrl(row, entry) }
    throw FunctionErrors.FunctionNotFound('The resource you requested does not exist.')
  }

  return {
    create: (ref, qualifier, settings) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        if (qualifier !== undefined) await loadAlias(db, entry, qualifier)
        if (await findRow(db, entry, qualifier)) {
          throw FunctionErrors.FunctionConflict(
            `Failed to create function url config for [functionArn = ${functionArn(entry, qualifier)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
          )
        }
        const row: UrlRow = {
          url_id: newId(),
          function_id: entry.id,
          account_id: entry.accountId,
          region: entry.region,
          qualifier: qualifier ?? '',
          settings: JSON.stringify(settings),
          created_ms: clock.now(),
          modified_ms: clock.now(),
        }
        await db.insertInto('functions_urls').values(row).execute()
        return toUrl(row, entry)
      }),
    get: async (ref, qualifier) => (await load(read(), ref, qualifier)).url,
    update: (ref, qualifier, change) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const { url } = await load(db, ref, qualifier)
        const authType = change.authType ?? url.authType
        const settings: UrlSettings = { authType, cors: change.cors ?? url.cors }
        const modifiedMs = clock.now()
        await db
          .updateTable('functions_urls')
          .set({ settings: JSON.stringify(settings), modified_ms: modifiedMs })
          .where('url_id', '=', url.urlId)
          .execute()
        return { ...url, ...settings, modifiedMs }
      }),
    remove: (ref, qualifier) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const { url } = await load(db, ref, qualifier)
        await db.deleteFrom('functions_urls').where('url_id', '=', url.urlId).execute()
      }),
    list: async (ref, page) => {
      const entry = await loadEntry(read(), ref)
      const rows = await read()
        .selectFrom('functions_urls')
        .selectAll()
        .where('function_id', '=', entry.id)
        .where('url_id', '>', page.marker ?? '')
        .orderBy('url_id')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      return {
        items: kept.map((row) => toUrl(row, entry)),
        marker: rows.length > page.limit ? kept.at(-1)!.url_id : undefined,
      }
    },
    find: async (urlId) => {
      const row = await read()
        .selectFrom('functions_urls')
        .selectAll()
        .where('url_id', '=', urlId)
        .executeTakeFirst()
      const owner =
        row &&
        (await read()
          .selectFrom('functions_functions')
          .selectAll()
          .where('id', '=', row.function_id)
          .executeTakeFirst())
      return owner && toUrl(row, toEntry(owner))
    },
    current: async (ref, qualifier) => {
      const entry = await findEntry(read(), ref)
      const row = entry && (await findRow(read(), entry, qualifier))
      return row && toUrl(row, entry)
    },
  }
}

function findRow(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier = '',
): Promise<UrlRow | undefined> {
  return db
    .selectFrom('functions_urls')
    .selectAll()
    .where('function_id', '=', entry.id)
    .where('qualifier', '=', qualifier)
    .executeTakeFirst()
}

/** 160 bits, in letters and digits that stand in the name of a host. */
function newId(): string {
  return Array.from(randomOctets(32), (octet) => alphabet[octet % 32]).join('')
}

function toUrl(row: UrlRow, { accountId, region, name }: FunctionEntry): FunctionUrl {
  return {
    ...(JSON.parse(row.settings) as UrlSettings),
    urlId: row.url_id,
    ref: { accountId, region, name },
    qualifier: row.qualifier === '' ? undefined : row.qualifier,
    createdMs: row.created_ms,
    modifiedMs: row.modified_ms,
  }
}
