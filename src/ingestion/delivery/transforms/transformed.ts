import { isLakeError } from '#kit'
import { batchUuid, type Batch } from '../batch.ts'
import type { FailedRecord, RecordSet } from '../delivery-record.ts'
import { createTransforms } from './create-transforms.ts'
import type { LambdaParts } from './lambda.ts'
import { runTransforms } from './run-transforms.ts'

/**
 * The records of a batch behind its stream's transforms; without one, those of the source. A backup takes them as they came. Error:
 * `DeliveryTooLarge` for a batch that can be made smaller; all that is in a single record of the source fails.
 */
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
  const { signal, bytesMax, fail } = options
  try {
    return await runTransforms(source, transforms, {
      folder: await options.folder(),
      bytesMax,
      context: { stream: batch.stream, batchId: batchUuid(batch), signal },
      onFailed: fail,
    })
  } catch (error) {
    if (batch.records > 1 || !isLakeError(error, 'DeliveryTooLarge')) throw error
    const { code, message } = error
    const failure = { outputType: 'processing-failed', code, message } as const
    for await (const page of source.pages(signal)) {
      await fail(page.map((record) => ({ record, failure })))
    }
    return { pages: nothing }
  }
}

async function* nothing(): ReturnType<RecordSet['pages']> {}
