import {
  PutRecordBatch$,
  type PutRecordBatchInput,
  type PutRecordBatchOutput,
  type PutRecordBatchResponseEntry,
} from '@aws-sdk/client-firehose'
import type { DeliveryStream } from '#ingestion/delivery'
import {
  columnsOf,
  dataBytes,
  pickRecords,
  spanBytes,
  type RecordColumns,
} from '#ingestion/streams'
import { AwsError, listColumns } from '#protocol/aws'
import { operation } from '../context.ts'
import { slowDown } from '../errors.ts'
import type { FirehoseQuotas } from '../quotas.ts'
import { invalidArgument } from '../refusal.ts'
import { streamOf } from '../subject.ts'
import { isEncrypted } from './PutRecord.ts'

const batchBytesMax = 4 * 1024 * 1024

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html. All records are on the disk when it answers, or none was taken; with `--aws-quotas` those that exceed AWS's limits fail each for itself. */
export const PutRecordBatch = operation<PutRecordBatchInput, PutRecordBatchOutput>(
  PutRecordBatch$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const columns = recordColumns(input)
    if (dataBytes(columns) > batchBytesMax) {
      throw invalidArgument('Records size exceeds 4 MB limit')
    }
    const stream = ctx.delivery.get(ref)
    const put = (taken: RecordColumns) => ctx.delivery.putColumns(ref, taken)
    const results = ctx.quotas
      ? await putAdmitted(stream, columns, ctx.quotas, put)
      : (await put(columns)).map(accepted)
    return {
      FailedPutCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Encrypted: isEncrypted(ctx.delivery.get(ref)),
      RequestResponses: results,
    }
  },
)

type Result = PutRecordBatchResponseEntry

const accepted = (RecordId: string): Result => ({ RecordId })

/** Puts what AWS's limits let pass, in the order of the request; the others fail. */
async function putAdmitted(
  stream: DeliveryStream,
  columns: RecordColumns,
  quotas: FirehoseQuotas,
  put: (columns: RecordColumns) => Promise<readonly string[]>,
): Promise<Result[]> {
  if (!quotas.mayPut(stream)) throw new AwsError(slowDown())
  const { name: ErrorCode, message: ErrorMessage } = slowDown()
  const results = Array.from({ length: columns.count }, (): Result => ({ ErrorCode, ErrorMessage }))
  const taken = [...results.keys()].filter((index) =>
    quotas.mayTake(stream, spanBytes(columns, columns.data, index)),
  )
  if (taken.length === 0) return results
  const ids = await put(pickRecords(columns, taken))
  for (const [place, index] of taken.entries()) results[index] = accepted(ids[place]!)
  return results
}

/** The records of the request, read as columns where they could be. */
function recordColumns(input: PutRecordBatchInput): RecordColumns {
  const columns = listColumns(input)?.columns
  if (!columns) return columnsOf(input.Records!.map(({ Data }) => ({ data: Data! })))
  const { count, bytes, spans, stride } = columns
  return { count, bytes, spans, stride, data: columns.placeOf('Data') }
}
