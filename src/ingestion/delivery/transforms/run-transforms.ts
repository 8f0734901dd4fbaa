import { join } from 'node:path'
import { pageRecords } from '../batch.ts'
import type { DeliveryRecord, FailedRecord, RecordSet } from '../delivery-record.ts'
import { DeliveryErrors } from '../errors.ts'
import { Spool } from './spool.ts'
import type { Outcome, Transform, TransformContext } from './transform.ts'

/** What the transforms may make of one batch, unless it is said. */
const spoolBytesMax = 4 * 1024 ** 3
/** About what a page of the source has at most. */
const gatheredBytes = 4 * 1024 * 1024

/** Sends all records through the transforms, one after another, and keeps what comes out in a file of `folder`. */
export async function runTransforms(
  source: RecordSet,
  transforms: readonly Transform[],
  options: {
    readonly folder: string
    readonly bytesMax?: number | undefined
    readonly context: TransformContext
    readonly onFailed: (failed: readonly FailedRecord[]) => Promise<void>
  },
): Promise<RecordSet> {
  const { bytesMax = spoolBytesMax } = options
  const spool = new Spool(join(options.folder, 'records.spool'))
  const keep = async (records: readonly DeliveryRecord[]) => {
    await spool.add(records)
    if (spool.sizeBytes > bytesMax) {
      throw DeliveryErrors.DeliveryTooLarge(
        `the transforms made more than ${bytesMax} bytes of one batch`,
      )
    }
  }
  const into = transforms.reduceRight<Take>(
    (next, transform) => step(transform, next, options),
    keep,
  )
  try {
    for await (const page of source.pages(options.context.signal)) await into(page)
  } finally {
    await spool.end()
  }
  return spool
}

type Take = (records: readonly DeliveryRecord[]) => Promise<void>

/** Sends records through one transform, and what passes on to the next. */
function step(
  transform: Transform,
  next: Take,
  { context, onFailed }: Pick<Parameters<typeof runTransforms>[2], 'context' | 'onFailed'>,
): Take {
  const apply = async (records: readonly DeliveryRecord[]) => {
    const { passed, failed } = sort(records, await transform.apply(records, context))
    if (failed.length > 0) await onFailed(failed)
    return passed
  }
  const hand = async (records: readonly DeliveryRecord[]) => {
    if (records.length > 0) await next(records)
  }
  if (!transform.makesLarge) return async (records) => hand(await apply(records))
  return async (records) => {
    let gathered: DeliveryRecord[] = []
    let bytes = 0
    for (const record of records) {
      context.signal.throwIfAborted()
      for (const made of await apply([record])) {
        gathered.push(made)
        bytes += made.data.byteLength
      }
      if (bytes < gatheredBytes && gathered.length < pageRecords) continue
      await hand(gathered)
      gathered = []
      bytes = 0
    }
    await hand(gathered)
  }
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
