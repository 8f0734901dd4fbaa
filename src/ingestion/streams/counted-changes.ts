import type { Transaction } from '#platform/database'
import { countChange, countDaily, type DailyChange } from './daily-changes.ts'
import type { management } from './manage.ts'
import type { StreamParts } from './registry.ts'
import type { Stream, StreamMode, StreamReference, StreamScope } from './stream.ts'
import {
  mustBeActive,
  mustBeWhole,
  mustFitMode,
  mustHaveRoomForOnDemand,
  onDemandStreamsAllowed,
} from './stream-rules.ts'
import type { StreamTables } from './tables.ts'

/** Changes of a stream that AWS allows a few times in 24 hours. */
export function countedChanges(
  parts: StreamParts,
  change: ReturnType<typeof management>['change'],
) {
  return {
    /** Returns the stream as it was before. Errors: `StreamInUse`, `InvalidArgument`, `StreamLimitExceeded`, `DailyChangesExceeded`. */
    changeMode: (
      scope: StreamScope,
      reference: StreamReference,
      wanted: { readonly mode: StreamMode; readonly warmThroughputMibps: number | undefined },
      /** Run in the transaction that changes it; throws what forbids it. */
      check?: (tx: Transaction, stream: Stream) => Promise<void>,
    ): Promise<Stream> => {
      const { mode, warmThroughputMibps } = wanted
      mustBeWhole('WarmThroughputMiBps', warmThroughputMibps)
      return change(scope, reference, async (stream, db, tx) => {
        mustBeActive(stream)
        mustFitMode(wanted)
        await check?.(tx, stream)
        if (mode !== stream.mode) {
          if (mode === 'ON_DEMAND') {
            await mustHaveRoomForOnDemand(db, scope, onDemandStreamsAllowed(parts))
          }
          await countChange(parts, db, stream, 'UpdateStreamMode')
        }
        return {
          mode,
          warm_throughput_mibps: warmThroughputMibps ?? null,
          // Only on-demand streams may spread records by themselves.
          ...(mode === 'PROVISIONED' ? { record_distribution: 'USER_PARTITION_KEY' } : {}),
        }
      })
    },

    /** To be called before the change itself, which cannot be made in one transaction. Error: `DailyChangesExceeded`. */
    countEncryption: async (
      scope: StreamScope,
      reference: StreamReference,
      started: Extract<DailyChange, 'StartStreamEncryption' | 'StopStreamEncryption'>,
    ): Promise<void> => {
      if (!parts.quotas) return
      await change(scope, reference, async (stream, db) => {
        mustBeActive(stream)
        await countChange(parts, db, stream, started)
        return {}
      })
    },

    /** Counts a change of what is no stream; false when there were `max` in 24 hours and AWS's limits are enforced. */
    mayChange: async (subject: string, named: string, max: number): Promise<boolean> => {
      const { database, clock, quotas } = parts
      if (!quotas) return true
      return database.transaction((tx) =>
        countDaily(tx.tables<StreamTables>(), { subject, change: named, max }, clock.now()),
      )
    },
  }
}
