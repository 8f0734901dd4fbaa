import { batchUuid, type Batch } from '../batch.ts'
import type { FailedRecord, RecordSet } from '../delivery-record.ts'
import { createTransforms } from './create-transforms.ts'
import type { LambdaParts } from './lambda.ts'
import { runTransforms } from './run-transforms.ts'

/** The records of a batch behind its stream's transforms; without one, those of the source. A backup takes them as they came. */
export async function transformed(
  batch: Batch,
  source: RecordSet,
  options: {
    readonly folder: () => Promise<string>
    readonly fail: (failed: readonly FailedRecord[]) => Promise<void>
    readonly signal: AbortSignal
    readonly transforming: LambdaParts
    /** What transforms may make of it, where it is not for them to say. */
    readonly bytesMax?: number | undefined
  },
): Promise<RecordSet> {
  const transforms =
    batch.lane === 'target' ? createTransforms(batch.stream.settings, options.transforming) : []
  if (transforms.length === 0) return source
  return runTransforms(source, transforms, {
    folder: await options.folder(),
    bytesMax: options.bytesMax,
    context: { stream: batch.stream, batchId: batchUuid(batch), signal: options.signal },
    onFailed: options.fail,
  })
}
