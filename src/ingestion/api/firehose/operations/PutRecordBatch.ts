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
    const taken = admitted(ctx.delivery.get(ref), columns, ctx.quotas)
    const ids =
      taken.length === columns.count
        ? await ctx.delivery.putColumns(ref, columns)
        : taken.length > 0
          ? await ctx.delivery.putColumns(ref, pickRecords(columns, taken))
          : []
    return {
      FailedPutCount: columns.count - taken.length,
      Encrypted: isEncrypted(ctx.delivery.get(ref)),
      RequestResponses: responses(columns.count, taken, ids),
    }
  },
)

/** The places of the records that may be taken now. */
function admitted(
  stream: DeliveryStream,
  columns: RecordColumns,
  quotas: FirehoseQuotas | undefined,
): readonly number[] {
  const all = Array.from({ length: columns.count }, (_, index) => index)
  if (!quotas) return all
  if (!quotas.mayPut(stream)) throw new AwsError(slowDown())
  return all.filter((index) => quotas.mayTake(stream, spanBytes(columns, columns.data, index)))
}

/** In the order of the request. */
function responses(
  count: number,
  taken: readonly number[],
  ids: readonly string[],
): PutRecordBatchResponseEntry[] {
  const { name: ErrorCode, message: ErrorMessage } = slowDown()
  const entries = Array.from({ length: count }, (): PutRecordBatchResponseEntry => ({
    ErrorCode,
    ErrorMessage,
  }))
  for (const [place, index] of taken.entries()) entries[index] = { RecordId: ids[place]! }
  return entries
}

/** The records of the request, read as columns where they could be. */
function recordColumns(input: PutRecordBatchInput): RecordColumns {
  const columns = listColumns(input)?.columns
  if (!columns) return columnsOf(input.Records!.map(({ Data }) => ({ data: Data! })))
  const { count, bytes, spans, stride } = columns
  return { count, bytes, spans, stride, data: columns.placeOf('Data') }
}
