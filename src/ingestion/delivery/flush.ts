import type { Metastore } from '#catalog/metastore'
import type { IcebergTables } from '#catalog/tables'
import type { StreamLog } from '#ingestion/streams'
import { isLakeError, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import {
  checkMayDeliver,
  permitKeys,
  permitObjects,
  type PermissionParts,
} from './access/permissions.ts'
import { pagesOf, recordsOf, type Batch } from './batch.ts'
import { moveCheckpoints, type CheckpointMove } from './checkpoints.ts'
import type { FailedRecord, RecordSet } from './delivery-record.ts'
import { createDestination } from './destinations/index.ts'
import { stageObjects, type StagedObject } from './destinations/s3/stage-objects.ts'
import { ErrorFiles } from './error-files.ts'
import { DeliveryErrors } from './errors.ts'
import { tellTrouble, type ErrorLogStore } from './error-log.ts'
import { keysOf } from './naming.ts'
import { errorPlaceOf, type DeliveryStream } from './records.ts'
import type { LambdaParts } from './transforms/lambda.ts'
import { transformed } from './transforms/transformed.ts'
import type { Turns } from './turns.ts'
import { workFolder } from './work-folder.ts'

export interface FlushParts extends PermissionParts {
  readonly database: Database
  readonly log: StreamLog
  readonly objects: Objects
  readonly metastore: Metastore
  readonly tables: IcebergTables
  readonly engine: QueryEngine
  readonly logs: ErrorLogStore
  readonly clock: Clock
  readonly logger: Logger
  /** What transforms call. */
  readonly transforming: LambdaParts
  /** Only for tests: what transforms may make of one batch. */
  readonly transformedBytesMax?: number
  /** Opens secrets of settings, which are kept sealed. */
  readonly unseal: (sealed: string) => string
  /** Only for tests: called when the files are staged and nothing is committed. */
  readonly onStaged?: () => Promise<void> | void
  /** Only for tests: called after each step of a batch. */
  readonly onStep?: OnFlushStep
}

/** The steps of a delivery, in their order; `freed` is when the log behind it was. */
export const flushSteps = ['transformed', 'encoded', 'staged', 'committed', 'freed'] as const
export type FlushStep = (typeof flushSteps)[number]
/** The delivery goes on when what it returns has resolved. */
export type OnFlushStep = (
  step: FlushStep,
  batch: Pick<Batch, 'stream' | 'lane'>,
) => Promise<void> | void

/**
 * Delivers a batch: source, transforms, destination. First its files, then, in one transaction, their names, the partitions they begin and the
 * checkpoints behind it. Whatever happens in between, the batch is delivered once or not at all. Returns how many records went to the error
 * prefix.
 */
export async function flush(
  parts: FlushParts,
  batch: Batch,
  options: {
    readonly move: CheckpointMove
    readonly signal: AbortSignal
    readonly commits: Turns
    /** The delivery stream as it is now. */
    readonly latest: () => DeliveryStream | undefined
  },
): Promise<number> {
  const { move, signal, commits } = options
  const lane = { streamId: batch.stream.id, lane: batch.lane }

  await checkMayDeliver(parts, batch.stream, batch.target)
  await using folder = workFolder(parts.objects.temporaryFolder, 'delivery-')
  const errors = new ErrorFiles({
    target: batch.target,
    clock: parts.clock,
    numbers: () => parts.transforming.numbersOf(batch),
    folder: folder.path,
  })
  await using _ = errors
  const from = { log: parts.log, checkKey: permitKeys(parts, batch.stream) }
  const source: RecordSet = {
    pages: (stop) => recordsOf(from, batch, stop),
    raw: (stop) => pagesOf(from, batch, stop),
  }
  const fail = (failed: readonly FailedRecord[]) => errors.add(failed)
  const records = await transformed(batch, source, {
    folder: folder.path,
    fail,
    signal,
    transforming: parts.transforming,
    bytesMax: parts.transformedBytesMax,
  })
  await parts.onStep?.('transformed', batch)
  const staged = await createDestination(parts, batch.target).stage({
    batch,
    records,
    fail,
    tell: (trouble) => tellTrouble(parts, batch.stream, batch.target, [trouble]),
    latest: () => options.latest()?.settings[batch.lane],
    folder: folder.path,
    signal,
  })
  let failed: readonly StagedObject[] = []
  try {
    await parts.onStep?.('encoded', batch)
    failed = await stageErrors(parts, batch, errors)
    await parts.onStaged?.()
    await parts.onStep?.('staged', batch)
    signal.throwIfAborted()
    await commits.run(() =>
      staged.commit(async (tx) => {
        mustBeAsSet(batch, options.latest())
        await moveCheckpoints(tx, lane, move)
        for (const object of failed) await parts.objects.publish(tx, object)
      }),
    )
  } catch (error) {
    // When the database itself failed the commit may be on the disk: then the files stay for the sweep.
    if (isLakeError(error) && error.kind !== 'internal') {
      await staged.discard()
      await Promise.all(failed.map(({ blob }) => parts.objects.discard(blob)))
    }
    throw error
  }
  await parts.onStep?.('committed', batch)
  await tellTrouble(parts, batch.stream, batch.target, errors.troubles)
  return errors.count
}

/** Queries see what waits as the settings of now deliver it, so nothing is delivered by others. What an endpoint took stays taken. */
function mustBeAsSet({ stream, target }: Batch, latest: DeliveryStream | undefined): void {
  if (target.kind === 'http' || latest?.version === stream.version) return
  throw DeliveryErrors.DeliverySuperseded('the settings were changed meanwhile')
}

async function stageErrors(
  parts: FlushParts,
  batch: Batch,
  errors: ErrorFiles,
): Promise<readonly StagedObject[]> {
  const files = await errors.end()
  if (files.length === 0) return []
  const place = errorPlaceOf(batch.stream.settings, batch.target)
  const keys = keysOf(batch, place)
  return stageObjects(
    parts.objects,
    { accountId: batch.stream.accountId, ...place },
    permitObjects(parts, batch.stream, place),
    files.map(({ outputType, path }) => ({ key: keys.error(outputType), content: { path } })),
  )
}
