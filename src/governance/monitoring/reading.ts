import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { LogErrors } from './errors.ts'
import { compileFilterPattern } from './filter-pattern/index.ts'
import { loadGroup } from './groups.ts'
import { afterText, decodeToken, encodeToken, invalidToken } from './paging.ts'
import type { LogEvent, LogGroupRef, LogPage, LogStreamRef } from './records.ts'
import { loadStream } from './streams.ts'
import { tablesOf, type EventRow, type GroupRow } from './tables.ts'
import { dayMs, eventOverheadBytes } from './writing.ts'

/** An answer holds at most this much, as on AWS. */
const pageBytesMax = 1_048_576
/** A call of FilterLogEvents looks at no more than this many events, and then says where to go on. */
const scanRowsMax = 10_000
const rowsPerQuery = 500

export interface GetEventsInput {
  readonly limit: number
  readonly startMs?: number
  /** Events at this time and later are left out. */
  readonly endMs?: number
  readonly fromHead: boolean
  readonly nextToken?: string
}

export interface GetEventsPage {
  /** Oldest first. */
  readonly events: readonly LogEvent[]
  readonly forwardToken: string
  readonly backwardToken: string
}

export interface FilterEventsInput {
  readonly limit: number
  readonly streams?: readonly string[]
  readonly streamPrefix?: string
  readonly startMs?: number
  /** Events later than this are left out. */
  readonly endMs?: number
  readonly pattern?: string
  readonly newestFirst?: boolean
  readonly nextToken?: string
}

/** A place between two events: just before (`side` 0) or just after (1) the one with these numbers. */
interface Boundary {
  readonly timestampMs: number
  readonly sequence: number
  readonly side: 0 | 1
}

interface ReadParts {
  readonly database: Database
  readonly clock: Clock
}

/**
 * The events of one stream, a page forward or backward. A token repeats when there is nothing more in its direction.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export async function getEvents(
  parts: ReadParts,
  ref: LogStreamRef,
  input: GetEventsInput,
): Promise<GetEventsPage> {
  const db = tablesOf(parts.database)
  const group = await loadGroup(db, ref)
  const stream = await loadStream(db, ref)
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken)
  const forward = token ? token.forward : input.fromHead
  let query = db
    .selectFrom('logs_events')
    .selectAll()
    .where('stream_id', '=', stream.id)
    .where('timestamp_ms', '>=', oldestMs(group, parts.clock.now(), input.startMs))
  if (input.endMs !== undefined) query = query.where('timestamp_ms', '<', input.endMs)
  if (token) {
    const { timestampMs, sequence, side } = token.boundary
    const past = forward ? (side === 1 ? '>' : '>=') : side === 0 ? '<' : '<='
    query = query.where((where) =>
      where.or([
        where('timestamp_ms', forward ? '>' : '<', timestampMs),
        where.and([where('timestamp_ms', '=', timestampMs), where('sequence', past, sequence)]),
      ]),
    )
  }
  const direction = forward ? 'asc' : 'desc'
  const rows = within(
    await query
      .orderBy('timestamp_ms', direction)
      .orderBy('sequence', direction)
      .limit(input.limit)
      .execute(),
  )
  if (!forward) rows.reverse()
  const first = rows[0]
  const last = rows.at(-1)
  const here = token?.boundary ?? { timestampMs: 0, sequence: 0, side: 1 as const }
  return {
    events: rows.map((row) => toEvent(row, ref.stream)),
    forwardToken: formatToken('f', last ? boundaryOf(last, 1) : here),
    backwardToken: formatToken('b', first ? boundaryOf(first, 0) : here),
  }
}

/**
 * Events of many streams of a group by time, those that match a pattern. A page may be short, even empty, while there is a token.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function filterEvents(
  parts: ReadParts,
  ref: LogGroupRef,
  input: FilterEventsInput,
): Promise<LogPage<LogEvent>> {
  const matches = compileFilterPattern(input.pattern ?? '')
  const db = tablesOf(parts.database)
  const group = await loadGroup(db, ref)
  let position = positionOf(input.nextToken)
  const descending = input.newestFirst === true
  const past = descending ? '<' : '>'
  const direction = descending ? 'desc' : 'asc'
  const found: LogEvent[] = []
  let bytes = 0
  let scanned = 0
  for (;;) {
    let query = db
      .selectFrom('logs_events')
      .innerJoin('logs_streams', 'logs_streams.id', 'logs_events.stream_id')
      .selectAll('logs_events')
      .select('logs_streams.name as stream_name')
      .where('logs_events.group_id', '=', group.id)
      .where('timestamp_ms', '>=', oldestMs(group, parts.clock.now(), input.startMs))
    if (input.endMs !== undefined) query = query.where('timestamp_ms', '<=', input.endMs)
    if (input.streams) query = query.where('logs_streams.name', 'in', input.streams)
    if (input.streamPrefix) {
      query = query.where('logs_streams.name', '>=', input.streamPrefix)
      const end = afterText(input.streamPrefix)
      if (end !== undefined) query = query.where('logs_streams.name', '<', end)
    }
    if (position) {
      const { timestampMs, sequence } = position
      query = query.where((where) =>
        where.or([
          where('timestamp_ms', past, timestampMs),
          where.and([where('timestamp_ms', '=', timestampMs), where('sequence', past, sequence)]),
        ]),
      )
    }
    const rows = await query
      .orderBy('timestamp_ms', direction)
      .orderBy('sequence', direction)
      .limit(rowsPerQuery)
      .execute()
    for (const row of rows) {
      const size = Buffer.byteLength(row.message) + eventOverheadBytes
      if (matches(row.message)) {
        if (found.length === input.limit || (found.length > 0 && bytes + size > pageBytesMax)) {
          return { items: found, nextToken: tokenAt(position) }
        }
        found.push(toEvent(row, row.stream_name))
        bytes += size
      }
      position = { timestampMs: row.timestamp_ms, sequence: row.sequence }
    }
    scanned += rows.length
    if (rows.length < rowsPerQuery) return { items: found, nextToken: undefined }
    if (scanned >= scanRowsMax) return { items: found, nextToken: tokenAt(position) }
  }
}

/** Events past their retention are never shown, also before the background has removed them. */
function oldestMs(group: GroupRow, nowMs: number, startMs: number | undefined): number {
  const keptMs = group.retention_days === null ? 0 : nowMs - group.retention_days * dayMs
  return Math.max(keptMs, startMs ?? 0)
}

function within(rows: EventRow[]): EventRow[] {
  let bytes = 0
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(row.message) + eventOverheadBytes
    return bytes > pageBytesMax && index > 0
  })
  return end === -1 ? rows : rows.slice(0, end)
}

function toEvent(row: EventRow, stream: string): LogEvent {
  return {
    timestampMs: row.timestamp_ms,
    message: row.message,
    ingestedMs: row.ingested_ms,
    eventId: digits(row.timestamp_ms, row.sequence),
    stream,
  }
}

function boundaryOf(row: EventRow, side: 0 | 1): Boundary {
  return { timestampMs: row.timestamp_ms, sequence: row.sequence, side }
}

/** 56 digits that sort as the events do. */
function digits(timestampMs: number, sequence: number): string {
  return `${String(timestampMs).padStart(20, '0')}${String(sequence).padStart(36, '0')}`
}

/** As on AWS: `f/` or `b/`, 56 digits, `/s`. The last digit tells the side. */
function formatToken(direction: 'f' | 'b', boundary: Boundary): string {
  const { timestampMs, sequence, side } = boundary
  return `${direction}/${digits(timestampMs, sequence * 10 + side)}/s`
}

function parseToken(token: string): { readonly forward: boolean; readonly boundary: Boundary } {
  const found = /^([fb])\/(\d{20})(\d{35})([01])\/s$/.exec(token)
  const timestampMs = Number(found?.[2])
  const sequence = Number(found?.[3])
  if (!found || !Number.isSafeInteger(timestampMs) || !Number.isSafeInteger(sequence)) {
    throw LogErrors.InvalidLogParameter('The specified nextToken is invalid.')
  }
  const side = found[4] === '1' ? 1 : 0
  return { forward: found[1] === 'f', boundary: { timestampMs, sequence, side } }
}

type Position = { readonly timestampMs: number; readonly sequence: number }

function positionOf(token: string | undefined): Position | undefined {
  const parts = decodeToken(token)
  if (!parts) return undefined
  const [timestampMs, sequence] = parts
  if (typeof timestampMs !== 'number' || typeof sequence !== 'number') throw invalidToken()
  return { timestampMs, sequence }
}

function tokenAt(position: Position | undefined): string | undefined {
  return position && encodeToken([position.timestampMs, position.sequence])
}
