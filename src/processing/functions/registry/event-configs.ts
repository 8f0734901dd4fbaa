import { FunctionErrors } from '../errors.ts'
import { functionArn } from '../names.ts'
import { latest, type FunctionEntry, type FunctionPage, type FunctionRef } from '../records.ts'
import { tablesOf, type EventConfigRow, type FunctionDb } from '../tables.ts'
import { loadEntry, mustHave } from './lookups.ts'
import type { RegistryParts } from './parts.ts'

/** How events are retried, and where the news of their end goes. */
export interface EventConfigSettings {
  /** 60 to 21,600; undefined for six hours. */
  readonly ageSecondsMax?: number | undefined
  /** 0 to 2; undefined for 2. */
  readonly retriesMax?: number | undefined
  /** ARNs of functions. */
  readonly onSuccess?: string | undefined
  readonly onFailure?: string | undefined
}

export interface EventConfig {
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string
  readonly settings: EventConfigSettings
  readonly modifiedMs: number
}

export interface EventConfigs {
  /** In the place of what was there. Error: `FunctionNotFound`. */
  put(
    ref: FunctionRef,
    qualifier: string | undefined,
    settings: EventConfigSettings,
  ): Promise<EventConfig>
  /** Only what is given. Error: `FunctionNotFound`. */
  update(
    ref: FunctionRef,
    qualifier: string | undefined,
    settings: EventConfigSettings,
  ): Promise<EventConfig>
  get(ref: FunctionRef, qualifier: string | undefined): Promise<EventConfig>
  remove(ref: FunctionRef, qualifier: string | undefined): Promise<void>
  list(
    ref: FunctionRef,
    page: { readonly limit: number; readonly marker?: string | undefined },
  ): Promise<FunctionPage<EventConfig>>
}

export function createEventConfigs({ database, clock }: RegistryParts): EventConfigs {
  const write = (
    ref: FunctionRef,
    given: string | undefined,
    settings: EventConfigSettings,
    merges: boolean,
  ) =>
    database.transaction(async (tx) => {
      const db = tablesOf(tx)
      const entry = await loadEntry(db, ref)
      const qualifier = given ?? latest
      await mustHave(db, entry, qualifier)
      const present = await findEventConfig(db, entry, qualifier)
      if (merges && !present) throw notFound(entry, qualifier)
      const config: EventConfig = {
        qualifier,
        settings: merges ? { ...present?.settings, ...settings } : settings,
        modifiedMs: clock.now(),
      }
      await removeConfig(db, entry, qualifier)
      await db
        .insertInto('functions_event_configs')
        .values({
          function_id: entry.id,
          account_id: entry.accountId,
          region: entry.region,
          qualifier,
          settings: JSON.stringify(config.settings),
          modified_ms: config.modifiedMs,
        })
        .execute()
      return config
    })

  return {
    put: (ref, qualifier, settings) => write(ref, qualifier, settings, false),
    update: (ref, qualifier, settings) => write(ref, qualifier, settings, true),
    get: async (ref, qualifier = latest) => {
      const db = tablesOf(database)
      const entry = await loadEntry(db, ref)
      const found = await findEventConfig(db, entry, qualifier)
      if (!found) throw notFound(entry, qualifier)
      return found
    },
    remove: (ref, qualifier = latest) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const entry = await loadEntry(db, ref)
        if (!(await findEventConfig(db, entry, qualifier))) throw notFound(entry, qualifier)
        await removeConfig(db, entry, qualifier)
      }),
    list: async (ref, page) => {
      const db = tablesOf(database)
      const entry = await loadEntry(db, ref)
      const rows = await db
        .selectFrom('functions_event_configs')
        .selectAll()
        .where('function_id', '=', entry.id)
        .where('qualifier', '>', page.marker ?? '')
        .orderBy('qualifier')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      return {
        items: kept.map(toConfig),
        marker: rows.length > page.limit ? kept.at(-1)!.qualifier : undefined,
      }
    },
  }
}

export async function findEventConfig(
  db: FunctionDb,
  entry: Pick<FunctionEntry, 'id'>,
  qualifier: string,
): Promise<EventConfig | undefined> {
  const row = await db
    .selectFrom('functions_event_configs')
    .selectAll()
    .where('function_id', '=', entry.id)
    .where('qualifier', '=', qualifier)
    .executeTakeFirst()
  return row && toConfig(row)
}

async function removeConfig(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier: string,
): Promise<void> {
  await db
    .deleteFrom('functions_event_configs')
    .where('function_id', '=', entry.id)
    .where('qualifier', '=', qualifier)
    .execute()
}

function toConfig(row: EventConfigRow): EventConfig {
  return {
    qualifier: row.qualifier,
    settings: JSON.parse(row.settings) as EventConfigSettings,
    modifiedMs: row.modified_ms,
  }
}

function notFound(entry: FunctionEntry, qualifier: string) {
  return FunctionErrors.FunctionNotFound(
    `The function ${functionArn(entry, qualifier)} doesn't have an EventInvokeConfig`,
  )
}
