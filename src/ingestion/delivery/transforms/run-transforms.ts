import { join } from 'node:path'
import type { DeliveryRecord, FailedRecord, RecordSet } from '../delivery-record.ts'
import { DeliveryErrors } from '../errors.ts'
import { Spool } from './spool.ts'
import type { Outcome, Transform, TransformContext } from './transform.ts'

/** What the transforms may make of one batch. */
const spoolBytesMax = 4 * 1024 ** 3

/** Sends all records through the transforms, one after another, and keeps what comes out in a file of `folder`. */
export async function runTransforms(
  source: RecordSet,
  transforms: readonly Transform[],
  options: {
    readonly folder: string
    readonly context: TransformContext
    readonly onFailed: (failed: readonly FailedRecord[]) => Promise<void>
  },
): Promise<RecordSet> {
  const spool = new Spool(join(options.folder, 'records.spool'))
  try {
    for await (const page of source.pages(options.context.signal)) {
      let records = page
      for (const transform of transforms) {
        if (records.length === 0) break
        const outcomes = await transform.apply(records, options.context)
        const { passed, failed } = sort(records, outcomes)
        if (failed.length > 0) await options.onFailed(failed)
        records = passed
      }
      await spool.add(records)
      if (spool.sizeBytes > spoolBytesMax) {
        throw DeliveryErrors.DeliveryTooLarge(
          `the transforms made more than ${spoolBytesMax} bytes of one batch`,
        )
      }
    }
  } finally {
    await spool.end()
  }
  return spool
}

function sort(
  records: readonly DeliveryRecord[],
  outcomes: readonly Outcome[],
): { readonly passed: readonly DeliveryRecord[]; readonly failed: readonly FailedRecord[] } {
  const passed: DeliveryRecord[] = []
  const failed: FailedRecord[] = []
  for (const [index, record] of records.entries()) {
    const outcome = outcomes[index]
    if (!outcome) throw new Error('a transform gave no outcome for a record')
    if (outcome.status === 'Ok') for (const made of outcome.records) passed.push(made)
    else if (outcome.status === 'ProcessingFailed') {
      failed.push({ record, failure: outcome.failure })
    }
  }
  return { passed, failed }
}
