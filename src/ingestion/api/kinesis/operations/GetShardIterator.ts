import {
  GetShardIterator$,
  type GetShardIteratorInput,
  type GetShardIteratorOutput,
} from '@aws-sdk/client-kinesis'
import { StreamErrors, type IteratorPosition } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf, refuseDryRun } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export const GetShardIterator = operation<GetShardIteratorInput, GetShardIteratorOutput>(
  GetShardIterator$,
  async (input, ctx) => {
    refuseDryRun(input)
    const iterator = await ctx.streams.shardIterator(
      ctx,
      referenceOf(input),
      input.ShardId!,
      positionOf(input, ctx.clock.now()),
    )
    return { ShardIterator: iterator }
  },
)

function positionOf(input: GetShardIteratorInput, nowMs: number): IteratorPosition {
  const type = input.ShardIteratorType!
  const sequenceNumber = input.StartingSequenceNumber
  if (type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER') {
    if (sequenceNumber === undefined) throw mismatch(`${type} and no StartingSequenceNumber.`)
    return { type, sequenceNumber }
  }
  if (type === 'AT_TIMESTAMP') {
    if (input.Timestamp === undefined) {
      throw StreamErrors.InvalidArgument(
        'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
      )
    }
    const timestampMs = input.Timestamp.getTime()
    if (timestampMs > nowMs) {
      throw StreamErrors.InvalidArgument(
        `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
      )
    }
    return { type, timestampMs }
  }
  if (sequenceNumber !== undefined) throw mismatch(`${type} and also a StartingSequenceNumber.`)
  return { type }
}

function mismatch(specified: string) {
  return StreamErrors.InvalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${specified}`,
  )
}
