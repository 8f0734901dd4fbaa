import type { TableRef } from '#catalog/metastore'
import { isLakeError, uuid, type Clock } from '#kit'
import { attemptsMax, tooManyOthers } from './commit-outcome.ts'
import { checkRequirements } from './format/requirements.ts'
import type { CommittedTable, LoadedTable } from './iceberg-tables.ts'
import type { KeyedTurns } from './keyed-turns.ts'
import { nextMetadataLocation } from './location.ts'
import { checkPlace, nextMetadata, type NextMetadata, type Task } from './next-state.ts'
import type { Place } from './placing.ts'
import { PendingFiles } from './snapshots/pending-files.ts'
import type { OnCommit } from './snapshots/snapshot-change.ts'

/** Commits of one table that go into one metadata file and one transaction at most. */
const batchMax = 64

interface Waiting {
  readonly task: Task
  readonly onCommit: OnCommit | undefined
  readonly resolve: (table: CommittedTable) => void
  readonly reject: (error: unknown) => void
}

interface Done {
  readonly waiting: Waiting
  readonly next: NextMetadata
}

interface QueueParts {
  readonly clock: Clock
  readonly existing: (ref: TableRef) => Promise<LoadedTable>
  readonly place: Place
  readonly turns: KeyedTurns
}

/**
 * Commits to one table, in the order in which they came. Those that wait while one is written go together: each makes its own snapshot
 * on top of the one before, and one metadata file and one transaction serve all. One that is refused harms no other.
 */
export function commitQueue(parts: QueueParts) {
  const queues = new Map<string, Waiting[]>()

  const drain = async (key: string, queue: Waiting[]) => {
    while (queue.length > 0) {
      await parts.turns.run([key], async () => {
        const batch = queue.splice(0, batchMax)
        await commitBatch(parts, batch).catch((error: unknown) => {
          for (const { reject } of batch) reject(error)
        })
      })
    }
    queues.delete(key)
  }

  return (key: string, task: Task, onCommit: OnCommit | undefined): Promise<CommittedTable> => {
    const { promise, resolve, reject } = Promise.withResolvers<CommittedTable>()
    const waiting = { task, onCommit, resolve, reject }
    const queue = queues.get(key)
    if (queue) queue.push(waiting)
    else {
      const own = [waiting]
      queues.set(key, own)
      void drain(key, own)
    }
    return promise
  }
}

async function commitBatch(parts: QueueParts, batch: readonly Waiting[]): Promise<void> {
  let left = batch
  for (let count = 1; left.length > 0 && count <= attemptsMax; count++) {
    const base = await parts.existing(left[0]!.task.change.ref)
    const { done, metadata } = await computeAll(parts, left, base)
    left = done.map(({ waiting }) => waiting)
    if (left.length === 0) return
    try {
      const placed = await placeAll(parts, base, metadata, done)
      for (const [at, { resolve }] of left.entries()) resolve(placed[at]!)
      return
    } catch (error) {
      if (isLakeError(error, 'PointerMoved')) continue
      // One of them may have refused in the transaction: each on its own, the others come through.
      if (left.length > 1) for (const one of left) await commitBatch(parts, [one])
      else left[0]!.reject(error)
      return
    }
  }
  for (const { reject } of left) reject(tooManyOthers())
}

/** Each on top of the one before; one that is refused is told so, and is left out. */
async function computeAll({ clock }: QueueParts, batch: readonly Waiting[], base: LoadedTable) {
  const done: Done[] = []
  const pending = new PendingFiles()
  let metadata = base.metadata
  for (const waiting of batch) {
    const { task, reject } = waiting
    try {
      checkRequirements(metadata, task.change.requirements)
      // The file that is there stands before the first of them.
      const previousFile = metadata === base.metadata ? base.location : undefined
      const next = await nextMetadata(clock, task, metadata, previousFile, pending)
      if (next.metadata !== metadata) {
        await checkPlace(
          task.change,
          nextMetadataLocation(next.metadata, base.location, uuid()),
          base.location,
        )
      }
      metadata = next.metadata
      done.push({ waiting, next })
    } catch (error) {
      reject(error)
    }
  }
  return { done, metadata }
}

async function placeAll(
  { place }: QueueParts,
  base: LoadedTable,
  metadata: NextMetadata['metadata'],
  done: readonly Done[],
): Promise<readonly CommittedTable[]> {
  const { ref } = done[0]!.waiting.task.change
  const isUnchanged = metadata === base.metadata
  const location = isUnchanged
    ? base.location
    : nextMetadataLocation(metadata, base.location, uuid())
  const hooks = done.filter(({ waiting }) => waiting.onCommit)
  if (!isUnchanged || hooks.length > 0) {
    const files = done.flatMap(({ next }) => next.files)
    const state = { ref, metadata, location, base, createdBy: '', snapshot: undefined, files }
    await place([state], async (tx) => {
      for (const { waiting, next } of hooks) {
        await waiting.onCommit!(tx, { snapshots: [next.snapshot] })
      }
    })
  }
  await Promise.all(done.map(({ waiting }) => waiting.task.work?.discardUnused()))
  return done.map(({ next: { snapshot } }) => ({
    metadata,
    location,
    snapshot,
    record: base.record,
  }))
}
