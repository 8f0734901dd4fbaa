import type { Clock } from '#kit'
import { isLakeError } from '#kit'
import type { Database } from '#platform/database'
import { cleanStep } from './cleaning.ts'
import { createLogGroups, type LogGroups } from './groups.ts'
import {
  filterEvents,
  getEvents,
  type FilterEventsInput,
  type GetEventsInput,
  type GetEventsPage,
} from './reading.ts'
import type {
  LogEvent,
  LogGroupRef,
  LogPage,
  LogStreamRef,
  NewLogEvent,
  RejectedEvents,
} from './records.ts'
import { createLogStreams, type LogStreams } from './streams.ts'
import { putEvents } from './writing.ts'

/** Log groups, their streams and events. Whatever resolves is durable. Errors: `LogErrors`. */
export interface LogStore extends LogGroups, LogStreams {
  putEvents(ref: LogStreamRef, events: readonly NewLogEvent[]): Promise<RejectedEvents>
  getEvents(ref: LogStreamRef, input: GetEventsInput): Promise<GetEventsPage>
  filterEvents(ref: LogGroupRef, input: FilterEventsInput): Promise<LogPage<LogEvent>>
  /**
   * For the lake's own parts, which log on behalf of an account. As on AWS the group and the stream must be there; false,
   * and nothing written, when they are not.
   */
  append(
    accountId: string,
    region: string,
    group: string,
    stream: string,
    events: readonly NewLogEvent[],
  ): Promise<boolean>
  /** Like `append`, for what AWS's own services log: makes the group and the stream when they are not there. */
  record(ref: LogStreamRef, events: readonly NewLogEvent[]): Promise<void>
  /** Removes events past their retention, and those of deleted streams. Run it in the background now and then. */
  clean(signal?: AbortSignal): Promise<void>
}

export function createLogStore(parts: {
  readonly database: Database
  readonly clock: Clock
}): LogStore {
  const groups = createLogGroups(parts.database, parts.clock)
  const streams = createLogStreams(parts.database, parts.clock)
  return {
    ...groups,
    ...streams,
    putEvents: (ref, events) => putEvents(parts, ref, events),
    getEvents: (ref, input) => getEvents(parts, ref, input),
    filterEvents: (ref, input) => filterEvents(parts, ref, input),
    append: async (accountId, region, group, stream, events) => {
      try {
        await putEvents(parts, { accountId, region, group, stream }, events)
        return true
      } catch (error) {
        if (isLakeError(error, 'LogResourceNotFound')) return false
        throw error
      }
    },
    record: async (ref, events) => {
      try {
        await putEvents(parts, ref, events)
      } catch (error) {
        if (!isLakeError(error, 'LogResourceNotFound')) throw error
        await groups.createGroup(ref, {}).catch(unlessThere)
        await streams.createStream(ref).catch(unlessThere)
        await putEvents(parts, ref, events)
      }
    },
    clean: async (signal) => {
      for (let more = true; more;) more = signal?.aborted !== true && (await cleanStep(parts))
    },
  }
}

function unlessThere(error: unknown): void {
  if (!isLakeError(error, 'LogResourceExists')) throw error
}
