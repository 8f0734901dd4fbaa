import type { StreamLog } from '#ingestion/streams'
import { uuid, type Clock, type Logger } from '#kit'
import type { Background } from '#platform/jobs'
import type { DestinationParts } from '../destinations.ts'
import { FunctionErrors } from '../errors.ts'
import type { Invoke } from '../invoke.ts'
import type { FunctionMeter } from '../measure.ts'
import { functionArn, parseFunctionArn } from '../names.ts'
import type { FunctionPage, FunctionScope } from '../records.ts'
import { loadEntry, resolveVersion } from '../registry/lookups.ts'
import { tablesOf, type FunctionDb } from '../tables.ts'
import { putPlaces } from './checkpoints.ts'
import type { MappingFilters } from './filters.ts'
import {
  mappingRow,
  toMapping,
  type Mapping,
  type MappingSettings,
  type StartingPosition,
} from './mapping.ts'
import { MappingRunner } from './mapping-runner.ts'
import { mustDecrypt, sourceStream, type SourceParts } from './mapping-source.ts'

export interface MappingsOptions extends SourceParts {
  readonly clock: Clock
  readonly log: Logger
  readonly background: Background
  readonly streamLog: StreamLog
  readonly invoke: Invoke
  readonly meter: FunctionMeter
  readonly destinations: DestinationParts
  readonly filters: MappingFilters
}

export interface FoundMapping {
  readonly mapping: Mapping
  /** How its last call ended: `OK`, or what the problem is. */
  readonly lastResult: string
}

/** Streams whose records are given to functions. Errors: `FunctionNotFound`, `InvalidFunctionParameter`, `FunctionConflict`. */
export interface Mappings {
  create(
    scope: FunctionScope,
    input: {
      readonly sourceArn: string
      readonly starting: StartingPosition
      readonly settings: MappingSettings
    },
  ): Promise<FoundMapping>
  get(scope: FunctionScope, id: string): Promise<FoundMapping>
  list(
    scope: FunctionScope,
    page: {
      readonly limit: number
      readonly marker?: string | undefined
      readonly sourceArn?: string | undefined
      readonly functionArn?: string | undefined
    },
  ): Promise<FunctionPage<FoundMapping>>
  /** Changes of one mapping are made one after another. */
  update(
    scope: FunctionScope,
    id: string,
    change: (mapping: Mapping) => MappingSettings | Promise<MappingSettings>,
  ): Promise<FoundMapping>
  remove(scope: FunctionScope, id: string): Promise<FoundMapping>
}

interface Running {
  mapping: Mapping
  lastResult: string
  controller: AbortController
  ended: Promise<void>
  /** Whoever changes the mapping waits for it. */
  turn: Promise<unknown>
}

const none = 'No records processed'

/** Starts what the database has, and goes on where it was. */
export async function createMappings(options: MappingsOptions): Promise<Mappings> {
  const { database, clock, log } = options
  const running = new Map<string, Running>()

  /** After what may still run of it. */
  const start = (entry: Running) => {
    const before = entry.ended
    const { signal } = entry.controller
    const runner = new MappingRunner({
      ...options,
      source: (mapping) => sourceStream(options, mapping),
      mustDecrypt: (mapping, keyArn) => mustDecrypt(options, mapping, keyArn),
      patterns: (mapping) => options.filters.openFor(mapping),
      mapping: () => (signal.aborted ? undefined : entry.mapping),
      onResult: (result) => (entry.lastResult = result),
    })
    entry.ended = options.background.spawn(`mapping ${entry.mapping.id}`, async (stop) => {
      await before
      await runner.run(AbortSignal.any([stop, signal]))
    })
  }

  const add = (mapping: Mapping): Running => {
    const controller = new AbortController()
    const [ended, turn] = [Promise.resolve(), Promise.resolve()]
    const entry: Running = { mapping, lastResult: none, controller, ended, turn }
    running.set(mapping.id, entry)
    if (mapping.settings.enabled) start(entry)
    return entry
  }

  /** Works on a mapping when those before are done. */
  const inTurn = <T>(entry: Running, work: () => Promise<T>): Promise<T> => {
    const done = entry.turn.then(work)
    entry.turn = done.catch(() => undefined)
    return done
  }

  const find = (scope: FunctionScope, id: string): Running => {
    const entry = running.get(id)
    const isHere =
      entry?.mapping.accountId === scope.accountId && entry.mapping.region === scope.region
    if (entry && isHere) return entry
    throw mappingNotFound()
  }

  for (const row of await tablesOf(database)
    .selectFrom('functions_mappings')
    .selectAll()
    .execute()) {
    add(toMapping(row))
  }

  return {
    create: async (scope, input) => {
      const mapping: Mapping = { ...scope, ...input, id: uuid(), modifiedMs: clock.now() }
      const { starting } = mapping
      if (starting.type === 'AT_TIMESTAMP' && starting.timestampMs > clock.now()) {
        throw FunctionErrors.InvalidFunctionParameter(
          'StartingPositionTimestamp cannot be in the future',
        )
      }
      const stream = await sourceStream(options, mapping)
      const starts = await Promise.all(
        stream.shards.map(async ({ id: shardId }) => {
          const ref = { logId: stream.logId, shardId }
          return { shardId, after: await placeAt(options.streamLog, ref, mapping.starting) }
        }),
      )
      await database.transaction(async (tx) => {
        const db = tablesOf(tx)
        await mustBeOnly(db, mapping)
        await db.insertInto('functions_mappings').values(mappingRow(mapping)).execute()
        for (const { shardId, after } of starts) {
          const places = Array.from({ length: mapping.settings.parallelization }, () => ({ after }))
          await putPlaces(db, mapping, { shardId, logId: stream.logId }, places)
        }
      })
      return add(mapping)
    },

    get: async (scope, id) => find(scope, id),

    list: async (scope, page) => {
      const { accountId, region } = scope
      const named = page.functionArn === undefined ? undefined : parseFunctionArn(page.functionArn)
      const all = [...running.values()]
        .filter(({ mapping }) => mapping.accountId === accountId && mapping.region === region)
        .filter(({ mapping }) => !page.sourceArn || mapping.sourceArn === page.sourceArn)
        .filter(({ mapping }) => !named || isOf(mapping, named))
        .filter(({ mapping }) => page.marker === undefined || mapping.id > page.marker)
        .toSorted((a, b) => (a.mapping.id < b.mapping.id ? -1 : 1))
      const items = all.slice(0, page.limit)
      return { items, marker: all.length > page.limit ? items.at(-1)!.mapping.id : undefined }
    },

    update: async (scope, id, change) => {
      const entry = find(scope, id)
      return inTurn(entry, async () => {
        const settings = await change(find(scope, id).mapping)
        const before = entry.mapping.settings
        const mapping = { ...entry.mapping, settings, modifiedMs: clock.now() }
        await database.transaction((tx) => putMapping(tablesOf(tx), mapping))
        entry.mapping = mapping
        const restarts =
          before.enabled !== settings.enabled ||
          before.parallelization !== settings.parallelization ||
          before.tumblingMs !== settings.tumblingMs
        if (restarts) {
          entry.controller.abort()
          entry.controller = new AbortController()
          if (settings.enabled) start(entry)
        }
        return entry
      })
    },

    remove: async (scope, id) => {
      const entry = find(scope, id)
      return inTurn(entry, async () => {
        find(scope, id)
        await database.transaction(async (tx) => {
          const db = tablesOf(tx)
          await db.deleteFrom('functions_mappings').where('id', '=', id).execute()
          await db.deleteFrom('functions_checkpoints').where('mapping_id', '=', id).execute()
        })
        running.delete(id)
        entry.controller.abort()
        log.debug({ mapping: id }, 'a mapping is gone')
        return entry
      })
    },
  }
}

function mappingNotFound() {
  return FunctionErrors.FunctionNotFound('The resource you requested does not exist.')
}

/** Error: `FunctionConflict` when the stream's records are given to that function already. */
async function mustBeOnly(db: FunctionDb, { sourceArn, settings }: Mapping): Promise<void> {
  const { functionArn: target } = settings
  const rows = await db
    .selectFrom('functions_mappings')
    .selectAll()
    .where('source_arn', '=', sourceArn)
    .execute()
  const twin = rows.map(toMapping).find((other) => other.settings.functionArn === target)
  if (!twin) return
  throw FunctionErrors.FunctionConflict(
    `The event source arn (" ${sourceArn} ") and function (" ${target} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${twin.id}`,
  )
}

/** Error: `FunctionNotFound`, for a function or version that is not there. */
async function putMapping(db: FunctionDb, mapping: Mapping): Promise<void> {
  const { qualifier, ...ref } = parseFunctionArn(mapping.settings.functionArn)!
  await resolveVersion(db, await loadEntry(db, ref), qualifier)
  await db
    .updateTable('functions_mappings')
    .set(mappingRow(mapping))
    .where('id', '=', mapping.id)
    .execute()
}

function isOf({ settings }: Mapping, named: NonNullable<ReturnType<typeof parseFunctionArn>>) {
  const own = parseFunctionArn(settings.functionArn)!
  return functionArn(own) === functionArn(named) && own.qualifier === named.qualifier
}

async function placeAt(
  log: StreamLog,
  ref: { readonly logId: string; readonly shardId: string },
  starting: StartingPosition,
): Promise<bigint> {
  if (starting.type === 'TRIM_HORIZON') return 0n
  if (starting.type === 'LATEST') return (await log.tip(ref)).sequence
  return log.positionAt(ref, starting.timestampMs)
}
