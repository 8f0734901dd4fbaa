import {
  PutRecordBatch$,
  type PutRecordBatchInput,
  type PutRecordBatchOutput,
} from '@aws-sdk/client-firehose'
import { columnsOf, dataBytes, type RecordColumns } from '#ingestion/streams'
import { listColumns } from '#protocol/aws'
import { operation } from '../context.ts'
import { invalidArgument } from '../refusal.ts'
import { streamOf } from '../subject.ts'
import { isEncrypted } from './PutRecord.ts'

const batchBytesMax = 4 * 1024 * 1024

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html. All records are on the disk when it answers, or none was taken. */
export const PutRecordBatch = operation<PutRecordBatchInput, PutRecordBatchOutput>(
  PutRecordBatch$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const columns = recordColumns(input)
    if (dataBytes(columns) > batchBytesMax) {
      throw invalidArgument('Records size exceeds 4 MB limit')
    }
    const ids = await ctx.delivery.putColumns(ref, columns)
    return {
      FailedPutCount: 0,
      Encrypted: isEncrypted(ctx.delivery.get(ref)),
      RequestResponses: ids.map((RecordId) => ({ RecordId })),
    }
  },
)

/** The records of the request, read as columns where they could be. */
function recordColumns(input: PutRecordBatchInput): RecordColumns {
  const columns = listColumns(input)?.columns
  if (!columns) return columnsOf(input.Records!.map(({ Data }) => ({ data: Data! })))
  const { count, bytes, spans, stride } = columns
  return { count, bytes, spans, stride, data: columns.placeOf('Data') }
}
