import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { LogErrors } from './errors.ts'
import { loadGroup } from './groups.ts'
import { afterText, decodeToken, encodeToken, invalidToken } from './paging.ts'
import type { LogGroupRef, LogPage, LogStream, LogStreamRef } from './records.ts'
import { tablesOf, take, type LogDb, type StreamRow } from './tables.ts'

export interface ListStreamsInput {
  readonly limit: number
  readonly orderBy: 'name' | 'lastEvent'
  readonly descending: boolean
  readonly prefix?: string
  readonly nextToken?: string
}

/** The streams of a group. */
export interface LogStreams {
  createStream(ref: LogStreamRef): Promise<void>
  /** A stream without events counts as older than all others when ordered by its last event. */
  listStreams(ref: LogGroupRef, input: ListStreamsInput): Promise<LogPage<LogStream>>
  deleteStream(ref: LogStreamRef): Promise<void>
}

export function createLogStreams(database: Database, clock: Clock): LogStreams {
  return {
    createStream: (ref) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const group = await loadGroup(db, ref)
        if (await findStream(db, group.id, ref.stream)) {
          throw LogErrors.LogResourceExists('The specified log stream already exists')
        }
        await db
          .insertInto('logs_streams')
          .values({
            id: await take(db, 'streams', 1),
            group_id: group.id,
            name: ref.stream,
            created_ms: clock.now(),
            first_event_ms: null,
            last_event_ms: null,
            last_ingestion_ms: null,
          })
          .execute()
      }),

    listStreams: async (ref, input) => {
      const db = tablesOf(database)
      const group = await loadGroup(db, ref)
      const rows = await page(db, group.id, input)
      const kept = rows.slice(0, input.limit)
      const last = kept.at(-1)
      return {
        items: kept.map(toStream),
        nextToken:
          rows.length > input.limit && last
            ? encodeToken([last.name, last.last_event_ms ?? -1])
            : undefined,
      }
    },

    deleteStream: (ref) =>
      database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const { id } = await loadStream(db, ref)
        await db.insertInto('logs_garbage').values({ stream_id: id }).execute()
        await db.deleteFrom('logs_streams').where('id', '=', id).execute()
      }),
  }
}

async function page(db: LogDb, groupId: number, input: ListStreamsInput): Promise<StreamRow[]> {
  const direction = input.descending ? 'desc' : 'asc'
  const past = input.descending ? '<' : '>'
  const after = decodeToken(input.nextToken)
  if (after && (typeof after[0] !== 'string' || typeof after[1] !== 'number')) throw invalidToken()
  let query = db.selectFrom('logs_streams').selectAll().where('group_id', '=', groupId)
  if (input.prefix) {
    query = query.where('name', '>=', input.prefix)
    const end = afterText(input.prefix)
    if (end !== undefined) query = query.where('name', '<', end)
  }
  if (input.orderBy === 'name') {
    if (after) query = query.where('name', past, after[0] as string)
    return query
      .orderBy('name', direction)
      .limit(input.limit + 1)
      .execute()
  }
  const ordered = query.orderBy(
    (order) => order.fn.coalesce('last_event_ms', order.lit(-1)),
    direction,
  )
  const from = after
    ? ordered.where((where) => {
        const time = where.fn.coalesce('last_event_ms', where.lit(-1))
        return where.or([
          where(time, past, after[1] as number),
          where.and([
            where(time, '=', after[1] as number),
            where('name', past, after[0] as string),
          ]),
        ])
      })
    : ordered
  return from
    .orderBy('name', direction)
    .limit(input.limit + 1)
    .execute()
}

export async function findStream(
  db: LogDb,
  groupId: number,
  name: string,
): Promise<StreamRow | undefined> {
  return db
    .selectFrom('logs_streams')
    .selectAll()
    .where('group_id', '=', groupId)
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function loadStream(db: LogDb, ref: LogStreamRef): Promise<StreamRow> {
  const group = await loadGroup(db, ref)
  const row = await findStream(db, group.id, ref.stream)
  if (row) return row
  throw LogErrors.LogResourceNotFound('The specified log stream does not exist.')
}

function toStream(row: StreamRow): LogStream {
  return {
    name: row.name,
    createdMs: row.created_ms,
    firstEventMs: row.first_event_ms ?? undefined,
    lastEventMs: row.last_event_ms ?? undefined,
    lastIngestionMs: row.last_ingestion_ms ?? undefined,
  }
}
